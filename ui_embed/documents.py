"""A policy as a document on a page: as it was pasted or uploaded, and as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from connector.rules import policy_differences
from connector.rules.policy import Given, Policy, Version
from connector.rules.policy_differences import Change

REFUSED = 422
VERSIONS_MAX = 20
UNKNOWN = -1
DIGITS_MAX = 10
SHIPPED = {
    "services": "Services: a firm that invoices its work",
    "msp": "MSP: monthly invoices for running services",
    "wholesale": "Wholesale: goods on account",
    "consumer": "Consumers: private people",
}
"""What each shipped policy is for."""


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Rules that somebody else saved since a form was opened, at version `opened`; None where it is
    not known at which."""

    opened: Version | None
    now: Version

    @property
    def changes(self) -> list[Change]:
        """What they changed, place by place."""
        if self.opened is None:
            return []
        return policy_differences.changes(self.opened.policy, self.now.policy)


def given() -> str | bytes:
    """The uploaded document if there is one, else what was pasted."""
    upload = request.files.get("file")
    uploaded = upload.read() if upload and upload.filename else b""
    return uploaded or request.form.get("document", "")


def reason() -> str:
    """Why more is to be done without a person, as somebody typed it."""
    return request.form.get("reason", "")


def base() -> int:
    """The version that the form was read at; one that there is not where it does not say."""
    text = request.form.get("base", "")
    return int(text) if text.isdecimal() and len(text) < DIGITS_MAX else UNKNOWN


def base_of(document: Given, owner: str) -> int:
    """The version that a document was made from: that which it was printed from, where it says so,
    else that which the form was read at."""
    printed = document.base_for(owner)
    return base() if printed is None else printed


def kept(text: str | bytes, document: Given) -> str:
    """A document as somebody gave it, but for the version that it was printed from: the form that
    it stands in names that in force."""
    return as_text(text) if document.base is None else shown(document.policy)


def as_text(document: str | bytes) -> str:
    return document if isinstance(document, str) else document.decode(errors="replace")


def shown(rules: Policy) -> str:
    return rules.model_dump_json(indent=2)
