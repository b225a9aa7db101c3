"""A firm whose customers can reach it: its doors on the web, and what mail programs do there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connector.correspondence import tracking
from connector.correspondence.messages import Sent, sent
from connector.correspondence.tracking import Became
from connector.inbound import replies
from connector.rules.modes import Mode
from providers.simulated.store import Doc
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from ui_embed.app import create_app

PUBLIC = "https://ar.cedar.example"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "mail"
REMIND = {"remind": Mode.AUTOPILOT}
TRACKED = {"track_opens": True, "track_clicks": True}


@dataclass
class Post:
    firm: Firm
    web: FlaskClient

    def get(self, url: str, *, agent: str = BROWSER, method: str = "GET") -> TestResponse:
        path = url.removeprefix(PUBLIC)
        return self.web.open(path, method=method, headers={"User-Agent": agent})

    def look(self, mail: Doc, times: int = 1, **how: Any) -> None:
        """Somebody opens a mail, each time in another minute."""
        for _ in range(times):
            self.firm.pass_time(minutes=2)
            assert self.get(pixel(mail), **how).status_code == 200

    def pay(self, mail: Doc) -> TestResponse:
        self.firm.pass_time(minutes=2)
        return self.get(pay_link(mail))

    def leave(self, mail: Doc, **form: str) -> TestResponse:
        """By default what a mail program sends (RFC 8058, 3.1)."""
        return self.web.post(
            leave_link(mail).removeprefix(PUBLIC),
            data=form or {"List-Unsubscribe": "One-Click"},
        )

    def receive(self, fixture: str, mail: Doc, **words: str) -> None:
        """A report about a mail comes back, in the words of a fixture."""
        raw = (FIXTURES / f"{fixture}.eml").read_text()
        raw = raw.replace("<lh-1@cedar.example>", mail["message_id"])
        for old, new in words.items():
            raw = raw.replace({"ann": "ann@maple.example"}.get(old, old), new)
        stamp = f"Message-ID: <{fixture}-{mail['number']}@server.example>"
        raw = re.sub(r"(?im)^message-id: .*$", stamp, raw, count=1)
        replies.accept(self.firm.deps, raw.encode())
        self.firm.settle()

    def sent(self) -> list[Sent]:
        """The oldest first."""
        with self.firm.deps.reading() as tx:
            return sent(tx, self.firm.connection_id)[::-1]

    def became(self, mail: Doc) -> Became:
        with self.firm.deps.reading() as tx:
            found = tracking.of_messages(tx, self.firm.connection_id, [mail["message_id"]])
        return found[mail["message_id"]]


def open_post(open_firm: Opens, ledger: str, **dunning: Any) -> Post:
    firm = open_firm(ledger, modes=REMIND, dunning=dunning)
    config = firm.deps.config.model_copy(update={"base_url": PUBLIC})
    firm.universe.deps = replace(firm.deps, config=config)
    return Post(firm, create_app(firm.deps).test_client())


def pixel(mail: Doc) -> str:
    found = re.search(r'<img src="([^"]+\.gif)" width="1"', mail["html"])
    assert found, "the mail holds no picture"
    return found[1]


def pay_link(mail: Doc) -> str:
    found = re.search(r"(https?://\S+)\s", mail["text"])
    assert found, "the mail holds no pay link"
    return found[1]


def leave_link(mail: Doc) -> str:
    header = str(dict(mail["headers"])["List-Unsubscribe"])
    return header.partition("<")[2].partition(">")[0]
