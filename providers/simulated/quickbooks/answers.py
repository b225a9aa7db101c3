"""Answers in the shapes of the service and of the gateway before it."""

from __future__ import annotations

import uuid
from datetime import datetime

from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered
from providers.simulated.quickbooks.refusals import Refusal
from providers.simulated.quickbooks.wire import write
from providers.simulated.store import Doc
from providers.simulated.world import World

JSON = "application/json;charset=UTF-8"
THROTTLED = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
THROTTLED_DETAIL = "The request limit was reached.  Try again later"
REASONS = {
    200: "200 OK", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden",
    429: "429 Too Many Requests", 500: "500 Internal Server Error",
    502: "502 Bad Gateway", 503: "503 Service Unavailable",
}  # fmt: skip


def good(doc: Doc, time: str) -> Answered:
    return answered(200, write({**doc, "time": time}))


def refused(refusal: Refusal, time: str) -> Answered:
    """The service's own fault; an id that is no number is refused without the time (recorded)."""
    doc: Doc = {"Fault": refusal.fault()}
    if refusal.code != "2030":
        doc["time"] = time
    return answered(refusal.status, write(doc))


def gateway_fault(
    status: int, code: str, *, message: str, detail: str, kind: str, now: datetime
) -> Answered:
    """The lower-case fault of the gateway."""
    doc: Doc = {
        "warnings": None, "intuitObject": None,
        "fault": {
            "error": [{"message": message, "detail": detail, "code": code, "element": None}],
            "type": kind,
        },
        "report": None, "queryResponse": None, "batchItemResponse": [], "attachableResponse": [],
        "syncErrorResponse": None, "requestId": None,
        "time": int(now.timestamp() * 1000), "status": None,
        "cdcresponse": [],
    }  # fmt: skip
    extra = []
    if status == 401:
        extra = [("WWW-Authenticate", 'Bearer realm="Intuit", error="invalid_token"')]
    return answered(status, write(doc), extra=extra)


def unauthenticated(detail: str, now: datetime) -> Answered:
    return gateway_fault(
        401,
        "3200",
        message="message=AuthenticationFailed; errorCode=003200; statusCode=401",
        detail=detail,
        kind="AUTHENTICATION",
        now=now,
    )


def unauthorised(now: datetime) -> Answered:
    return gateway_fault(
        403,
        "3100",
        message="message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        detail="The application is not authorized for this company.",
        kind="AUTHORIZATION",
        now=now,
    )


def throttled(world: World, retry_after_seconds: float = 0) -> Answered:
    """429 in one of the three shapes that were seen."""
    shape = world.faults.random.choice(("service", "gateway", "xml"))
    if shape == "gateway":
        answer = gateway_fault(
            429,
            "3001",
            message=THROTTLED,
            detail=THROTTLED_DETAIL,
            kind="SERVICE",
            now=world.clock.now(),
        )
    elif shape == "service":
        error = {"Message": THROTTLED, "Detail": THROTTLED_DETAIL, "code": "3001"}
        answer = answered(429, write({"Fault": {"Error": [error], "type": "THROTTLE"}}))
    else:
        answer = answered(429, _throttled_xml(), content_type="application/xml")
    if retry_after_seconds:
        answer.headers.append(("Retry-After", str(int(retry_after_seconds))))
    return answer


def refusal(world: World, fault: Fault) -> Answered:
    """What a fault looks like that strikes before anything is done."""
    if fault.fault == "429":
        return throttled(world, fault.seconds)
    if fault.fault == "html":
        return answered(502, _html("502 Bad Gateway"), content_type="text/html")
    if fault.fault == "503":
        answer = answered(503, _html("503 Service Unavailable"), content_type="text/html")
        if fault.seconds:
            answer.headers.append(("Retry-After", str(int(fault.seconds))))
        return answer
    error = {
        "Message": "An application error has occurred while processing your request",
        "Detail": "System Failure Error: Could not find resource", "code": "10000",
    }  # fmt: skip
    return answered(500, write({"Fault": {"Error": [error], "type": "SystemFault"}}))


def answered(
    status: int,
    body: bytes,
    *,
    content_type: str = JSON,
    extra: list[tuple[str, str]] | None = None,
) -> Answered:
    headers = [
        ("Content-Type", content_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
        ("intuit_tid", call_id()),
    ]
    return Answered(REASONS[status], headers + (extra or []), body)


def call_id() -> str:
    """The vendor's own id of one call."""
    return f"1-{uuid.uuid4().hex[:8]}-{uuid.uuid4().hex[:24]}"


def _html(title: str) -> bytes:
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>".encode()


def _throttled_xml() -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3">\n  <Fault type="SERVICE">\n'
        f'    <Error code="3001">\n      <Message>{THROTTLED}</Message>\n'
        f"      <Detail>{THROTTLED_DETAIL}</Detail>\n    </Error>\n  </Fault>\n</IntuitResponse>\n"
    ).encode()
