"""Stripe's lists of payouts and balance transactions, for a key that may only read.

https://docs.stripe.com/api/payouts/list and https://docs.stripe.com/api/balance_transactions/list
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request

from providers.simulated.gateway import Answered
from providers.simulated.processors.wire import Product, answered

Doc = dict[str, Any]
LIMIT_MAX = 100
LIMIT_USUAL = 10


@dataclass
class StripeAccount:
    """One account; amounts are in the smallest unit, as Stripe writes them."""

    key: str = "rk_test_cedar"
    may_read: tuple[str, ...] = ("payouts", "balance_transactions")
    payouts: list[Doc] = field(default_factory=list)
    movements: list[Doc] = field(default_factory=list)

    def pay_out(
        self, id_: str, currency: str, arrives: datetime, parts: list[Doc], **other: Any
    ) -> None:
        """Send the sum of these balance transactions to the bank."""
        amount = sum(part["net"] for part in parts)
        created = int(arrives.timestamp())
        self.payouts.insert(0, {
            "id": id_, "object": "payout", "amount": amount, "currency": currency,
            "arrival_date": created, "created": created - 86_400, "automatic": True,
            "status": "paid", "reconciliation_status": "completed", "type": "bank_account",
            "balance_transaction": f"txn_{id_}", **other,
        })  # fmt: skip
        own = {
            "id": f"txn_{id_}", "type": "payout", "reporting_category": "payout",
            "amount": -amount, "fee": 0, "net": -amount, "currency": currency,
            "created": created, "source": id_, "payout": id_, "description": "STRIPE PAYOUT",
        }  # fmt: skip
        self.movements[:0] = [own, *({**part, "payout": id_} for part in parts)]

    def product(self) -> Product:
        return Product("stripe", self.answer, _error)

    def answer(self, request: Request) -> Answered:
        resource = request.path.removeprefix("/v1/")
        if self._key(request) != self.key:
            return _refused(401, "Invalid API Key provided: rk_test_*****")
        if request.method != "GET" or resource not in ("payouts", "balance_transactions"):
            return _refused(404, f"Unrecognized request URL ({request.method}: {request.path})")
        if resource not in self.may_read:
            return _refused(403, f"The provided key does not have access to {resource}")
        query = request.args
        limit = query.get("limit", str(LIMIT_USUAL))
        if not limit.isdigit() or not 1 <= int(limit) <= LIMIT_MAX:
            return _refused(400, "Invalid integer: limit")
        rows = self._rows(request, resource)
        if after := query.get("starting_after"):
            ids = [row["id"] for row in rows]
            if after not in ids:
                return _refused(400, f"No such object: '{after}'")
            rows = rows[ids.index(after) + 1 :]
        page = rows[: int(limit)]
        return answered(200, {
            "object": "list", "url": request.path, "has_more": len(rows) > len(page),
            "data": page,
        }, request_id=("Request-Id", "req_1"))  # fmt: skip

    def _rows(self, request: Request, resource: str) -> list[Doc]:
        query = request.args
        if resource == "payouts":
            since = int(query.get("arrival_date[gte]", "0"))
            status = query.get("status", "")
            return [
                p for p in self.payouts
                if p["arrival_date"] >= since and status in ("", p["status"])
            ]  # fmt: skip
        expanded = "data.source" in query.getlist("expand[]")
        own = [m for m in self.movements if query.get("payout") in (None, m["payout"])]
        return [_movement(m, expanded=expanded) for m in own]

    def _key(self, request: Request) -> str:
        given = request.authorization
        if given is None:
            return ""
        return str((given.token if given.type == "bearer" else given.username) or "")


def charge(number: int, amount: int, fee: int, **source: Any) -> Doc:
    """A balance transaction of a charge; `source` are fields of the charge itself."""
    currency = source.pop("settled", source.get("currency", "usd"))
    return _part(number, "charge", amount, fee=fee, currency=currency, source={
        "id": f"ch_{number}", "object": "charge", "amount": amount, "currency": currency,
        "metadata": {}, "billing_details": {}, **source,
    })  # fmt: skip


def refund(number: int, amount: int, of: int, *, currency: str = "usd") -> Doc:
    source = {"id": f"re_{number}", "object": "refund", "amount": amount, "charge": f"ch_{of}",
              "currency": currency}  # fmt: skip
    return _part(number, "refund", -amount, currency=currency, source=source)


def dispute(number: int, amount: int, fee: int, of: int) -> Doc:
    source = {"id": f"dp_{number}", "object": "dispute", "amount": amount, "charge": f"ch_{of}",
              "currency": "usd"}  # fmt: skip
    return _part(number, "dispute", -amount, fee=fee, source=source)


def other(number: int, category: str, amount: int, *, currency: str = "usd") -> Doc:
    return _part(number, category, amount, currency=currency)


def _part(
    number: int, category: str, amount: int, *, fee: int = 0, currency: str = "usd",
    source: Any = None,
) -> Doc:  # fmt: skip
    created = datetime(2026, 2, 27, 12, tzinfo=UTC).timestamp()
    return {
        "id": f"txn_{number}", "object": "balance_transaction", "type": category,
        "reporting_category": category, "amount": amount, "fee": fee, "net": amount - fee,
        "currency": currency, "created": int(created) + number, "description": None,
        "source": source,
    }  # fmt: skip


def _movement(row: Doc, *, expanded: bool) -> Doc:
    source = row["source"]
    if isinstance(source, dict) and not expanded:
        source = source["id"]
    return {**{name: row[name] for name in row if name != "payout"}, "source": source}


def _error(status: int, text: str) -> Doc:
    kind = "invalid_request_error" if status < 500 else "api_error"
    return {"error": {"type": kind, "message": text}}


def _refused(status: int, text: str) -> Answered:
    return answered(status, _error(status, text), request_id=("Request-Id", "req_2"))
