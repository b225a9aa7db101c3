"""The message that waits for a person: read, put into other words, approved; and afterwards what
became of it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from connector.answering import answers, envelopes, subjects
from connector.answering.answers import CannotAnswer, CannotBeSaid
from connector.clients import tenants
from connector.correspondence import messages
from connector.decided import approvals, edits, telling
from connector.outgoing import intents
from connector.outgoing.effects import SendText
from connector.wording import drafting
from connector.wording.drafting import CannotEdit
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from ui_embed import ownership, session, wording, words
from webhooks import parts

pages = Blueprint("drafts", __name__)
REFUSED = 422
WAITING = "waiting"
OPTION = 0
"""A message is the only thing that can be approved about an account."""


@pages.get("/approvals/<int:approval_id>/letter")
def show(approval_id: int) -> Response:
    return _page(approval_id)


@pages.post("/approvals/<int:approval_id>/letter")
def approve(approval_id: int) -> AnyResponse:
    """Approve the message as it was typed; what may not go out so is shown again with the reasons,
    and nothing typed is lost."""
    typed = Wording(request.form.get("subject", ""), request.form.get("text", ""))
    with parts.here().reading() as tx:
        connection = ownership.approval_or_404(tx, approval_id)[1]
    try:
        answers.approve(parts.here(), approval_id, OPTION, session.me().email, wanted=typed)
    except CannotBeSaid as error:
        return _page(approval_id, typed=typed, faults=error.objections)
    except CannotAnswer as error:
        return _page(approval_id, typed=typed, faults=[str(error)])
    flash("Approved in these words. It is on its way.", "success")
    return redirect(url_for("today.show", client_id=connection.client_id), code=303)


def _page(
    approval_id: int, *, typed: Wording | None = None, faults: Sequence[str] = ()
) -> Response:
    deps = parts.here()
    with deps.reading() as tx:
        approval, connection = ownership.approval_or_404(tx, approval_id)
        client = tenants.client(tx, connection.client_id)
        ownership.page_about(tx, client)
        message = drafting.message_of(approval)
        if message is None:
            abort(404)
        became = intents.of_decisions(tx, connection.id, [approval.decision_id])
        told = telling.tell(tx, connection.id, became)
        sent = messages.sent(tx, connection.id, decision_id=approval.decision_id)
        edit = edits.of_decision(tx, connection.id, approval.decision_id)
        about = subjects.named(tx, connection.id, [approval.subject]).get(approval.subject)
        envelope = envelopes.of(tx, deps.config, connection, approval, deps.now())
        newer = approvals.is_waiting(tx, connection.id, approval.subject)
        back = edits.returned(tx, connection.id, approval.subject, message)
        try:
            draft, why_not = drafting.draft_of(tx, connection, approval, deps.now()), ""
        except CannotEdit as why:
            draft, why_not = None, str(why)
    is_text = isinstance(message, SendText)
    said = next((it.effect.text for it in became if isinstance(it.effect, SendText)), "")
    drafted = editing.wording(draft) if draft else None
    found = [words.sentence(fault) for fault in faults]
    waits = approval.state == WAITING
    if draft and typed is None and waits and back:
        typed = back.edit.edited
        found = [words.sentence(it) for it in drafting.objections(approval, draft, typed)]
    if typed is None and waits:
        typed = drafted
    answer = make_response(render_template(
        "draft.html", client=client, approval=approval, waits=waits, drafted=drafted, typed=typed,
        faults=found, why_not=why_not, back=back, newer=newer, table=editing.TABLE, told=told,
        sent=sent, edit=edit, about=about, zone=connection.time_zone, is_text=is_text, said=said,
        envelope=envelope,
    ))  # fmt: skip
    answer.headers["Content-Security-Policy"] = wording.WITH_FRAMES
    answer.status_code = REFUSED if faults else 200
    return answer
