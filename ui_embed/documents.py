"""A policy as a document on a page: as it was pasted or uploaded, and as it is shown."""

from __future__ import annotations

from flask import request

from connector.policy import Policy

REFUSED = 422
VERSIONS_MAX = 20


def given() -> str | bytes:
    """The uploaded document if there is one, else what was pasted."""
    upload = request.files.get("file")
    uploaded = upload.read() if upload and upload.filename else b""
    return uploaded or request.form.get("document", "")


def reason() -> str:
    """Why more is to be done without a person, as somebody typed it."""
    return request.form.get("reason", "")


def as_text(document: str | bytes) -> str:
    return document if isinstance(document, str) else document.decode(errors="replace")


def shown(rules: Policy) -> str:
    return rules.model_dump_json(indent=2)
