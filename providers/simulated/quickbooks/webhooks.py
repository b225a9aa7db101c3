"""How QuickBooks announces changes: signed arrays of CloudEvents, or the older form."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Sequence
from datetime import timedelta

from providers.simulated.identity import TokenDesk
from providers.simulated.quickbooks.moments import nanosecond_time
from providers.simulated.store import Doc
from providers.simulated.world import World

DEADLINE_SECONDS = 3.0
ACCOUNTING = "com.intuit.quickbooks.accounting"
SILENT = frozenset(("Attachable", "CompanyInfo"))
"""The vendor has no events for these."""
_WAITS = (
    timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=30), timedelta(minutes=5),
    timedelta(minutes=20), timedelta(hours=2), timedelta(hours=4), timedelta(hours=6),
)  # fmt: skip
_LEGACY_OPERATIONS = {
    "created": "Create", "updated": "Update", "deleted": "Delete", "merged": "Merge",
    "void": "Void", "emailed": "Emailed",
}  # fmt: skip


class Announcements:
    """Satisfies deliveries.Announcer. An app takes the older form with webhook_form "legacy", and
    another Content-Type with webhook_content_type."""

    name = "quickbooks"
    deadline_seconds = DEADLINE_SECONDS
    head_of_line = True

    def __init__(self, world: World, desk: TokenDesk) -> None:
        self._world = world
        self._desk = desk

    def subscribed(self, company: str) -> Sequence[Doc]:
        holders = {
            grant["client_id"]
            for grant in self._desk.grants()
            if company in grant["companies"] and ACCOUNTING in grant["scopes"]
        }
        if not holders:
            return ()
        apps = self._world.apps(self.name)
        return [app for app in apps if app["client_id"] in holders and app.get("webhook_url")]

    def event(self, realm: str, entity: str, id_: str, operation: str, gone: str) -> Doc:
        """What is queued: the facts, from which either form is made."""
        serial = self._world.store.number(realm, "event")
        now = self._world.clock.now()
        return {
            "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{realm}/{serial}")), "serial": serial,
            "realm": realm, "entity": entity, "record": id_, "operation": operation, "gone": gone,
            "time": nanosecond_time(now, serial * 137),
        }  # fmt: skip

    def body(self, app: Doc, events: Sequence[Doc]) -> bytes:
        legacy = app.get("webhook_form") == "legacy"
        shape = _legacy(events) if legacy else [_cloud_event(app, one) for one in events]
        return json.dumps(shape).encode()

    def headers(self, app: Doc, body: bytes) -> dict[str, str]:
        digest = hmac.new(str(app["webhook_key"]).encode(), body, hashlib.sha256).digest()
        return {
            "Content-Type": app.get("webhook_content_type") or "application/json",
            "intuit-signature": base64.b64encode(digest).decode(),
            "intuit-notification-schema-version": "1.0",
        }

    def wait(self, attempt: int) -> timedelta | None:
        return _WAITS[min(attempt, len(_WAITS)) - 1]


def _cloud_event(app: Doc, event: Doc) -> Doc:
    source = base64.b64encode(hashlib.sha256(str(app["client_id"]).encode()).digest()).decode()
    cloud: Doc = {
        "specversion": "1.0", "id": event["id"], "source": f"intuit.{source}",
        "type": f"qbo.{event['entity'].lower()}.{event['operation']}.v1",
        "time": event["time"], "intuitentityid": event["record"],
        "intuitaccountid": event["realm"],
    }  # fmt: skip
    return cloud | _variant(event)


def _variant(event: Doc) -> Doc:
    """`data` comes empty, not at all, or with ids of another kind (all three were seen)."""
    if event["gone"]:
        return {"datacontenttype": "application/json", "data": {"deletedId": event["gone"]}}
    turn = event["serial"] % 10
    if turn == 3:
        return {"datacontenttype": "application/json"}
    if turn == 7:
        plain = f"v4.1:{event['realm']}:{event['record']}"
        other = {"id": base64.b64encode(plain.encode()).decode(), "namespace": "Intuit.sbseg.v4"}
        return {"data": {"alternative_ids": [other]}}
    return {"datacontenttype": "application/json", "data": {}}


def _legacy(events: Sequence[Doc]) -> Doc:
    by_realm: dict[str, list[Doc]] = {}
    for event in events:
        entity = {
            "name": event["entity"], "id": event["record"],
            "operation": _LEGACY_OPERATIONS[event["operation"]],
            "lastUpdated": f"{event['time'][:23]}Z",
        }  # fmt: skip
        if event["gone"]:
            entity["deletedId"] = event["gone"]
        by_realm.setdefault(event["realm"], []).append(entity)
    notes = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}}
        for realm, entities in by_realm.items()
    ]
    return {"eventNotifications": notes}
