"""The ways in which the API says no, in the words and codes of the real one."""

from __future__ import annotations

from collections.abc import Iterable

from providers.simulated.store import Doc


class Refusal(Exception):
    """One error of a service fault. The caller rolls back what the request had begun."""

    def __init__(self, code: str, message: str, detail: str, *, element: str = "") -> None:
        super().__init__(f"{code} {message}: {detail}")
        self.code = code
        self.message = message
        self.detail = detail
        self.element = element
        self.status = 401 if code == "120" else 400

    def fault(self, *, inside: bool = False) -> Doc:
        """The Fault object; `inside` a 200 answer every error names its element, even if empty."""
        error = {"Message": self.message, "Detail": self.detail, "code": self.code}
        if inside or self.element:
            error["element"] = self.element
        return {"Error": [error], "type": "ValidationFault"}


def stale(other: str) -> Refusal:
    return Refusal(
        "5010",
        "Stale Object Error",
        f"Stale Object Error : You and {other} were working on this at the same time."
        f" {other} finished before you did, so your work was not saved.",
    )


def not_found() -> Refusal:
    return Refusal(
        "610",
        "Object Not Found",
        "Object Not Found : Something you're trying to use has been made inactive."
        " Check the fields with accounts, customers, items, vendors or employees.",
    )


def unsupported(operation: str) -> Refusal:
    return Refusal("500", "Unsupported Operation", f"Operation {operation} is not supported.")


def invalid_id(value: str) -> Refusal:
    return Refusal(
        "2030", "Invalid ID", f"Id should be a valid number. Supplied value:{value}", element="Id"
    )


def unknown_property(name: str, entity: str, known: Iterable[str]) -> Refusal:
    names = sorted(known)
    listed = ", ".join(f'"{one}"' for one in names[:40])
    return Refusal(
        "2010",
        "Request has invalid or unsupported property",
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{entity}),'
        f" not marked as ignorable ({len(names)} known properties: {listed} [truncated]])\n"
        " specified is unsupported or invalid",
    )


def unreadable(detail: str) -> Refusal:
    return Refusal("2010", "Request has invalid or unsupported property", detail)


def missing(name: str) -> Refusal:
    return Refusal(
        "2020",
        "Required param missing, need to supply the required value for the API",
        f"Required parameter {name} is missing in the request",
        element=name,
    )


def too_long(name: str, characters_max: int) -> Refusal:
    return Refusal(
        "2050",
        "Length exceeds limit",
        f"Length of the field exceeds {characters_max} chars",
        element=name,
    )


def no_number(name: str) -> Refusal:
    return Refusal("2080", "Illegal number format", f"{name} should be a number", element=name)


def no_date(name: str) -> Refusal:
    return Refusal(
        "2170", "Invalid Enumeration", f"{name} should be a date, as in 2026-01-31", element=name
    )


def invalid_query(detail: str) -> Refusal:
    return Refusal("4001", "Invalid query", f"QueryValidationError: {detail}")


def unparsable_query(detail: str) -> Refusal:
    return Refusal("4000", "Error parsing query", f"QueryParserError: {detail}")


def business(detail: str) -> Refusal:
    return Refusal(
        "6000",
        "A business validation error has occurred while processing your request",
        f"Business Validation Error: {detail}",
    )


def duplicate_name() -> Refusal:
    return Refusal(
        "6240", "Duplicate Name Exists Error", "The name supplied already exists. : null"
    )


def duplicate_number(number: str) -> Refusal:
    return Refusal(
        "6140",
        "Duplicate Document Number Error",
        "Duplicate Document Number Error : You must specify a different number. This number has"
        f" already been used. DocNumber={number} is assigned to another transaction",
    )


def closed_period() -> Refusal:
    return Refusal(
        "6210",
        "Account Period Closed, Cannot Update Through Services API",
        "Account Period Closed, Cannot Update Through Services API : The account period has closed"
        " and the account books cannot be updated through the QBO Services API."
        " Please use the QBO website to make these changes.",
    )


def subscription_ended() -> Refusal:
    return Refusal(
        "6190",
        "Invalid Company Status",
        "Subscription period has ended or canceled or there was a billing problem :"
        " You can't add data to QuickBooks Online Plus because your trial or subscription"
        " period ended, you canceled your subscription, or there was a billing problem.",
    )


def no_access() -> Refusal:
    return Refusal(
        "120",
        "Authorization Failure",
        "AuthorizationFailure: Unknown Error during Authentication. ErrorCode: -11014",
    )
