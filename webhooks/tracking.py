"""The doors in messages: the picture that tells of opening, and the links that lead on.

What is asked for is looked up by its token, and nothing in the address says where it leads.
"""

from __future__ import annotations

import base64
from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from connector.correspondence import tracking
from connector.correspondence.tracking import Event, Kind, Link, Purpose
from connector.deps import Deps
from webhooks import machines, parts
from webhooks.counters import REQUESTS

door = Blueprint("message_door", __name__)

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
KINDS = {Purpose.OPEN: Kind.OPEN, Purpose.PAY: Kind.CLICK, Purpose.PORTAL: Kind.VIEW}
DETAILS = {Purpose.PAY: "the pay page"}


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
        note(deps, link, KINDS[link.purpose])
    return link


def note(deps: Deps, link: Link, kind: Kind, about: str = "") -> bool:
    """Keep what the present request did with a link, about an invoice or the whole account; False
    if the like of it was done in the same minute."""
    event = Event(
        link.message_id, link.recipient, kind, deps.now(), by_machine=by_machine(deps, link),
        detail=DETAILS.get(link.purpose, ""), token=link.token,
        about=about,
    )  # fmt: skip
    with deps.reading() as tx:
        if tracking.is_known(tx, link.connection_id, event):
            return False
    with deps.writing() as tx:
        return tracking.note(tx, link.connection_id, event)


def by_machine(deps: Deps, link: Link) -> bool:
    """Whether the present request is known not to be a person's."""
    agent = request.headers.get("User-Agent", "")
    return machines.is_machine(request.method, agent, age=deps.now() - link.at)
