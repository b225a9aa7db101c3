"""Xero's webhooks: who sent one, and what it hints at."""

from __future__ import annotations

import base64
import hashlib
import hmac

import structlog

from providers.ledger import Change, Kind
from providers.xero import wire
from providers.xero.wire import Json

log = structlog.get_logger()

SIGNATURE_HEADER = "x-xero-signature"
KINDS = {"CONTACT": Kind.CUSTOMER, "INVOICE": Kind.INVOICE, "CREDITNOTE": Kind.CREDIT_NOTE}
"""Payments and unapplied money have no category: a payment shows as an INVOICE update."""


class BadWebhook(ValueError):
    """The body is not what Xero sends; the message says what is wrong with it."""


def is_genuine(raw: bytes, signature: str, key: str) -> bool:
    """Whether the raw body was signed with our webhook key, in constant time.

    The whole text of the signature must be equal: Xero's intent to receive sends signatures with
    one character changed, which a lenient base64 decoder would let through.
    """
    if not key or not signature.isascii():
        return False
    digest = hmac.new(key.encode(), raw, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("ascii"))


def changes(raw: bytes) -> list[Change]:
    """The changes that one delivery hints at; none for an intent to receive.

    One delivery may hold several tenants. Unknown categories and documents of suppliers are left
    out. Call it after `is_genuine` only. Raises BadWebhook.
    """
    try:
        body = wire.parse(raw)
    except ValueError as error:
        raise BadWebhook(f"the body is no JSON object: {error}") from error
    events = body.get("events")
    if not isinstance(events, list):
        raise BadWebhook("'events' is missing or no list")
    found = [_change(event) for event in events if isinstance(event, dict)]
    return [change for change in found if change]


def _change(event: Json) -> Change | None:
    category = wire.text(event, "eventCategory").upper()
    tenant, record = wire.text(event, "tenantId"), wire.text(event, "resourceId")
    kind = KINDS.get(category)
    if kind is None or not tenant or not record:
        log.info("webhook event skipped", product="xero", category=category)
        return None
    document_type = wire.text(wire.part(event, "data"), "Type").upper()
    if kind is Kind.CREDIT_NOTE and document_type not in ("", "ACCRECCREDIT"):
        return None
    operation, at = wire.text(event, "eventType").lower(), wire.text(event, "eventDateUtc")
    return Change(
        event_id=":".join((tenant, category, record, at, operation)).lower(),
        company_id=tenant,
        kind=kind,
        record_id=record,
        operation=operation,
        at=at if at.endswith("Z") or not at else f"{at}Z",
    )
