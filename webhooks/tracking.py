"""The doors in messages: the picture that tells of opening, and the links that lead on.

What is asked for is looked up by its token, and nothing in the address says where it leads.
"""

from __future__ import annotations

import base64
from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from connector import tracking
from connector.deps import Deps
from connector.tracking import Event, Kind, Link, Purpose
from webhooks import machines, parts
from webhooks.counters import REQUESTS

door = Blueprint("message_door", __name__)

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
KINDS = {Purpose.OPEN: Kind.OPEN, Purpose.PAY: Kind.CLICK}
DETAILS = {Purpose.OPEN: "", Purpose.PAY: "the pay page"}


@door.route("/t/<token>.gif", methods=["GET"], provide_automatic_options=False)
def look(token: str) -> Response:
    """The same picture whatever the token, so that nobody learns which ones there are."""
    _follow(token, Purpose.OPEN)
    answer = Response(PIXEL, mimetype="image/gif")
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@door.route("/t/<token>", methods=["GET"], provide_automatic_options=False)
def go(token: str) -> Response:
    link = _follow(token, Purpose.PAY)
    if link is None:
        abort(HTTPStatus.NOT_FOUND)
    answer = Response(status=HTTPStatus.FOUND)
    answer.headers["Location"] = link.target
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _follow(token: str, purpose: Purpose) -> Link | None:
    """The link of a token, and its event kept: once a minute, however often it is asked for."""
    deps = parts.here()
    with deps.reading() as tx:
        link = tracking.find(tx, token, purpose)
    REQUESTS.labels("message", purpose if link else "unknown").inc()
    if link is not None:
        _note(deps, link)
    return link


def _note(deps: Deps, link: Link) -> None:
    event = _event(deps, link)
    with deps.reading() as tx:
        if tracking.is_known(tx, link.connection_id, event):
            return
    with deps.writing() as tx:
        tracking.note(tx, link.connection_id, event)


def _event(deps: Deps, link: Link) -> Event:
    now = deps.now()
    agent = request.headers.get("User-Agent", "")
    by_machine = machines.is_machine(request.method, agent, age=now - link.at)
    return Event(
        link.message_id, link.recipient, KINDS[link.purpose], now, by_machine=by_machine,
        detail=DETAILS[link.purpose], token=link.token,
    )  # fmt: skip
