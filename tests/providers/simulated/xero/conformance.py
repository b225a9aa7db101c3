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

from providers.simulated.gateway import App, run

VARIABLE = "LEDGERHAND_XERO_OPENAPI"
PREFIX = "/api.xro/2.0"
UNDECLARED = ("401", "403", "404", "412", "429", "500", "503")
"""Statuses that Xero sends and its description leaves out."""


@cache
def description() -> OpenAPI:
    """Xero's description, from the file that the environment names; skips the test without it."""
    path = os.environ.get(VARIABLE, "")
    if not path or not Path(path).exists():
        pytest.skip(
            f"set {VARIABLE} to the path of xero_accounting.yaml (github.com/XeroAPI/Xero-OpenAPI)"
            " to check the simulated Xero against it"
        )
    document = yaml.load(Path(path).read_text(), Loader=_Loader)  # noqa: S506
    document["servers"] = [{"url": PREFIX}]
    document["components"]["securitySchemes"]["OAuth2"] = {"type": "http", "scheme": "bearer"}
    since = document["components"]["parameters"]["ifModifiedSince"]
    since["schema"] = {"type": "string"}  # Xero takes moments without a zone, as UTC
    for item in document["paths"].values():
        _complete(item)
    return OpenAPI.from_dict(document, Config(spec_validator_cls=None))


class _Loader(yaml.CSafeLoader):
    """Leaves dates in examples as text, as JSON has them."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _complete(item: dict[str, Any]) -> None:
    for method in ("get", "put", "post", "delete"):
        if method in item:
            responses = item[method]["responses"]
            for status in UNDECLARED:
                responses.setdefault(status, {"description": "left out by the description"})


class Conforming:
    """A WSGI application around a gateway that collects every breach in `violations`."""

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
            self._check(dict(environ), body, answer.status, answer.headers, answer.body)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _check(self, environ: dict[str, Any], body: bytes, status: str,
               headers: list[tuple[str, str]], sent: bytes) -> None:  # fmt: skip
        self.checked += 1
        request = WerkzeugOpenAPIRequest(Request(_replayed(environ, body)))
        response = WerkzeugOpenAPIResponse(Response(sent, status, headers=headers))
        where = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {status[:3]}"
        accepted = status[0] == "2"
        try:
            if accepted:
                self._openapi.validate_request(request)
            if status[:3] not in UNDECLARED:
                self._openapi.validate_response(request, response)
        except OpenAPIError as error:
            self.violations.append(f"{where}: {_told(error)}")


def _replayed(environ: dict[str, Any], body: bytes) -> dict[str, Any]:
    return environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _told(error: BaseException) -> str:
    causes = getattr(error.__cause__, "schema_errors", None) or [error.__cause__]
    details = "; ".join(str(getattr(cause, "message", cause))[:300] for cause in causes)
    return f"{error} ({details})"
