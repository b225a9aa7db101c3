"""An independent check: every request and answer against Xero's own OpenAPI description."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug.wrappers import Request, Response

from providers.simulated.gateway import Answered, App, run

VARIABLE = "LEDGERHAND_XERO_OPENAPI"
PREFIX = "/api.xro/2.0"


@cache
def _document() -> dict[str, Any]:
    """Xero's description, from the file that the environment names; skips the test without it."""
    path = os.environ.get(VARIABLE, "")
    if not path or not Path(path).exists():
        pytest.skip(
            f"set {VARIABLE} to the path of xero_accounting.yaml (github.com/XeroAPI/Xero-OpenAPI)"
            " to check the simulated Xero against it"
        )
    document: dict[str, Any] = yaml.load(Path(path).read_text(), Loader=_Loader)  # noqa: S506
    document["servers"] = [{"url": PREFIX}]
    document["components"]["securitySchemes"]["OAuth2"] = {"type": "http", "scheme": "bearer"}
    since = document["components"]["parameters"]["ifModifiedSince"]
    since["schema"] = {"type": "string"}  # Xero takes moments without a zone, as UTC
    _relax(document)
    for route, item in document["paths"].items():
        _forget_contradictions(route, item)
    return document


@cache
def description() -> OpenAPI:
    return OpenAPI.from_dict(_document(), Config(spec_validator_cls=None))


class _Loader(yaml.CSafeLoader):
    """Leaves dates in examples as text, as JSON has them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _relax(node: Any) -> None:
    """Xero ignores read-only fields in requests, and takes numbers in the place of ids."""
    if isinstance(node, dict):
        if isinstance(node.get("readOnly"), bool):
            del node["readOnly"]
        if node.get("in") == "path":
            node["schema"].pop("format", None)
    for inner in node.values() if isinstance(node, dict) else node:
        if isinstance(inner, dict | list):
            _relax(inner)


def _forget_contradictions(route: str, item: dict[str, Any]) -> None:
    """Where the description's schema forbids its own example, and errors that it leaves out."""
    for method in ("get", "put", "post", "delete"):
        if method in item:
            item[method]["responses"].setdefault("400", {"description": "left out"})
    if route.endswith("/History"):
        item["post"] = item["put"]  # developer.xero.com says that POST does the same
    if route.endswith("/Allocations/{AllocationID}"):
        item["delete"]["responses"]["200"]["content"]["application/json"]["schema"] = {}
    if route == "/Payments/{PaymentID}":
        item["post"]["requestBody"]["content"]["application/json"]["schema"] = {}


class Conforming:
    """A WSGI application around a gateway that collects every breach in `violations`.

    What was accepted (2xx) must conform as request and answer, a 400 as answer; the description
    says nothing of other statuses, nor of files.
    """

    def __init__(self, gateway: App) -> None:
        self._gateway = gateway
        self._openapi = description()
        self.violations: list[str] = []
        self.checked = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        answer = run(self._gateway, environ, body)
        if str(environ["PATH_INFO"]).lower().startswith(f"{PREFIX}/"):
            self._check(dict(environ), body, answer)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _check(self, environ: dict[str, Any], body: bytes, answer: Answered) -> None:
        response = Response(answer.body, answer.status, headers=answer.headers)
        if "/attachments/" in environ["PATH_INFO"].lower():
            return
        request = WerkzeugOpenAPIRequest(Request(_replayed(environ, body)))
        self.checked += 1
        try:
            if 200 <= response.status_code < 300:
                self._openapi.validate_request(request)
            if response.status_code in (200, 400) and response.mimetype == "application/json":
                self._openapi.validate_response(request, WerkzeugOpenAPIResponse(response))
        except OpenAPIError as error:
            where = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {answer.status[:3]}"
            self.violations.append(f"{where}: {_told(error)}")


@cache
def _spellings() -> dict[str, str]:
    """The words of the paths by their lower case: Xero reads them in any case."""
    parts = {part for route in _document()["paths"] for part in route.split("/")}
    return {part.lower(): part for part in parts}


def _replayed(environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    named = environ["PATH_INFO"][len(PREFIX) :].split("/")
    path = "/".join(_spellings().get(part.lower(), part) for part in named)
    return environ | {
        "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)),
        "PATH_INFO": f"{PREFIX}{path}",
    }  # fmt: skip


def _told(error: BaseException) -> str:
    causes = getattr(error.__cause__, "schema_errors", None) or [error.__cause__]
    details = "; ".join(str(getattr(cause, "message", cause))[:300] for cause in causes)
    return f"{error} ({details})"
