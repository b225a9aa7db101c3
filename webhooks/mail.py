"""The door where the mail provider hands in what customers answered: raw RFC 5322 bytes."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request

from connector.inbound import replies
from providers.standard_webhooks import signing
from webhooks import parts
from webhooks.answers import answered, raw_body

door = Blueprint("mail_door", __name__)

BODY_BYTES_MAX = 25_000_000
"""What large mail providers accept as one message."""


@door.route("/webhooks/mail", methods=["POST"], provide_automatic_options=False)
def receive() -> Response:
    """The body is one message, signed as standardwebhooks.com says."""
    deps = parts.here()
    secret = deps.config.mail_hook_secret
    if not secret:
        return answered("mail", "no such door", HTTPStatus.NOT_FOUND)
    raw = raw_body(BODY_BYTES_MAX)
    if raw is None:
        return answered("mail", "too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    headers = {name.lower(): value for name, value in request.headers}
    if not signing.is_genuine(raw, headers, secret, now=deps.now()):
        return answered("mail", "forged", HTTPStatus.UNAUTHORIZED)
    replies.accept(deps, raw)
    return answered("mail", "accepted", HTTPStatus.OK)
