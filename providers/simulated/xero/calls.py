"""One call of the accounting API and the reply to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from werkzeug.datastructures import Headers

from providers.simulated.store import Doc
from providers.simulated.xero import wire
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import bad_body

BODY_BYTES_MAX = 3_500_000


@dataclass(frozen=True, slots=True)
class Call:
    """`path` holds the segments after ``/api.xro/2.0/``; names in `query` are lower case."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Headers
    body: bytes
    books: Books

    @property
    def places(self) -> int:
        """The decimals of unit amounts."""
        return 4 if self.query.get("unitdp") == "4" else 2

    @property
    def summarize_errors(self) -> bool:
        return self.query.get("summarizeerrors", "true").lower() != "false"

    @property
    def wants_pdf(self) -> bool:
        return "application/pdf" in self.headers.get("Accept", "")

    def document(self) -> Any:
        """The JSON body. Raises Turned (400)."""
        if len(self.body) > BODY_BYTES_MAX:
            raise bad_body("The request body is larger than 3.5 MB")
        try:
            return json.loads(self.body or b"{}", parse_float=Decimal)
        except (ValueError, RecursionError):
            raise bad_body("The request body could not be read as JSON") from None

    def elements(self, plural: str) -> list[Doc]:
        """The elements of a write: wrapped in their plural, or one by itself."""
        document = self.document()
        if isinstance(document, dict):
            for key, value in document.items():
                if key.lower() == plural.lower() and isinstance(value, list):
                    document = value
                    break
        elements = document if isinstance(document, list) else [document]
        if not elements or not all(isinstance(element, dict) for element in elements):
            raise bad_body(f"The request must hold {plural}")
        return elements


@dataclass(frozen=True, slots=True)
class Reply:
    """`body` is JSON, bytes of `mime`, or text."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    mime: str = "application/json; charset=utf-8"


def envelope(books: Books, plural: str, rows: list[Doc], pagination: Doc | None = None) -> Doc:
    head: Doc = {
        "Id": str(uuid4()), "Status": "OK", "ProviderName": books.actor,
        "DateTimeUTC": wire.now_out(books.world.clock.now()),
    }  # fmt: skip
    if pagination:
        head["pagination"] = pagination
    return head | {plural: rows}
