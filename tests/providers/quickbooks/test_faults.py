from __future__ import annotations

from datetime import timedelta

import pytest

from providers.errors import LedgerError, OutcomeUnknown, Reconnect, Refused, Stale, TryLater
from providers.http import Answer
from providers.quickbooks.faults import THROTTLE_WAIT, Fault, error_of, faults_of

SERVICE = b"""{"Fault":{"Error":[{"Message":"Duplicate Name Exists Error",
 "Detail":"The name supplied already exists.","code":"6240","element":""},
 {"Message":"Second","code":"2020"}],"type":"ValidationFault"},"time":"2026-11-20T06:00:00-08:00"}"""
GATEWAY = b"""{"warnings":null,"fault":{"error":[{"message":"message=AuthenticationFailed;
 errorCode=003200; statusCode=401","detail":"Token expired: eyJsecret","code":"3200",
 "element":null}],"type":"AUTHENTICATION"},"time":1601391072830}"""
XML = b"""<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3">
 <Fault type="SERVICE"><Error code="3001"><Message>ThrottleExceeded</Message>
 <Detail>The request limit was reached.</Detail></Error></Fault></IntuitResponse>"""
ECOSYSTEM = b"""{"code":"AuthenticationFailed","type":"INPUT","message":null,"detail":"Malformed
 bearer token"}"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><l>&c;</l>"""


def answer(body: bytes) -> Answer:
    return Answer(400, {}, body, "")


@pytest.mark.parametrize(("_case", "body", "codes"), [
    ("service, every error", SERVICE, ["6240", "2020"]),
    ("gateway, lower case", GATEWAY.replace(b"\n", b""), ["3200"]),
    ("XML in spite of Accept", XML, ["3001"]),
    ("the ecosystem's gateway", ECOSYSTEM.replace(b"\n", b""), ["3200"]),
    ("a fault without errors", b'{"Fault":{"type":"SystemFault"}}', [""]),
    ("no fault", b'{"Invoice":{}}', []),
    ("a page", b"<html><body>Service Unavailable<br></body></html>", []),
    ("an entity bomb", BOMB, []),
    ("nothing", b"", []),
    ("half", b'{"Fault":', []),
    ("a list", b"[1]", []),
])  # fmt: skip
def test_every_shape_of_fault_is_read(_case: str, body: bytes, codes: list[str]) -> None:
    assert [fault.code for fault in faults_of(answer(body))] == codes


@pytest.mark.parametrize(("_case", "status", "code", "message", "reading", "writing"), [
    ("throttled", 429, "3001", "ThrottleExceeded", TryLater, TryLater),
    ("throttled, older status", 403, "003001", "ThrottleExceeded", TryLater, TryLater),
    ("throttled, no body", 429, "", "", TryLater, TryLater),
    ("month used up", 429, "", "limit", TryLater, TryLater),
    ("token", 401, "3200", "AuthenticationFailed", Reconnect, Reconnect),
    ("wrong keys", 403, "3100", "ApplicationAuthorizationFailed", Reconnect, Reconnect),
    ("lost access", 401, "120", "AuthorizationFailure", Reconnect, Reconnect),
    ("forbidden page", 403, "", "", Refused, Refused),
    ("stale", 400, "5010", "Stale Object Error", Stale, Stale),
    ("closed", 400, "5010", "Account Period Closed", Refused, Refused),
    ("closed, newer code", 400, "6210", "Account Period Closed", Refused, Refused),
    ("gone", 400, "610", "Object Not Found", Refused, Refused),
    ("rule", 400, "6000", "A business validation error", Refused, Refused),
    ("name taken", 400, "6240", "Duplicate Name Exists Error", Refused, Refused),
    ("subscription ended", 400, "6190", "Invalid Company Status", Refused, Refused),
    ("unknown code", 400, "99999", "New", Refused, Refused),
    ("system failure", 500, "10000", "System Failure", TryLater, OutcomeUnknown),
    ("system failure as 400", 400, "10000", "System Failure", TryLater, OutcomeUnknown),
    ("bad gateway", 502, "", "", TryLater, OutcomeUnknown),
    ("slow", 408, "", "", TryLater, OutcomeUnknown),
    ("elsewhere", 307, "", "", TryLater, OutcomeUnknown),
    ("accepted", 202, "", "", TryLater, OutcomeUnknown),
])  # fmt: skip
def test_a_fault_is_told_as_what_to_do_next(
    _case: str, status: int, code: str, message: str,
    reading: type[LedgerError], writing: type[LedgerError],
) -> None:  # fmt: skip
    found = [Fault(code, message)] if code else []
    for expected, writes in ((reading, False), (writing, True)):
        error = error_of("k", status, found, writes=writes, request_id="1-tid")
        assert type(error) is expected
        assert error.request_id == "1-tid"


def test_a_throttled_company_rests_a_minute() -> None:
    error = error_of("k", 429, (), writes=True, request_id="")
    assert isinstance(error, TryLater)
    assert error.wait == THROTTLE_WAIT == timedelta(minutes=1)


def test_a_refusal_carries_its_code_and_its_reason() -> None:
    error = error_of("k", 400, faults_of(answer(SERVICE)), writes=True, request_id="")
    assert isinstance(error, Refused)
    assert error.code == "6240"
    assert "already exists" in str(error)


def test_the_token_that_intuit_quotes_is_not_passed_on() -> None:
    found = faults_of(answer(GATEWAY.replace(b"\n", b"")))
    assert "eyJsecret" not in str(error_of("k", 401, found, writes=False, request_id=""))
