"""One company's QuickBooks API: how a request is built and what its answer means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus

from providers import exact
from providers.documents import PDF
from providers.errors import LedgerError
from providers.exact import Doc
from providers.http import Answer, Http
from providers.quickbooks import faults
from providers.tokens import Access, Vendor

API = "https://quickbooks.api.intuit.com"
MINOR_VERSION = "75"
"""The only one served since August 2025; newer fields come without a new number."""
REQUEST_ID_HEADER = "intuit_tid"
KEY_CHARACTERS_MAX = 50
"""Longest `requestid` (developer.intuit.com, "Idempotency: request id")."""
JSON = "application/json"
SUB_RESOURCES = frozenset({"pdf", "send"})


def kind_of(method: str, path: str) -> str:
    """What the meter counts a request as, from its method and its path below the company."""
    parts = path.partition("?")[0].lower().split("/")
    named = [parts[0], *(part for part in parts[1:] if part in SUB_RESOURCES)]
    verb = "read" if method == "GET" or parts[0] == "query" else "write"
    return ".".join(["quickbooks", *named, verb])


def request_key(key: str) -> str:
    """The key as a `requestid`; one that is too long is folded, always to the same text."""
    if not key:
        raise ValueError("a write needs a key; pass the outbox key of the intent")
    if len(key) <= KEY_CHARACTERS_MAX:
        return key
    return sha256(key.encode()).hexdigest()[:KEY_CHARACTERS_MAX]


class Client:
    """Every method may raise TryLater, Reconnect or Refused; `write` also OutcomeUnknown, Stale.

    An error carries Intuit's own id of the call (`intuit_tid`), which its support asks for.
    """

    def __init__(self, vendor: Vendor, http: Http, access: Access, company_id: str) -> None:
        base = vendor.bases.get("api", API).rstrip("/")
        self.company_id = company_id
        self._root = f"{base}/v3/company/{company_id}"
        self._http = http
        self._access = access

    def read(self, path: str, params: Mapping[str, str] | None = None) -> Doc:
        """The parsed answer; `time` is the ledger's own clock, as ISO 8601 text if it told."""
        kind = kind_of("GET", path)
        answer = self._send(kind, "GET", path, params=params or {}, body=None, writes=False)
        return self._parsed(kind, answer, writes=False)

    def file(self, path: str) -> bytes:
        """A PDF, as QuickBooks makes it ("Download an invoice as a PDF file")."""
        kind = kind_of("GET", path)
        answer = self._send(
            kind, "GET", path, params={}, body=None, writes=False, accept="application/pdf"
        )
        if not answer.body.startswith(PDF):
            raise faults.unclear(
                f"{kind}: the answer is no PDF", writes=False, request_id=_tid(answer)
            )
        return answer.body

    def write(self, method: str, path: str, body: bytes, *, key: str) -> Doc:
        """Send one write once. The same key within Intuit's window is the same write."""
        kind = kind_of(method, path)
        params = {"requestid": request_key(key)}
        answer = self._send(kind, method, path, params=params, body=body, writes=True)
        return self._parsed(kind, answer, writes=True)

    def _send(
        self, kind: str, method: str, path: str, *, params: Mapping[str, str],
        body: bytes | None, writes: bool, accept: str = JSON,
    ) -> Answer:  # fmt: skip
        def call(token: str) -> Answer:
            return self._http.call(
                kind, method, f"{self._root}/{path}", writes=writes, body=body,
                headers=_headers(token, body, accept),
                params={**params, "minorversion": MINOR_VERSION},
            )  # fmt: skip

        token = self._access.token()
        answer = call(token)
        if _token_rejected(answer):
            answer = call(self._access.renew(token))
        if answer.status == HTTPStatus.OK:
            return answer
        raise self._error(kind, answer, faults.faults_of(answer), writes=writes)

    def _parsed(self, kind: str, answer: Answer, *, writes: bool) -> Doc:
        try:
            doc = exact.load(answer.body)
        except ValueError:
            doc = None
        if not isinstance(doc, dict):
            raise faults.unclear(
                f"{kind}: the answer is not whole JSON", writes=writes, request_id=_tid(answer)
            )
        # some faults come with HTTP status 200, for example for a link to a missing record
        if found := faults.faults_in(doc):
            refused = replace(answer, status=HTTPStatus.BAD_REQUEST)
            raise self._error(kind, refused, found, writes=writes)
        doc.setdefault("time", _server_time(answer))
        return doc

    def _error(
        self, kind: str, answer: Answer, found: tuple[faults.Fault, ...], *, writes: bool
    ) -> LedgerError:
        tid = _tid(answer)
        return faults.error_of(kind, answer.status, found, writes=writes, request_id=tid)


def _headers(token: str, body: bytes | None, accept: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "Accept": accept}
    return headers if body is None else headers | {"Content-Type": JSON}


def _token_rejected(answer: Answer) -> bool:
    if answer.status == HTTPStatus.OK:
        return False
    codes = {fault.code for fault in faults.faults_of(answer)}
    unexplained = answer.status == HTTPStatus.UNAUTHORIZED and not codes & faults.SHUT_OUT
    return unexplained or faults.TOKEN_REJECTED in codes


def _tid(answer: Answer) -> str:
    return answer.request_id or answer.headers.get(REQUEST_ID_HEADER, "")


def _server_time(answer: Answer) -> str:
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC).isoformat()
    except ValueError:
        return ""
