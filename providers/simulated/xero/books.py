"""The books of one organisation: its documents, their versions, history and announcements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from providers.simulated.store import Doc
from providers.simulated.world import World
from providers.simulated.xero import wire
from providers.simulated.xero.refusals import Invalid

ORGANISATION = "organisation"
Announce = Callable[[str, Doc], None]

CATEGORIES = {"contact": "CONTACT", "invoice": "INVOICE", "creditnote": "CREDITNOTE"}
"""The kinds that Xero has webhooks for; all others are silent."""


@dataclass(frozen=True)
class Books:
    """One organisation as seen by one actor: an app, or a person who works in Xero itself.

    `announce(tenant, event)` queues a webhook event. All work happens inside a transaction
    of the store.
    """

    world: World
    tenant: str
    announce: Announce
    actor: str
    app_id: str = ""

    @property
    def organisation(self) -> Doc:
        """Shared: copy it before changing it."""
        return self.peek(ORGANISATION, self.tenant)

    @property
    def base_currency(self) -> str:
        return str(self.organisation["BaseCurrency"])

    def now(self) -> str:
        return wire.moment_of(self.world.clock.now())

    def today(self) -> str:
        """The date at the organisation, ISO."""
        zone = ZoneInfo(self.organisation["zone"])
        return self.world.clock.now().astimezone(zone).date().isoformat()

    def new_id(self) -> str:
        return self.world.new_guid()

    def get(self, kind: str, id_: str) -> Doc | None:
        return self.world.store.get(self.tenant, kind, id_.lower())

    def peek(self, kind: str, id_: str) -> Doc:
        """Shared: copy it before changing it."""
        found = self.world.store.peek(self.tenant, kind, id_.lower())
        assert found is not None
        return found

    def need(self, kind: str, id_: str) -> Doc:
        found = self.get(kind, id_)
        assert found is not None
        return found

    def all(self, kind: str) -> list[Doc]:
        """Shared: copy one before changing it."""
        return self.world.store.all(self.tenant, kind)

    def put(self, kind: str, id_: str, doc: Doc) -> None:
        self.world.store.put(self.tenant, kind, id_.lower(), doc)

    def find(self, kind: str, key: str, *, index: str = "") -> Doc | None:
        """A document by its number or name, through an index: by default that of its kind."""
        entry = self.world.store.peek(self.tenant, f"{index or kind}.index", key.strip().lower())
        return self.get(kind, entry["id"]) if entry else None

    def index(self, kind: str, key: str, id_: str) -> None:
        self.world.store.put(self.tenant, f"{kind}.index", key.strip().lower(), {"id": id_})

    def unindex(self, kind: str, key: str) -> None:
        self.world.store.delete(self.tenant, f"{kind}.index", key.strip().lower())

    def next_number(self, kind: str, prefix: str) -> str:
        """The next free number of a series, such as ``INV-0001``."""
        while True:
            text = f"{prefix}{self.world.store.number(self.tenant, f'xero.{kind}'):04d}"
            if self.find(kind, text) is None:
                return text

    def save(self, kind: str, id_: str, doc: Doc, *, created: bool = False) -> None:
        """Keep a change that moves UpdatedDateUTC, and announce it if Xero does."""
        doc["UpdatedDateUTC"] = self.now()
        if created:
            doc["app"] = self.app_id
        self.put(kind, id_, doc)
        if kind in CATEGORIES:
            self.announce(self.tenant, self._event(kind, id_, doc, created=created))

    def note(self, id_: str, changes: str, details: str) -> Doc:
        """A row of a document's history; nobody can change or remove it."""
        row: Doc = {
            "Changes": changes, "Details": details, "User": "System Generated",
            "DateUTC": self.now(),
        }  # fmt: skip
        kept = self.get("history", id_) or {"rows": []}
        kept["rows"].append(row)
        self.put("history", id_, kept)
        return row

    def received(self, id_: str, changes: str) -> None:
        """The row that Xero itself writes when a document is created or edited."""
        by = f"through the Xero API from {self.actor}" if self.app_id else f"by {self.actor}"
        self.note(id_, changes, f"Received {by}")

    def check_open(self, iso: str) -> None:
        """Raises Invalid when the date lies in a locked period, the lock date included."""
        organisation = self.organisation
        named = (
            ("PeriodLockDate", "period lock date"),
            ("EndOfYearLockDate", "end of year lock date"),
        )
        messages = [
            f"The document date cannot be before the {name}, currently set at {wire.day_text(lock)}"
            for field, name in named
            if (lock := organisation.get(field)) and iso <= lock
        ]
        if messages:
            raise Invalid(*messages)

    def rate(self, currency: str, given: Decimal | None) -> Decimal:
        """Units of `currency` for one of the base currency; `given` wins over the day rate."""
        if currency == self.base_currency:
            return Decimal(1)
        if given:
            return given
        row = self.get("currency", currency)
        return Decimal(str(row["rate"])) if row else Decimal(1)

    def check_currency(self, currency: str) -> None:
        if self.get("currency", currency) is None:
            raise Invalid(f"Organisation is not subscribed to currency {currency}")

    def _event(self, kind: str, id_: str, doc: Doc, *, created: bool) -> Doc:
        plural = {"contact": "Contacts", "invoice": "Invoices", "creditnote": "CreditNotes"}[kind]
        event: Doc = {
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/{plural}/{id_}",
            "resourceId": id_, "tenantId": self.tenant, "tenantType": "ORGANISATION",
            "eventCategory": CATEGORIES[kind],
            "eventType": "CREATE" if created else "UPDATE",
            "eventDateUtc": doc["UpdatedDateUTC"],
        }  # fmt: skip
        if kind == "creditnote":
            event["data"] = {"Type": doc["Type"], "Status": doc["Status"]}
        return event
