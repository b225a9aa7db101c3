"""The one HTTP session: time-outs, no redirects, no hidden retries, every call counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import requests
import structlog
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import NewConnectionError

from providers.errors import OutcomeUnknown, TryLater

log = structlog.get_logger()

CONNECT_SECONDS_MAX = 5.0
READ_SECONDS_MAX = 30.0
FLIGHT_MAX = timedelta(seconds=121)
"""The longest that a request can still take effect after we stopped waiting for it: both time-outs
and a vendor's own limit of 120 s for one request (QuickBooks, limits and throttles page)."""
UNREACHABLE_WAIT = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read to its end. `headers` are matched without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    request_id: str


Spend = Callable[[str], None]
"""Called with the kind of call just before it goes out; may raise TryLater when none are left."""


def uncounted(_kind: str) -> None:
    """For calls that belong to no company's budget."""


class Http:
    """One session for one job. `request_id_header` names where the vendor puts its own call id."""

    def __init__(
        self,
        *,
        spend: Spend = uncounted,
        adapters: Mapping[str, BaseAdapter] | None = None,
        request_id_header: str = "",
        read_seconds: float = READ_SECONDS_MAX,
    ) -> None:
        self._spend = spend
        self._request_id_header = request_id_header
        self._timeout = (CONNECT_SECONDS_MAX, read_seconds)
        self._session = requests.Session()
        self._session.trust_env = False
        once = HTTPAdapter(max_retries=0)
        for prefix, adapter in ({"https://": once, "http://": once} | dict(adapters or {})).items():
            self._session.mount(prefix, adapter)

    def call(
        self,
        kind: str,
        method: str,
        url: str,
        *,
        writes: bool = False,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send one request and read the whole answer, whatever its status.

        `kind` is what the meter counts it as. With `writes`, a request that left us and was not
        answered raises OutcomeUnknown; without it, TryLater.
        """
        self._spend(kind)
        try:
            response = self._session.send(
                self._prepared(method, url, headers, params, body),
                timeout=self._timeout, allow_redirects=False, proxies={},
            )  # fmt: skip
        except requests.RequestException as error:
            if writes and not _never_left(error):
                raise OutcomeUnknown(f"{kind}: no answer ({type(error).__name__})") from error
            raise TryLater(
                f"{kind}: no answer ({type(error).__name__})", wait=UNREACHABLE_WAIT
            ) from error
        request_id = response.headers.get(self._request_id_header, "")
        log.info(
            "call", kind=kind, method=method, status=response.status_code, request_id=request_id,
            milliseconds=round(response.elapsed.total_seconds() * 1000),
        )  # fmt: skip
        return Answer(response.status_code, response.headers, response.content, request_id)

    def _prepared(
        self, method: str, url: str, headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None, body: bytes | None,
    ) -> requests.PreparedRequest:  # fmt: skip
        """Not by the session: it looks for settings of its own, of which there are none, for half
        as long as a call takes."""
        request = requests.PreparedRequest()
        request.prepare(
            method.upper(), url, headers={**self._session.headers, **(headers or {})},
            params=dict(params or {}), data=body, cookies=self._session.cookies,
        )  # fmt: skip
        return request

    def close(self) -> None:
        self._session.close()


def _never_left(error: requests.RequestException) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, NewConnectionError)
