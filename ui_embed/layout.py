"""What every page shows around its own matter, and the words that templates may use."""

from __future__ import annotations

from typing import Any

from flask import Flask, g

from connector.clients.persons import Person
from connector.decided import telling
from connector.rules.modes import Capability, Mode
from providers.registry import LEDGERS
from ui_embed import freshness, ownership, session, words
from ui_embed.freshness import Lag
from webhooks import parts

SHOWN_MAX = 3


def dress(app: Flask) -> None:
    """Hand the templates what they may call. Nothing is read before a template asks for it, so
    that a page about a broken database can still be shown."""
    app.add_template_filter(_ago, "ago")
    app.add_template_filter(words.moment, "moment")
    app.add_template_filter(words.event, "event")
    app.add_template_filter(words.subject, "subject")
    app.add_template_filter(words.sentence, "sentence")
    app.context_processor(_words)


def _words() -> dict[str, Any]:
    return {
        "person": _person, "lags": _lags, "ledgers": LEDGERS, "words": words,
        "listed": telling.listed,
        "capabilities": list(Capability), "modes": list(Mode), "lags_max": SHOWN_MAX,
    }  # fmt: skip


def _person() -> Person | None:
    return session.current_person()


def _lags() -> list[Lag]:
    """Of what the page is about; of all the person's companies where it is about none."""
    if session.current_person() is None:
        return []
    deps = parts.here()
    with deps.reading() as tx:
        connections = g.get("about")
        if connections is None:
            connections = ownership.my_connections(tx)
        return freshness.of(tx, connections, deps.now())


def _ago(value: Any) -> str:
    return words.ago(value, parts.here().now())
