"""PayPal's sign-in of an app and its transaction search.

https://developer.paypal.com/docs/api/transaction-search/v1/
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from werkzeug.wrappers import Request

from providers.simulated.clock import Clock
from providers.simulated.gateway import Answered
from providers.simulated.processors.wire import Product, answered

Doc = dict[str, Any]
WINDOW = timedelta(days=31)
PAGE_SIZE_MAX = 500
PAGE_SIZE_USUAL = 100
RESULTS_MAX = 10_000
TOKEN_SECONDS = 32_400


@dataclass
class PayPalAccount:
    """One business account with one app. `tells_balance` is off where PayPal leaves it out."""

    clock: Clock
    client_id: str = "app-cedar"
    secret: str = "secret-cedar"
    tells_balance: bool = True
    transactions: list[Doc] = field(default_factory=list)
    tokens: dict[str, datetime] = field(default_factory=dict)
    _balances: dict[str, Decimal] = field(default_factory=dict)

    def product(self) -> Product:
        return Product("paypal", self.answer, _error)

    def add(
        self, id_: str, code: str, at: datetime, gross: str, *, fee: str = "",
        currency: str = "USD", payer: Doc | None = None, status: str = "S", **info: str,
    ) -> None:  # fmt: skip
        """One movement of the balance; a fee that is charged is negative, as PayPal writes it."""
        if status == "S":
            change = Decimal(gross) + Decimal(fee or 0)
            self._balances[currency] = self._balances.get(currency, Decimal(0)) + change
        told: Doc = {
            "transaction_id": id_, "transaction_event_code": code,
            "transaction_initiation_date": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "transaction_amount": {"currency_code": currency, "value": gross},
            "transaction_status": status, **info,
        }  # fmt: skip
        if fee:
            told["fee_amount"] = {"currency_code": currency, "value": fee}
        if self.tells_balance:
            balance = str(self._balances.get(currency, Decimal(0)))
            told["ending_balance"] = {"currency_code": currency, "value": balance}
        self.transactions.append({"at": at, "transaction_info": told, "payer_info": payer or {}})

    def answer(self, request: Request) -> Answered:
        if (request.method, request.path) == ("POST", "/v1/oauth2/token"):
            return self._sign_in(request)
        if (request.method, request.path) != ("GET", "/v1/reporting/transactions"):
            return _refused(404, "RESOURCE_NOT_FOUND", "The specified resource does not exist.")
        given = request.authorization
        token = (given.token or "") if given is not None and given.type == "bearer" else ""
        if self.tokens.get(token, self.clock.now()) <= self.clock.now():
            return _refused(401, "invalid_token", "Token signature verification failed")
        return self._search(request)

    def _sign_in(self, request: Request) -> Answered:
        given = request.authorization
        if given is None or (given.username, given.password) != (self.client_id, self.secret):
            return _refused(401, "invalid_client", "Client Authentication failed")
        if request.form.get("grant_type") != "client_credentials":
            return _refused(400, "unsupported_grant_type", "Grant Type is NULL")
        token = secrets.token_hex(8)
        self.tokens[token] = self.clock.now() + timedelta(seconds=TOKEN_SECONDS)
        return _answered(200, {"access_token": token, "token_type": "Bearer",
                               "expires_in": TOKEN_SECONDS})  # fmt: skip

    def _search(self, request: Request) -> Answered:
        query = request.args
        try:
            start = datetime.fromisoformat(query["start_date"])
            end = datetime.fromisoformat(query["end_date"])
            size = int(query.get("page_size", str(PAGE_SIZE_USUAL)))
            number = int(query.get("page", "1"))
        except (KeyError, ValueError):
            return _refused(400, "INVALID_REQUEST", "Request is not well-formed")
        if end - start > WINDOW or end < start:
            return _refused(400, "INVALID_REQUEST", "Date range is greater than 31 days")
        if not 1 <= size <= PAGE_SIZE_MAX or number < 1:
            return _refused(400, "INVALID_REQUEST", "Invalid page size")
        found = [row for row in self.transactions if start <= row["at"] <= end]
        if len(found) > RESULTS_MAX:
            return _refused(400, "RESULTSET_TOO_LARGE", "Result set size is greater than 10000")
        page = found[(number - 1) * size : number * size]
        whole = query.get("fields") == "all"
        return _answered(200, {
            "transaction_details": [_shown(row, whole=whole) for row in page],
            "page": number, "total_items": len(found), "total_pages": -(-len(found) // size) or 1,
        })  # fmt: skip


def _shown(row: Doc, *, whole: bool) -> Doc:
    return {name: row[name] for name in row if name == "transaction_info" or (
        whole and name == "payer_info"
    )}  # fmt: skip


def _error(status: int, text: str) -> Doc:
    names = {429: "RATE_LIMIT_REACHED", 500: "INTERNAL_SERVER_ERROR", 503: "SERVICE_UNAVAILABLE"}
    return {"name": names.get(status, "INVALID_REQUEST"), "message": text, "debug_id": "d1"}


def _answered(status: int, body: Doc) -> Answered:
    return answered(status, body, request_id=("Paypal-Debug-Id", "debug-1"))


def _refused(status: int, name: str, text: str) -> Answered:
    return _answered(status, {"name": name, "message": text, "debug_id": "debug-1"})
