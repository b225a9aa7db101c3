"""The wording page: all that a reliable customer and a chronic one would get, side by side."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, abort, make_response, render_template, request

from connector.clients.tenants import Connection, State
from connector.decided import decisions
from connector.wording import drafting, letter_preview
from connector.wording.letter_preview import Shown
from dunning.customer.standing import Payer
from dunning.words.phrases import LANGUAGES
from dunning.words.placeholders import MissingData
from providers.letters.pdf import print_letter
from ui_embed import headers, ownership
from webhooks import parts

pages = Blueprint("wording", __name__)
SIDE_BY_SIDE = (Payer.RELIABLE, Payer.CHRONIC)
WITH_FRAMES = f"{headers.content_policy()}; frame-src 'self'"
IN_A_FRAME = "default-src 'none'; style-src 'unsafe-inline'; img-src https:; frame-ancestors 'self'"
"""A mail carries its styles with it; it may load pictures and nothing else."""
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español", "nl": "Nederlands"}


@pages.get("/clients/<int:client_id>/wording")
def show(client_id: int) -> Response:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        live = [c for c in ownership.page_about(tx, client) if c.state is State.LIVE]
    found = _shown(live)
    page = render_template(
        "wording.html", client=client, language=_language(), names=NAMES,
        steps={step: [one for one in found if one.step == step]
               for step in dict.fromkeys(one.step for one in found)},
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = WITH_FRAMES
    return answer


@pages.get("/clients/<int:client_id>/wording/<step>/<payer>")
def frame(client_id: int, step: str, payer: str) -> Response:
    """One mail as a mail program would show it, or one letter as it would be printed."""
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        live = [c for c in ownership.connections_of(tx, client) if c.state is State.LIVE]
    shown = [it for it in SIDE_BY_SIDE if it == payer]
    one = next(iter(_shown(live, step=step, payers=shown)), None)
    words = one.words if one else None
    if words and words.paper:
        return _framed(make_response(print_letter(words.paper).pdf), mimetype="application/pdf")
    if words is None or not words.html:
        abort(404)
    return _framed(make_response(words.html))


@pages.get("/decisions/<int:decision_id>/letter")
def of_decision(decision_id: int) -> Response:
    """The letter that waits for a person."""
    deps = parts.here()
    with deps.reading() as tx:
        decision = decisions.find(tx, decision_id) if decision_id <= ownership.ID_MAX else None
        if decision is None:
            abort(404)
        connection = ownership.connection_or_404(tx, decision.connection_id)
        matter = drafting.matter_of(tx, connection, decision, deps.now())
    try:
        return _framed(make_response(matter.letter().html if matter else abort(404)))
    except MissingData:
        abort(404)


def _framed(answer: Response, *, mimetype: str = "text/html") -> Response:
    answer.mimetype = mimetype
    answer.headers["Content-Security-Policy"] = IN_A_FRAME
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _shown(
    live: Sequence[Connection], *, step: str = "", payers: Sequence[Payer] = SIDE_BY_SIDE
) -> list[Shown]:
    """What the first company says: a client's companies share its policy."""
    if not live:
        return []
    return letter_preview.stages_of(
        parts.here(), live[0], language=_language(), step=step, payers=payers
    )


def _language() -> str:
    language = request.args.get("language", "")
    return language if language in LANGUAGES else ""
