"""The only answers that a door gives: a status, an empty body and no cookie."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from webhooks.counters import REQUESTS


def answered(door: str, outcome: str, status: HTTPStatus) -> Response:
    """Count the request and answer it. Xero refuses a webhook address that sends a body or cookies
    (developer.xero.com, configuring your server)."""
    REQUESTS.labels(door, outcome).inc()
    answer = Response(status=status)
    answer.headers.remove("Content-Type")
    return answer


def raw_body(bytes_max: int) -> bytes | None:
    """The bytes exactly as they were sent, or None where there are more than `bytes_max`."""
    request.max_content_length = bytes_max
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        return None
