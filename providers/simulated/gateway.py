"""In front of each vendor's API: every request is written down, and faults strike here."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from providers.simulated.faults import Fault
from providers.simulated.journal import Journal
from providers.simulated.world import World

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]
HANG_SECONDS = 35.0


@dataclass(frozen=True, slots=True)
class Answered:
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Broken(Exception):
    """The caller gets no whole answer: `how` is timeout, reset or cut."""

    def __init__(self, how: str, *, seconds: float = 0.0, answer: Answered | None = None) -> None:
        super().__init__(how)
        self.how = how
        self.seconds = seconds
        self.answer = answer


class Product(Protocol):
    """What a vendor adds: its pages and API as one WSGI application, and its words."""

    name: str

    @property
    def app(self) -> App: ...

    def kind_of(self, environ: Environ) -> str:
        """``<product>.<entity>.<verb>`` for an API request, empty for pages and sign-in."""
        ...

    def client_of(self, environ: Environ) -> str:
        """The client id that the request's access token belongs to, empty if it has none."""
        ...

    def company_of(self, environ: Environ) -> str: ...

    def idempotency_key_of(self, environ: Environ) -> str: ...

    def refusal(self, fault: Fault) -> Answered:
        """What the vendor sends for a 429, 500, 503 or html fault, in the vendor's own shape."""
        ...


class Gateway:
    """A WSGI application around a product's."""

    def __init__(self, world: World, product: Product) -> None:
        self._world = world
        self._product = product
        self._journal = Journal(world)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        kind = self._product.kind_of(environ)
        if not kind:
            return self._product.app(environ, start_response)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        who = self._product.client_of(environ)
        fault = self._world.faults.draw(kind)
        try:
            answer = self._answer(environ, body, fault)
        except Broken as broken:
            self._write_down(environ, kind, who, broken.how)
            raise
        self._write_down(environ, kind, who, answer.status[:3])
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _answer(self, environ: Environ, body: bytes, fault: Fault | None) -> Answered:
        if fault is None:
            return run(self._product.app, environ, body)
        if fault.fault in {"429", "500", "503", "html"}:
            return self._product.refusal(fault)
        if fault.fault == "late_commit":
            self._world.later(
                timedelta(seconds=fault.seconds), lambda: void(self._product.app, environ, body)
            )
            raise Broken("timeout", seconds=HANG_SECONDS)
        answer = run(self._product.app, environ, body)
        if fault.fault == "timeout_after_commit":
            raise Broken("timeout", seconds=fault.seconds or HANG_SECONDS)
        if fault.fault == "cut_body":
            raise Broken("cut", answer=answer)
        raise Broken("reset")

    def _write_down(self, environ: Environ, kind: str, client: str, status: str) -> None:
        self._journal.add(
            product=self._product.name,
            client=client,
            company=self._product.company_of(environ),
            kind=kind,
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"],
            query=environ.get("QUERY_STRING", ""),
            status=status,
            idempotency_key=self._product.idempotency_key_of(environ),
        )


def run(app: App, environ: Environ, body: bytes) -> Answered:
    """Let a WSGI application answer one request and collect the whole answer."""
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> None:
        started[:] = [status, headers]

    chunks = app({**environ, "wsgi.input": io.BytesIO(body)}, start_response)
    try:
        whole = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    return Answered(started[0], started[1], whole)


def void(app: App, environ: Environ, body: bytes) -> None:
    run(app, environ, body)
