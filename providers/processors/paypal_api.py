"""Payouts read from PayPal's transaction search, with an app that may only search."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from providers.errors import Reconnect, Refused, TryLater
from providers.figures import Unreadable, exact
from providers.http import Answer, Http
from providers.money import Money
from providers.processors import paypal
from providers.processors.paypal import Movement
from providers.receipts import PartKind, Payout, PayoutPart, Unbalanced

API = "https://api-m.paypal.com"
REQUEST_ID_HEADER = "Paypal-Debug-Id"
PAGE_SIZE = 500
WINDOW = timedelta(days=31)
"""The longest that one search may span (transaction search reference, start_date)."""
TROUBLE_WAIT = timedelta(seconds=60)
Json = Mapping[str, Any]


class PayPalPayouts:
    """Reads one PayPal account. `key` is the app's client id and secret with a colon between.

    Methods may raise TryLater, Reconnect and Refused.
    """

    def __init__(self, http: Http, *, key: str, base: str = API) -> None:
        client, _, secret = key.partition(":")
        if not client or not secret:
            raise Refused("the PayPal key is not client id and secret with a colon between",
                          code="key")  # fmt: skip
        self._http = http
        self._basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
        self._base = base.rstrip("/")
        self._token = ""

    def arrived_since(self, since: datetime, until: datetime) -> Iterator[Payout]:
        """The withdrawals between two aware moments, with what they consist of; of the first one
        only where PayPal tells the balance before it."""
        movements: dict[tuple[str, str], Movement] = {}
        start = since
        while start < until:
            end = min(start + WINDOW, until)
            for found in self._search(start, end):
                movement = _movement(found)
                if movement is not None:
                    movements[movement.part.id, movement.part.net.currency] = movement
            start = end
        ordered = sorted(movements.values(), key=lambda movement: movement.at)
        try:
            yield from paypal.payouts(ordered, whole=False)
        except Unbalanced as error:
            raise Refused(str(error), code="payout") from None

    def _search(self, start: datetime, end: datetime) -> Iterator[Json]:
        number, pages = 1, 1
        while number <= pages:
            page = self._read({
                "start_date": _written(start), "end_date": _written(end), "fields": "all",
                "balance_affecting_records_only": "Y", "page_size": str(PAGE_SIZE),
                "page": str(number),
            })  # fmt: skip
            yield from page.get("transaction_details") or []
            pages = int(page.get("total_pages") or 1)
            number += 1

    def _read(self, query: dict[str, str]) -> Json:
        kind = "paypal.transactions.read"
        for is_last in (False, True):
            answer = self._http.call(
                kind, "GET", f"{self._base}/v1/reporting/transactions", params=query,
                headers={"Authorization": f"Bearer {self._token or self._sign_in()}"},
            )  # fmt: skip
            if answer.status != HTTPStatus.UNAUTHORIZED or is_last:
                return _json(kind, answer)
            self._token = ""
        raise AssertionError("the last try answers or raises")

    def _sign_in(self) -> str:
        kind = "paypal.oauth.token"
        answer = self._http.call(
            kind, "POST", f"{self._base}/v1/oauth2/token", body=b"grant_type=client_credentials",
            headers={"Authorization": f"Basic {self._basic}",
                     "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        self._token = str(_json(kind, answer).get("access_token", ""))
        return self._token


def _movement(found: Json) -> Movement | None:
    """None for what has not gone through."""
    info = found.get("transaction_info") or {}
    if info.get("transaction_status") != "S":
        return None
    try:
        return _read_movement(info, found.get("payer_info") or {})
    except (Unreadable, KeyError, TypeError, ValueError) as error:
        raise Refused(
            f"PayPal transaction {info.get('transaction_id')}: {error}", code="transaction"
        ) from None


def _read_movement(info: Json, payer: Json) -> Movement:
    gross = _money(info["transaction_amount"])
    cost = _money(info["fee_amount"]) if info.get("fee_amount") else Money.zero(gross.currency)
    code = str(info["transaction_event_code"])
    at = datetime.fromisoformat(str(info["transaction_initiation_date"]))
    name = payer.get("payer_name") or {}
    kind = paypal.kind_of(code, gross)
    words = (info.get(n) for n in ("transaction_subject", "custom_field", "transaction_note"))
    part = PayoutPart(
        id=str(info["transaction_id"]), kind=kind, day=at.date(), gross=gross, fee=-cost,
        net=gross + cost, description=" ".join(str(word) for word in words if word),
        invoice_number=str(info.get("invoice_id") or ""),
        payer_name=str(name.get("alternate_full_name") or " ".join(
            filter(None, (name.get("given_name"), name.get("surname")))
        )),
        payer_email=str(payer.get("email_address") or ""),
        about="" if kind is PartKind.CHARGE else str(info.get("paypal_reference_id") or ""),
    )  # fmt: skip
    balance = _money(info["ending_balance"]) if info.get("ending_balance") else None
    return Movement(at, part, paypal.is_withdrawal(code), balance)


def _money(told: Json) -> Money:
    try:
        return exact(Decimal(str(told["value"])), str(told["currency_code"]))
    except InvalidOperation:
        raise Unreadable(f"{told['value']!r} is no amount") from None


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _json(kind: str, answer: Answer) -> Json:
    """By https://developer.paypal.com/api/rest/responses/; nothing is changed by any call."""
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise Reconnect("PayPal does not take the key; store a new one",
                        request_id=answer.request_id)  # fmt: skip
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS or (
        answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        asked = str(answer.headers.get("Retry-After", ""))
        wait = timedelta(seconds=int(asked)) if asked.isdigit() else TROUBLE_WAIT
        raise TryLater(f"{kind}: PayPal answered {answer.status}", wait=wait,
                       request_id=answer.request_id)  # fmt: skip
    try:
        read = json.loads(answer.body, parse_float=Decimal)
    except ValueError:
        read = None
    if answer.status == HTTPStatus.OK and isinstance(read, dict):
        return read
    if answer.status == HTTPStatus.OK:
        raise TryLater(f"{kind}: the answer is no whole JSON", wait=TROUBLE_WAIT,
                       request_id=answer.request_id)  # fmt: skip
    told = read if isinstance(read, dict) else {}
    text = str(told.get("message") or f"PayPal answered {answer.status}")[:300]
    raise Refused(f"{kind}: {text}", code=str(told.get("name") or answer.status),
                  request_id=answer.request_id)  # fmt: skip
