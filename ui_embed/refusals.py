"""Pages for what went wrong: they say what to do, and nothing about how the house is built."""

from __future__ import annotations

import traceback
from collections.abc import Mapping

import structlog
from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

log = structlog.get_logger()

SENTENCES: Mapping[int, tuple[str, str]] = {
    400: ("That did not work", "The request was not understood. Go back and try again."),
    404: ("There is no such page", "It may have moved, or it belongs to somebody else."),
    405: ("That did not work", "This page cannot be used in that way. Go back and try again."),
    413: (
        "That is too large",
        "Nothing was stored. Send less than 1 MB, or a bank file of at most 10 MB.",
    ),
}
SERVER_TROUBLE = (
    "Something went wrong here",
    "It was not your fault, and what you asked for was not done. Try again in a minute.",
)
DOORS = "/webhooks/"
PLACES_MAX = 8
NO_PAGES = frozenset({"callback.receive"})
"""An address that carries a secret in its query never answers with a page of its own."""


def catch(app: Flask) -> None:
    app.register_error_handler(CSRFError, _old_form)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)


def _old_form(_error: CSRFError) -> AnyResponse:
    return _page(
        400, "This page was open for too long", "Nothing was changed. Go back and try again."
    )


def _refused(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    title, sentence = SENTENCES.get(status, SENTENCES[400])
    answer = _page(status, title, sentence)
    if status == 405 and error.get_response().headers.get("Allow"):  # noqa: PLR2004
        answer.headers["Allow"] = error.get_response().headers["Allow"]
    return answer


def _failed(error: Exception) -> AnyResponse:
    log.error(
        "request failed", endpoint=request.endpoint, kind=type(error).__name__, at=_places(error)
    )
    return _page(500, *SERVER_TROUBLE)


def _places(error: Exception) -> list[str]:
    """Where it happened, without the values that an error's own text may quote."""
    frames = traceback.extract_tb(error.__traceback__)[-PLACES_MAX:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _page(status: int, title: str, sentence: str) -> AnyResponse:
    if request.path.startswith(DOORS):
        return Response(status=status)
    if request.endpoint in NO_PAGES:
        flash(f"{title}. {sentence}", "danger")
        return redirect(url_for("home.show"))
    return Response(render_template("error.html", title=title, sentence=sentence), status)
