"""Aged receivables: the summary with a row for each customer, and the detail by how late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.days import own_day
from providers.simulated.quickbooks.receivables import Owed, owed_on
from providers.simulated.quickbooks.refusals import unsupported
from providers.simulated.quickbooks.wire import ZERO, reference
from providers.simulated.store import Doc

TITLES = ("Current", "1 - 30", "31 - 60", "61 - 90", "91 and over")
LATE = (
    "91 or more days past due", "61 - 90 days past due", "31 - 60 days past due",
    "1 - 30 days past due", "Current",
)  # fmt: skip
DETAIL = (
    ("tx_date", "Date"), ("txn_type", "Transaction Type"), ("doc_num", "Num"),
    ("cust_name", "Customer"), ("due_date", "Due Date"), ("subt_amount", "Amount"),
    ("subt_open_bal", "Open Balance"),
)  # fmt: skip
TYPES = {
    "Invoice": "Invoice", "CreditMemo": "Credit Memo", "Payment": "Payment",
    "JournalEntry": "Journal Entry",
}  # fmt: skip


def report(book: Book, name: str, asked: Mapping[str, str]) -> Doc:
    """Raises Refusal for a report that is not kept."""
    day = own_day(book, dict(asked), "report_date")
    wanted = {id_ for id_ in asked.get("customer", "").split(",") if id_}
    rows = [one for one in owed_on(book, day) if not wanted or one.customer_id in wanted]
    if name == "AgedReceivables":
        return _header(book, name, day, rows) | _summary(book, day, rows)
    if name == "AgedReceivableDetail":
        return _header(book, name, day, rows) | _detail(book, day, rows)
    raise unsupported(f"report {name}")


def _header(book: Book, name: str, day: date, rows: list[Owed]) -> Doc:
    return {"Header": {
        "Time": book.now(), "ReportName": name, "DateMacro": "custom",
        "StartPeriod": day.isoformat(), "EndPeriod": day.isoformat(),
        "SummarizeColumnsBy": "Total", "Currency": book.currency,
        "Option": [
            {"Name": "report_date", "Value": day.isoformat()},
            {"Name": "NoReportData", "Value": str(not rows).lower()},
        ],
    }}  # fmt: skip


def bucket(day: date, due: date) -> int:
    """0 for what is not late, then one for each 30 days begun, 4 for all above 90."""
    late_days = (day - due).days
    return 0 if late_days <= 0 else min((late_days - 1) // 30 + 1, 4)


def _summary(book: Book, day: date, rows: list[Owed]) -> Doc:
    sums: dict[str, list[Decimal]] = {}
    for one in rows:
        of_customer = sums.setdefault(one.customer_id, [ZERO] * 5)
        of_customer[bucket(day, one.due)] += one.open
    columns: list[Doc] = [{"ColTitle": "", "ColType": "Customer"}]
    columns += [{"ColTitle": title, "ColType": "Money"} for title in (*TITLES, "Total")]
    total = [sum(column, ZERO) for column in zip(*sums.values(), strict=True)] or [ZERO] * 5
    tree = _Tree(book, sums)
    grand = {
        "Summary": {"ColData": [{"value": "TOTAL"}, *_money(total, zero="0.00")]},
        "type": "Section", "group": "GrandTotal",
    }  # fmt: skip
    shown = [*tree.rows(""), grand] if sums else []
    return {"Columns": {"Column": columns}, "Rows": {"Row": shown} if shown else {}}


class _Tree:
    """Customers with their jobs below them, as far as anything is open."""

    def __init__(self, book: Book, sums: dict[str, list[Decimal]]) -> None:
        self._book = book
        self._sums = sums
        self._below: dict[str, list[str]] = {}
        seen: set[str] = set()
        for id_ in sums:
            self._place(id_, seen)

    def _place(self, id_: str, seen: set[str]) -> None:
        if id_ in seen:
            return
        seen.add(id_)
        parent = reference(self._book.peek("Customer", id_) or {}, "ParentRef")
        self._below.setdefault(parent, []).append(id_)
        if parent:
            self._place(parent, seen)

    def rows(self, parent: str) -> list[Doc]:
        ids = sorted(self._below.get(parent, ()), key=self._name)
        return [self._section(id_) if id_ in self._below else self._row(id_) for id_ in ids]

    def _row(self, id_: str) -> Doc:
        own = self._sums.get(id_, [ZERO] * 5)
        return {"ColData": [{"value": self._name(id_), "id": id_}, *_money(own)]}

    def _section(self, id_: str) -> Doc:
        own = self._sums.get(id_, [ZERO] * 5)
        head = {"value": self._name(id_), "id": id_}
        total = {"value": f"Total {self._name(id_)}"}
        return {
            "Header": {"ColData": [head, *_money(own)]}, "Rows": {"Row": self.rows(id_)},
            "Summary": {"ColData": [total, *_money(self._total(id_))]}, "type": "Section",
        }  # fmt: skip

    def _total(self, id_: str) -> list[Decimal]:
        parts = [self._sums.get(id_, [ZERO] * 5)]
        parts += [self._total(below) for below in self._below.get(id_, ())]
        return [sum(column, ZERO) for column in zip(*parts, strict=True)]

    def _name(self, id_: str) -> str:
        return str((self._book.peek("Customer", id_) or {}).get("DisplayName", ""))


def _money(amounts: Iterable[Decimal], zero: str = "") -> list[Doc]:
    values = list(amounts)
    shown = [*values, sum(values, ZERO)]
    return [{"value": f"{amount:.2f}" if amount else zero} for amount in shown]


def _detail(book: Book, day: date, rows: list[Owed]) -> Doc:
    sections = []
    for place, title in enumerate(LATE):
        inside = [one for one in rows if 4 - bucket(day, one.due) == place]
        if inside:
            sections.append(_late_section(book, title, inside))
    columns = [{"ColTitle": title, "ColType": kind} for kind, title in DETAIL]
    return {"Columns": {"Column": columns}, "Rows": {"Row": sections} if sections else {}}


def _late_section(book: Book, title: str, rows: list[Owed]) -> Doc:
    blank: list[Doc] = [{"value": ""}] * (len(DETAIL) - 1)
    total = sum((one.open for one in rows), ZERO)
    shown = [_late_row(book, one) for one in sorted(rows, key=lambda one: one.due)]
    return {
        "Header": {"ColData": [{"value": title}, *blank]},
        "Rows": {"Row": shown},
        "Summary": {
            "ColData": [{"value": f"Total for {title}"}, *blank[:-1], {"value": f"{total:.2f}"}]
        },
        "type": "Section",
    }


def _late_row(book: Book, one: Owed) -> Doc:
    customer = book.peek("Customer", one.customer_id) or {}
    sign = -1 if one.open < 0 else 1
    values: list[dict[str, Any]] = [
        {"value": one.doc["TxnDate"]},
        {"value": TYPES[one.kind], "id": one.doc["Id"]},
        {"value": one.doc.get("DocNumber") or ""},
        {"value": customer.get("FullyQualifiedName", ""), "id": one.customer_id},
        {"value": one.due.isoformat()},
        {"value": f"{sign * one.doc.get('TotalAmt', abs(one.open)):.2f}"},
        {"value": f"{one.open:.2f}"},
    ]
    return {"ColData": values, "type": "Data"}
