"""Who is signed in at this browser, and the rule that every page is closed unless it is named."""

from __future__ import annotations

import secrets

from flask import Flask, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from connector.clients import persons, sessions
from connector.clients.persons import Person
from webhooks import parts

PUBLIC = frozenset({
    "static", "bootstrap.static", "ledger_door.receive", "mail_door.receive",
    "home.show", "home.sign_in", "callback.receive", "launch.arrive", "launch.ended",
    "health.healthz", "health.metrics", "telephone_door.receive_text",
    "telephone_door.note_text", "telephone_door.end_call", "telephone_door.answer_call",
    "message_door.look", "message_door.go", "leaving.show", "leaving.leave",
    "portal.show", "portal.brand", "portal.pay", "portal.promise", "portal.dispute",
    "portal.statement", "portal.copy", "people.see_invitation",
})  # fmt: skip
"""The only endpoints that are open without a sign-in; the doors and numbers guard themselves,
and whoever holds the link of a message may leave the list or see the account that it is about,
or who invites them."""
ID, AFTER, LINK = "id", "after", "link"


def guard(app: Flask, *, https: bool) -> None:
    """Keep the session in a signed cookie that scripts cannot read, and close every page."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-ledgerhand" if https else "ledgerhand",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        PERMANENT_SESSION_LIFETIME=sessions.LIVES,
    )
    app.before_request(_refuse_strangers)


def session_id() -> str:
    """The random name of this browser's session; consent pages are bound to it."""
    if ID not in session:
        session[ID] = secrets.token_urlsafe(32)
    return str(session[ID])


def begin(person: Person) -> None:
    """Sign in. The session is a new one, so that an id known from before is worth nothing."""
    deps, before = parts.here(), session_id()
    session.clear()
    session.permanent = True
    with deps.writing() as tx:
        sessions.end(tx, before)
        session[ID] = sessions.start(tx, person.id, now=deps.now())
    g.pop("person", None)


def end() -> None:
    """Sign out: the session is worth nothing any more, here and in any copy of the cookie."""
    with parts.here().writing() as tx:
        sessions.end(tx, session_id())
    session.clear()
    g.pop("person", None)


def current_person() -> Person | None:
    """Who is signed in, or None."""
    if "person" not in g:
        g.person = None
        if ID in session:
            deps = parts.here()
            with deps.reading() as tx:
                person_id = sessions.holder(tx, session_id(), now=deps.now())
                g.person = persons.person(tx, person_id) if person_id else None
    found: Person | None = g.person
    return found


def me() -> Person:
    """Who is signed in, on pages that are closed to everybody else."""
    person = current_person()
    assert person is not None, "the page is closed to strangers"
    return person


def remember(path: str) -> None:
    """Where to go once the sign-in is done: a path of ours."""
    session[AFTER] = path


def recall() -> str:
    """The path that was remembered, once; the home page if there is none."""
    path = str(session.pop(AFTER, ""))
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours else url_for("home.show")


def will_link(state: str) -> None:
    """The sign-in that was begun under this state is a further one of the person who is here."""
    session[LINK] = state


def links(state: str) -> Person | None:
    """For whom this sign-in is a further one, once; None if it is a sign-in of its own."""
    return current_person() if session.pop(LINK, "") == state else None


def _refuse_strangers() -> Response | None:
    if request.endpoint is None or request.endpoint in PUBLIC or current_person():
        return None
    if request.method == "GET":
        remember(request.full_path.rstrip("?"))
    flash("Please sign in to see this page.", "warning")
    return redirect(url_for("home.show"), code=303)
