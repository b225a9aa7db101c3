"""One organisation's accounting API: token, tenant, paging, and errors by what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from providers.documents import PDF
from providers.errors import OutcomeUnknown, Reconnect, TryLater
from providers.http import Answer, Http
from providers.tokens import Access, Vendor
from providers.xero import wire
from providers.xero.answers import TROUBLE_WAIT, error_of, lacks_right
from providers.xero.calls import Call, kind_of, name_call
from providers.xero.wire import Json

API = "https://api.xero.com"
REQUEST_ID_HEADER = "xero-correlation-id"
PAGE_SIZE = 1000
PAGE_SIZE_LEAST = 100
"""What Xero falls back to if it does not take the page size asked for."""
READS_MAX = 2


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `at` is Xero's own time when it answered, as ISO 8601 to the second."""

    items: tuple[Json, ...]
    at: str


class XeroClient:
    """Calls for one organisation. Every method may raise any of the five errors but Stale."""

    def __init__(self, vendor: Vendor, http: Http, *, access: Access, company_id: str) -> None:
        self._base = vendor.bases.get("api", API).rstrip("/") + "/api.xro/2.0"
        self._http = http
        self._access = access
        self._company_id = company_id

    def read(self, name: str, *parts: str, since: str = "", **options: Any) -> Json | None:
        """What xero-python's method of this name asks for; None if Xero does not have it.

        `since` is an If-Modified-Since moment in UTC, to the second, without a zone.
        """
        call = name_call(name, *parts, **options)
        headers = {"If-Modified-Since": since} if since else {}
        answer = self._send(call.method, call.path, headers=headers)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return {}
        kind = kind_of(call.method, call.path)
        if answer.status != HTTPStatus.OK:
            raise error_of(kind, answer, writes=False)
        try:
            return wire.parse(answer.body)
        except ValueError as error:
            raise TryLater(
                f"{kind}: the answer is no whole JSON: {error}",
                wait=TROUBLE_WAIT,
                request_id=answer.request_id,
            ) from error

    def file(self, name: str, *parts: str) -> bytes:
        """The same as a PDF, which Xero makes where it is asked to by `Accept`; empty if Xero does
        not have it. The path that ends in `/pdf` is the SDK's alone."""
        call = name_call(name, *parts)
        answer = self._send(call.method, call.path, headers={"Accept": "application/pdf"})
        kind = kind_of(call.method, call.path)
        if answer.status == HTTPStatus.NOT_FOUND:
            return b""
        if answer.status != HTTPStatus.OK:
            raise error_of(kind, answer, writes=False)
        if not answer.body.startswith(PDF):
            raise TryLater(
                f"{kind}: the answer is no PDF", wait=TROUBLE_WAIT, request_id=answer.request_id
            )
        return answer.body

    def pages(self, name: str, wrapper: str, *, since: str = "", **options: Any) -> Iterator[Page]:
        """Every page of a list, oldest change first.

        A record that changes while pages are read moves to the end and pulls another one across a
        page border unseen. Where that happened, all pages are read once more.
        """
        for _ in range(READS_MAX):
            seen: set[str] = set()
            counted: list[int] = []
            number = 0
            for document in self._documents(name, since, options):
                found = tuple(wire.items(document, wrapper))
                ids = [wire.text(item, _id_field(wrapper)) for item in found]
                moved = bool(seen.intersection(ids))
                seen.update(ids)
                counted.append(int(wire.part(document, "pagination").get("itemCount") or 0))
                number += 1
                yield Page(found, at_of(document))
            if number == 1 or not (moved or counted[-1] < counted[0]):
                return

    def write(self, call: Call, key: str) -> Json:
        """Send one write under an idempotency key. The body is sent as it is, byte by byte.

        Raises OutcomeUnknown on every answer that does not prove what happened.
        """
        body = call.body if isinstance(call.body, bytes) else wire.dump(call.body)
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        answer = self._send(call.method, call.path, headers=headers, body=body)
        kind = kind_of(call.method, call.path)
        if answer.status != HTTPStatus.OK:
            raise error_of(kind, answer, writes=True)
        try:
            return wire.parse(answer.body)
        except ValueError as error:
            raise OutcomeUnknown(
                f"{kind}: the answer is no whole JSON: {error}", request_id=answer.request_id
            ) from error

    def _documents(self, name: str, since: str, options: dict[str, Any]) -> Iterator[Json]:
        number = 1
        while True:
            document = self.read(
                name, since=since, page=number, page_size=PAGE_SIZE, order="UpdatedDateUTC ASC",
                **options,
            ) or {}  # fmt: skip
            yield document
            if _is_last(document, number):
                return
            number += 1

    def _send(
        self, method: str, path: str, *, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        """One request; a second one only where the first was turned away for its token."""
        token = self._access.token()
        answer = self._once(method, path, headers=headers, body=body, token=token)
        if answer.status != HTTPStatus.UNAUTHORIZED or lacks_right(answer):
            return answer
        token = self._access.renew(token)
        answer = self._once(method, path, headers=headers, body=body, token=token)
        if answer.status == HTTPStatus.UNAUTHORIZED and not lacks_right(answer):
            raise Reconnect("Xero takes neither of two tokens", request_id=answer.request_id)
        return answer

    def _once(
        self, method: str, path: str, *, headers: dict[str, str], body: bytes | None, token: str
    ) -> Answer:
        return self._http.call(
            kind_of(method, path), method, self._base + path,
            writes=method != "GET",
            headers={
                "Authorization": f"Bearer {token}",
                "xero-tenant-id": self._company_id,
                "Accept": "application/json",
                **headers,
            },
            body=body,
        )  # fmt: skip


def at_of(document: Json) -> str:
    """Xero's own time of an answer, as ISO 8601 in UTC to the second; empty if it tells none."""
    if not document.get("DateTimeUTC"):
        return ""
    return wire.moment(document["DateTimeUTC"]).replace(microsecond=0, tzinfo=None).isoformat()


def _is_last(document: Json, number: int) -> bool:
    pagination = wire.part(document, "pagination")
    if pagination.get("pageCount") is not None:
        return number >= int(pagination["pageCount"])
    lists = [value for value in document.values() if isinstance(value, list)]
    return max(map(len, lists), default=0) < PAGE_SIZE_LEAST


def _id_field(wrapper: str) -> str:
    return wrapper.removesuffix("s") + "ID"
