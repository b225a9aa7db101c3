"""Payouts read from Stripe's API with a restricted key that can only read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from providers.errors import Reconnect, Refused, TryLater
from providers.figures import Unreadable
from providers.http import Answer, Http
from providers.processors import stripe
from providers.receipts import PartKind, Payout, PayoutPart, Unbalanced

API = "https://api.stripe.com"
VERSION = "2024-06-20"
"""Pinned: later versions no longer name the invoice on the charge."""
REQUEST_ID_HEADER = "Request-Id"
PAGE_SIZE = 100
PAGES_MAX = 1_000
TROUBLE_WAIT = timedelta(seconds=60)
Json = Mapping[str, Any]


class StripePayouts:
    """Reads one Stripe account. Methods may raise TryLater, Reconnect and Refused."""

    def __init__(self, http: Http, *, key: str, base: str = API) -> None:
        if not re.fullmatch(r"rk_(live|test)_\w+", key):
            raise Refused(
                "the Stripe key is no restricted key (rk_...); make one in the Dashboard that may"
                " only read balance, charges, customers, disputes and payouts",
                code="key",
            )
        self._http = http
        self._key = key
        self._base = base.rstrip("/")

    def arrived_since(self, since: date) -> Iterator[Payout]:
        """Automatic payouts that reached the bank on or after a day, the newest first.

        Of a manual payout Stripe does not know what is in it; those are left out.
        """
        start = datetime.combine(since, datetime.min.time(), UTC)
        query = {"status": "paid", "arrival_date[gte]": str(int(start.timestamp()))}
        for found in self._all("payouts", query):
            if found.get("automatic") and found.get("reconciliation_status") == "completed":
                yield self._payout(found)

    def _payout(self, found: Json) -> Payout:
        query = {"payout": str(found["id"]), "expand[]": "data.source"}
        movements = self._all("balance_transactions", query)
        try:
            return Payout(
                stripe.NAME, str(found["id"]), _day(found["arrival_date"]),
                stripe.of_minor(found["amount"], found["currency"]),
                tuple(_part(m) for m in movements if m.get("type") not in stripe.PAYOUTS),
            )  # fmt: skip
        except (Unbalanced, Unreadable, KeyError, TypeError) as error:
            raise Refused(f"Stripe payout {found.get('id')}: {error}", code="payout") from None

    def _all(self, resource: str, query: dict[str, str]) -> Iterator[Json]:
        """Every object of a list, page by page (https://docs.stripe.com/api/pagination)."""
        after: dict[str, str] = {}
        for _ in range(PAGES_MAX):
            page = self._read(resource, {"limit": str(PAGE_SIZE), **query, **after})
            found = page.get("data") or []
            yield from found
            if not page.get("has_more") or not found:
                return
            after = {"starting_after": str(found[-1]["id"])}
        raise Refused(f"stripe {resource}: more than {PAGES_MAX:,} pages", code="pages")

    def _read(self, resource: str, query: dict[str, str]) -> Json:
        kind = f"stripe.{resource}.read"
        answer = self._http.call(
            kind, "GET", f"{self._base}/v1/{resource}", params=query,
            headers={"Authorization": f"Bearer {self._key}", "Stripe-Version": VERSION},
        )  # fmt: skip
        if answer.status != HTTPStatus.OK:
            raise _error(kind, answer)
        try:
            read = json.loads(answer.body, parse_float=Decimal)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            raise TryLater(f"{kind}: the answer is no whole JSON", wait=TROUBLE_WAIT,
                           request_id=answer.request_id)  # fmt: skip
        return read


def _part(movement: Json) -> PayoutPart:
    source = movement.get("source")
    source = source if isinstance(source, dict) else {"id": source}
    kind = stripe.kind_of(str(movement["reporting_category"]))
    money = [stripe.of_minor(movement[name], movement["currency"])
             for name in ("amount", "fee", "net")]  # fmt: skip
    is_charge = kind is PartKind.CHARGE
    billing = source.get("billing_details") or {}
    return PayoutPart(
        id=str(source.get("id") or movement["id"]) if is_charge else str(movement["id"]),
        kind=kind, day=_day(movement["created"]), gross=money[0], fee=money[1], net=money[2],
        description=str(source.get("description") or movement.get("description") or ""),
        invoice_number=stripe.invoice_number(source.get("metadata") or {}),
        payer_name=str(billing.get("name") or ""),
        payer_email=str(billing.get("email") or source.get("receipt_email") or ""),
        about="" if is_charge else str(source.get("charge") or ""),
        paid=_paid(source, movement, takes_back=money[0].amount < 0),
    )  # fmt: skip


def _paid(source: Json, movement: Json, *, takes_back: bool) -> Any:
    """Objects tell their amount without a sign; the movement has it."""
    currency = source.get("currency")
    if not currency or currency == movement["currency"]:
        return None
    paid = stripe.of_minor(source["amount"], currency)
    return -paid if takes_back else paid


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def _error(kind: str, answer: Answer) -> Exception:
    """By https://docs.stripe.com/error-handling; only GETs are sent, so all may be repeated."""
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return Reconnect("Stripe does not take the key; store a new restricted key",
                         request_id=answer.request_id)  # fmt: skip
    if answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.CONFLICT) or (
        answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    ):
        asked = str(answer.headers.get("Retry-After", ""))
        wait = timedelta(seconds=int(asked)) if asked.isdigit() else TROUBLE_WAIT
        return TryLater(f"{kind}: Stripe answered {answer.status}", wait=wait,
                        request_id=answer.request_id)  # fmt: skip
    return Refused(f"{kind}: {_message(answer)}", code=str(answer.status),
                   request_id=answer.request_id)  # fmt: skip


def _message(answer: Answer) -> str:
    try:
        return str(json.loads(answer.body)["error"]["message"])[:300]
    except (ValueError, KeyError, TypeError):
        return f"Stripe answered {answer.status}"
