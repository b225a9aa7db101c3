"""The hand of a person who works inside the ledger: the same rules, the same announcements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from providers.simulated.quickbooks.book import SETTINGS, Book
from providers.simulated.quickbooks.customer import DELETED
from providers.simulated.quickbooks.query import Queries
from providers.simulated.quickbooks.refusals import not_found
from providers.simulated.quickbooks.sending import send
from providers.simulated.quickbooks.writing import ENTITIES, create, delete, update, void
from providers.simulated.store import Doc, copied

REPOINTED = ("Invoice", "Payment", "CreditMemo", "SalesReceipt", "RefundReceipt", "Estimate")


class Hand:
    """Every method raises Refusal where the API would. `entity` is a name such as "Invoice"."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._queries = Queries()

    def create(self, entity: str, body: Doc) -> Doc:
        return _own(create(self._book, ENTITIES[entity], body))

    def update(self, entity: str, body: Doc) -> Doc:
        """Change the properties in `body`, of the record whose Id it holds, as it is now."""
        now = self.get(entity, body["Id"])
        required = {name: now[name] for name in ENTITIES[entity].required if name in now}
        whole = {**required, "SyncToken": now["SyncToken"], "sparse": True, **body}
        return _own(update(self._book, ENTITIES[entity], whole))

    def void(self, entity: str, id_: str) -> Doc:
        return void(self._book, ENTITIES[entity], self._version(entity, id_))

    def delete(self, entity: str, id_: str) -> Doc:
        return delete(self._book, ENTITIES[entity], self._version(entity, id_))

    def send(self, entity: str, id_: str, to: str = "") -> Doc:
        return send(self._book, ENTITIES[entity], id_, to)

    def get(self, entity: str, id_: str) -> Doc:
        return _own(self._book.read(entity, id_))

    def find(self, entity: str, where: str = "") -> list[Doc]:
        """The records for which a condition of the query language holds, at most 1,000."""
        condition = f" WHERE {where}" if where else ""
        with self._book.world.store.transaction():
            text = f"SELECT * FROM {entity}{condition} MAXRESULTS 1000"  # noqa: S608
            answer = self._queries.answer(self._book, text)
        return list(copied(answer.get(entity, [])))

    def apply_payment(self, payment_id: str, applied: dict[str, Decimal]) -> Doc:
        """Set more of a payment against invoices; what it is applied to already stays."""
        lines = list(self.get("Payment", payment_id)["Line"])
        for invoice_id, amount in applied.items():
            link = {"TxnId": invoice_id, "TxnType": "Invoice"}
            lines.append({"Amount": amount, "LinkedTxn": [link]})
        return self.update("Payment", {"Id": payment_id, "Line": lines})

    def deactivate(self, entity: str, id_: str) -> Doc:
        return self.update(entity, {"Id": id_, "Active": False})

    def merge_customers(self, gone_id: str, into_id: str) -> None:
        """Give all that one customer has to another; only the merge itself is announced."""
        book = self._book
        with book.transaction():
            gone, into = book.read("Customer", gone_id), book.read("Customer", into_id)
            if gone["CurrencyRef"] != into["CurrencyRef"] or gone_id == into_id:
                raise not_found()
            ref = {"value": into_id, "name": into["FullyQualifiedName"]}
            for entity in REPOINTED:
                for id_ in list(book.shelf(entity).by_subject.get(gone_id, ())):
                    book.keep(entity, book.read(entity, id_) | {"CustomerRef": ref})
            name = gone["DisplayName"] + DELETED
            times = {"LastUpdatedTime": book.now()}
            now = book.read("Customer", gone_id)
            book.keep("Customer", now | {
                "Active": False, "DisplayName": name, "FullyQualifiedName": name,
                "SyncToken": str(int(now["SyncToken"]) + 1), "MetaData": now["MetaData"] | times,
            })  # fmt: skip
            book.announce(book.realm, "Customer", into_id, "merged", gone_id)

    def close_books(self, until: date | None) -> Doc:
        """Close the period that ends with a day, or open it all again."""
        day = until.isoformat() if until else ""
        info = self.get("Preferences", "1")["AccountingInfoPrefs"] | {"BookCloseDate": day}
        return self.update("Preferences", {"Id": "1", "AccountingInfoPrefs": info})

    def prefer(self, group: str, **values: object) -> Doc:
        """Change preferences, for example prefer("SalesFormsPrefs", CustomTxnNumbers=True)."""
        info = self.get("Preferences", "1")[group] | values
        return self.update("Preferences", {"Id": "1", group: info})

    def set_rate(self, currency: str, rate: Decimal) -> None:
        """Units of the company's own currency for 1 of another, for new transactions."""
        rates = self._book.settings["rates"] | {currency: rate}
        self._set(rates=rates)

    def subscribe(self, *, active: bool) -> None:
        """Whether the company pays for QuickBooks; without that nothing can be written."""
        self._set(active=active)

    def _set(self, **values: object) -> None:
        book = self._book
        book.world.store.put(book.realm, SETTINGS, "1", {**book.settings, **values})

    def _version(self, entity: str, id_: str) -> Doc:
        return {"Id": id_, "SyncToken": self._book.read(entity, id_)["SyncToken"]}


def _own(doc: Doc) -> Doc:
    own: Doc = copied(doc)
    return own
