"""The ways in which Xero says no, each with the body it sends."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from providers.simulated.store import Doc

NOT_FOUND = "The resource you're looking for cannot be found"
WRONG_DOCUMENT = "The document with the supplied id was not found for this endpoint."


class Invalid(Exception):
    """One element breaks rules: `messages` are Xero's sentences for them."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class Turned(Exception):
    """The whole request is turned away with `status`; `body` is JSON or, as text, plain text."""

    def __init__(self, status: int, body: Doc | str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def problem(status: int, title: str, detail: str) -> Turned:
    body: Doc = {
        "Type": None, "Title": title, "Status": status, "Detail": detail,
        "Instance": str(uuid4()), "Extensions": {},
    }  # fmt: skip
    return Turned(status, body)


def not_found() -> Turned:
    return Turned(404, NOT_FOUND)


def not_implemented() -> Turned:
    message = "The Api Method called is not implemented"
    body = {"ErrorNumber": 20, "Type": "ApiMethodNotImplementedException", "Message": message}
    return Turned(501, body)


def bad_query(message: str) -> Turned:
    """A `where`, `order`, page or header that Xero cannot read."""
    return Turned(400, {"ErrorNumber": 16, "Type": "QueryParseException", "Message": message})


def bad_body(message: str) -> Turned:
    return Turned(400, {"ErrorNumber": 14, "Type": "PostDataInvalidException", "Message": message})


def invalid(elements: list[Doc]) -> Turned:
    """The 400 of a validation; `elements` carry their ValidationErrors."""
    body: dict[str, Any] = {
        "ErrorNumber": 10, "Type": "ValidationException",
        "Message": "A validation exception occurred", "Elements": elements,
    }  # fmt: skip
    return Turned(400, body)


def said(messages: tuple[str, ...]) -> list[Doc]:
    return [{"Message": message} for message in messages]
