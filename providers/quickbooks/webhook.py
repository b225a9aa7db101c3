"""QuickBooks' webhooks: who sent it, and which records it says have changed.

Two forms come to the same address: CloudEvents (an array) and, from old subscriptions, an object
with eventNotifications. Either may speak of several companies at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any

from providers import exact
from providers.ledger import Change, Kind
from providers.quickbooks.records import ENTITIES

SIGNATURE_HEADER = "intuit-signature"
ID_CHARACTERS_MAX = 128
TYPE = re.compile(r"qbo\.([a-z]+)\.([a-z]+)(?:\.v\d+)?", re.IGNORECASE)
KINDS: Mapping[str, Kind] = {entity.casefold(): kind for kind, entity in ENTITIES.items()}
OPERATIONS: Mapping[str, str] = {
    "create": "created", "update": "updated", "delete": "deleted", "merge": "merged",
    "voided": "void",
}  # fmt: skip
"""The words of the old form, and a spelling that some senders use."""


class BadWebhook(ValueError):
    """The body is not what QuickBooks sends."""


def is_genuine(raw: bytes, signature: str, key: str) -> bool:
    """Whether the signature is the base64 of HMAC-SHA256 over the raw body; constant time."""
    if not key:
        return False  # an empty key is one that anybody can guess
    digest = hmac.new(key.encode(), raw, hashlib.sha256).digest()
    return hmac.compare_digest(base64.b64encode(digest), signature.encode("utf-8", "replace"))


def changes(raw: bytes) -> list[Change]:
    """The changes of the kinds that we follow, in the order sent. Raises BadWebhook."""
    try:
        doc = exact.load(raw)
    except ValueError as error:
        raise BadWebhook(f"the body is not JSON: {error}") from error
    found: list[Change] = []
    for part in doc if isinstance(doc, list) else [doc]:
        sent = _mapping(part, "an event")
        found.extend(_of_old_form(sent) if "eventNotifications" in sent else _of_event(sent))
    return found


def _of_event(event: Mapping[str, Any]) -> Iterator[Change]:
    told = TYPE.fullmatch(_text(event, "type"))
    kind = KINDS.get(told[1].casefold()) if told else None
    if told is None or kind is None:
        return
    company = _id(event, "intuitaccountid")
    data = event.get("data")
    deleted = data.get("deletedId") or data.get("deletedid") if isinstance(data, Mapping) else None
    yield from _changes(
        kind, _id(event, "intuitentityid"), told[2], company=company, deleted=deleted,
        event_id=f"{company}/{_id(event, 'id')}", at=str(event.get("time") or ""),
    )  # fmt: skip


def _of_old_form(doc: Mapping[str, Any]) -> Iterator[Change]:
    for notice in _list(doc, "eventNotifications"):
        company = _id(_mapping(notice, "a notification"), "realmId")
        entities = _list(_mapping(notice.get("dataChangeEvent"), "dataChangeEvent"), "entities")
        for entity in entities:
            row = _mapping(entity, "an entity")
            kind = KINDS.get(_text(row, "name").casefold())
            if kind is None:
                continue
            id_, operation = _id(row, "id"), _text(row, "operation")
            at = str(row.get("lastUpdated") or "")
            yield from _changes(
                kind, id_, operation, company=company, deleted=row.get("deletedId"), at=at,
                event_id=f"{company}/{kind.value}/{id_}/{operation.casefold()}/{at}",
            )  # fmt: skip


def _changes(
    kind: Kind, id_: str, operation: str, *, company: str, deleted: object, event_id: str, at: str
) -> Iterator[Change]:
    """One change, or two for a merger: the record that lives on and the one that went into it."""
    word = operation.casefold()
    word = OPERATIONS.get(word, word)
    yield Change(event_id, company, kind, id_, word, at)
    if deleted and str(deleted) != id_:
        yield Change(f"{event_id}/merged", company, kind, str(deleted), word, at, merged_into=id_)


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadWebhook(f"{what} is {type(value).__name__}, not an object")
    return value


def _list(doc: Mapping[str, Any], name: str) -> list[Any]:
    value = doc.get(name)
    if not isinstance(value, list):
        raise BadWebhook(f"{name} is {type(value).__name__}, not a list")
    return value


def _text(doc: Mapping[str, Any], name: str) -> str:
    value = doc.get(name)
    if not isinstance(value, str):
        raise BadWebhook(f"{name} is {type(value).__name__}, not text")
    return value


def _id(doc: Mapping[str, Any], name: str) -> str:
    value = doc.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not 0 < len(value) <= ID_CHARACTERS_MAX:
        raise BadWebhook(f"{name} is no id")
    return value
