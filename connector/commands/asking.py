"""What waits for a person: listed, read, answered, and its letter put into other words."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from connector.answering import answers, envelopes
from connector.answering.by_person import Heard
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.commands.arguments import Verbs, day, whole_number
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import me
from connector.db import Tx
from connector.decided import approvals, approvers, edits
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.notifications import thanks
from connector.wording import drafting
from connector.wording.drafting import CannotEdit
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from dunning.words.lines import one_line

FIRST_LINE = "Subject: "


def add(verbs: Verbs) -> None:
    asked = verbs.group("approvals", "what waits for a person")
    asked.verb("list", list_approvals, "everything that waits").lists().option("--client")
    shown = asked.verb("show", show_approval, "one question, with its letter word for word")
    shown.takes("id").lists().option(
        "--out", default="", metavar="FILE", help="write the letter there, to edit it"
    )
    approved = asked.verb("approve", approve, "carry out one of its options").takes("id")
    approved.option("--option", default="1").option(
        "--text", default="", metavar="FILE", help="send the letter in the words of this file"
    ).option("--subject", default="", help="another subject")
    approved.option("--said", default="", help="what was said on the call that it is about")
    approved.option("--pays-on", default="", help="the day by which they said they will pay")
    asked.verb("reject", reject, "leave things as they are").takes("id")


def list_approvals(deps: Deps, given: Namespace) -> None:
    rows = []
    with deps.reading() as tx:
        for connection in tenants.connections(tx):
            client = tenants.client(tx, connection.client_id)
            if given.client and given.client not in (str(client.id), client.name):
                continue
            colleagues = approvers.colleagues(tx, connection.id)
            for asked in approvals.waiting(tx, connection.id):
                rows.append({
                    "id": asked.id, "client": client.name, "capability": asked.capability,
                    "asked_at": asked.asked_at, "summary": asked.summary,
                    "options": [option["text"] for option in asked.options],
                    "waits_for": approvers.awaited(asked, colleagues),
                })  # fmt: skip
    show(rows, as_json=given.json, empty="Nothing waits for you.")


def show_approval(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        approval, connection = _found(tx, given.id)
        letter, why_not = _letter(deps, tx, approval, connection)
        read = letter or _thank_you(deps, tx, approval, connection)
        message = drafting.message_of(approval)
        back = message and edits.returned(tx, connection.id, approval.subject, message)
        envelope = envelopes.of(tx, deps.config, connection, approval, deps.now())
    if given.out and letter is None:
        raise CommandError(f"there is no letter to write to {given.out}: {why_not}")
    if given.out and letter:
        _write(given.out, letter)
        return
    if given.json:
        show_one({
            "id": approval.id, "company": connection.name, "state": approval.state,
            "summary": approval.summary, "decision": approval.decision_id,
            "options": [option["text"] for option in approval.options],
            "subject": read and read.subject, "text": read and read.text,
            "not_edited": why_not, "returned": back and back.reason,
            "envelope": asdict(envelope) if envelope else None,
        })  # fmt: skip
        return
    say(f"{approval.id}: {connection.name}, {approval.state}, decision {approval.decision_id}")
    say("\n".join((approval.summary, *([f"{envelope.told}."] if envelope else ()))))
    for number, option in enumerate(approval.options, 1):
        say(f"  --option {number}: {option['text']}")
    told = (
        f"What {back.edit.by} wrote for it before came back: {back.reason}" if back else "",
        f"\n{_as_file(read)}" if read else "",
        "" if letter else f"No letter to edit: {why_not}.",
    )
    for line in filter(None, told):
        say(line)


def approve(deps: Deps, given: Namespace) -> None:
    wanted = None
    if given.text or given.subject:
        with deps.reading() as tx:
            approval, connection = _found(tx, given.id)
            letter, why_not = _letter(deps, tx, approval, connection)
        if letter is None:
            raise CommandError(f"approval {given.id} is about no letter to edit: {why_not}")
        wanted = _read(given.text) if given.text else letter
        subject = given.subject or wanted.subject or letter.subject
        wanted = Wording(subject, wanted.text)
    option = _number(given.option) - 1
    pays_on = day("--pays-on", given.pays_on) if given.pays_on else None
    heard = Heard(one_line(given.said), pays_on)
    answers.approve(deps, _number(given.id), option, me(), wanted=wanted, heard=heard)
    say(f"Approval {given.id} is carried out.")


def reject(deps: Deps, given: Namespace) -> None:
    answers.reject(deps, _number(given.id), me())
    say(f"Approval {given.id} is rejected; nothing was changed.")


def _found(tx: Tx, id_: str) -> tuple[Approval, Connection]:
    approval = approvals.find(tx, _number(id_))
    if approval is None:
        raise CommandError(f"there is no approval {id_}; see `ledgerhand approvals list`")
    return approval, tenants.connection(tx, approval.connection_id)


def _letter(
    deps: Deps, tx: Tx, approval: Approval, connection: Connection
) -> tuple[Wording | None, str]:
    if approval.capability == thanks.CAPABILITY:
        return None, "a thank-you goes out in the words that `approvals show` shows"
    try:
        draft = drafting.draft_of(tx, connection, approval, deps.now())
    except CannotEdit as why:
        return None, str(why)
    return editing.wording(draft), ""


def _thank_you(deps: Deps, tx: Tx, approval: Approval, connection: Connection) -> Wording | None:
    """Read, and not edited."""
    found = thanks.letter_of(tx, connection, approval, deps.now())
    return Wording(found.subject, found.text) if found else None


def _as_file(letter: Wording) -> str:
    return f"{FIRST_LINE}{letter.subject}\n\n{letter.text}\n"


def _write(name: str, letter: Wording) -> None:
    try:
        Path(name).write_text(_as_file(letter), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{name} cannot be written: {error.strerror}") from None
    say(f"Written to {name}. Send it with --text {name} once it reads as you like.")


def _read(name: str) -> Wording:
    """What a file says; its first line may be the subject. Raises CommandError."""
    try:
        text = Path(name).read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{name} is no text in UTF-8; save it as UTF-8") from None
    first, _, rest = text.partition("\n")
    if first.startswith(FIRST_LINE):
        return Wording(first.removeprefix(FIRST_LINE).strip(), rest)
    return Wording("", text)


def _number(text: str) -> int:
    return whole_number(text, f"{text!r} is no number; see `ledgerhand approvals list`")
