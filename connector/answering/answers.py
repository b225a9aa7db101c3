"""What people answer: approving or rejecting what Ledgerhand asked, pausing and resuming."""

from __future__ import annotations

from datetime import datetime

from connector import agenda, audit
from connector.answering import ordering
from connector.answering.by_person import NOTHING_HEARD, Heard
from connector.cash_application import offers
from connector.clients import tenants
from connector.commitments.promising import CannotPromise
from connector.db import Tx
from connector.decided import approvals, approvers, holds
from connector.decided.account_subjects import account_of
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.money import cash
from connector.rules.modes import Capability
from connector.wording import drafting
from dunning.own_words.editing import Wording


class CannotAnswer(ValueError):
    """The answer cannot be carried out; the text says why and what to do."""


class CannotBeSaid(CannotAnswer):
    """The words of a person may not go out; `objections` are the reasons."""

    def __init__(self, objections: tuple[str, ...]) -> None:
        super().__init__(f"the letter may not go out so: {'; '.join(objections)}")
        self.objections = objections


def approve(
    deps: Deps, approval_id: int, option: int, by: str, *, wanted: Wording | None = None,
    shown: str = "", heard: Heard = NOTHING_HEARD,
) -> None:  # fmt: skip
    """Carry out option number `option` (from 0), its letter in the words that are `wanted`. Of
    money, `shown` is the key of what the person saw; empty where that is not known. `heard` is what
    the person brings back from the call that the option is about.

    Raises CannotAnswer, and CannotBeSaid where the words may not go out.
    """
    with deps.writing() as tx:
        approval = _waiting(tx, approval_id, by)
        if not 0 <= option < len(approval.options):
            raise CannotAnswer(
                f"there is no option {option + 1}; approval {approval_id} has"
                f" {len(approval.options)}"
            )
        _hold(tx, approval)
        if shown and shown != offers.key(tx, approval, option):
            raise CannotAnswer("the money or its invoices are not what was shown; look again")
        now = deps.now()
        if not approvals.answer(tx, approval, state="approved", by=by, at=now, chosen=option):
            raise CannotAnswer("somebody else has just answered this")
        if wanted is not None:
            _edit(tx, approval, wanted, by=by, now=now)
        try:
            ordering.carry_out(tx, approval, option, by=by, now=now, heard=heard)
        except CannotPromise as error:
            raise CannotAnswer(f"the promise cannot be written down: {error}") from None
        except (ValueError, LookupError) as error:
            raise CannotAnswer(f"this can no longer be done: {error}") from None
    deps.ring("deliver", approval.connection_id)


def reject(deps: Deps, approval_id: int, by: str) -> None:
    """Leave things as they are: the money stays unapplied, the message is not sent."""
    with deps.writing() as tx:
        approval, now = _waiting(tx, approval_id, by), deps.now()
        _hold(tx, approval)
        if not approvals.answer(tx, approval, state="rejected", by=by, at=now):
            raise CannotAnswer("somebody else has just answered this")
        ordering.turn_down(tx, approval, by=by, now=now)
        audit.add(
            tx, approval.connection_id, at=now, actor=by, event="approval.rejected",
            about=account_of(approval.subject), decision_id=approval.decision_id,
        )  # fmt: skip
    deps.ring("decide", approval.connection_id)


def pause(
    deps: Deps, connection_id: int, *, by: str, reason: str, customer_id: str = "",
    invoice_id: str = "", until: datetime | None = None,
) -> None:  # fmt: skip
    """Send nothing to this client's customers, this customer or about this invoice until then.

    Raises CannotAnswer where that moment is past.
    """
    with deps.writing() as tx:
        now = deps.now()
        if until is not None and until <= now:
            raise CannotAnswer(
                f"the pause would have ended on {until:%Y-%m-%d}; choose a later day"
            )
        holds.set_hold(
            tx, connection_id, customer_id=customer_id, invoice_id=invoice_id, reason=reason,
            by=by, at=now, until=until,
        )  # fmt: skip
        _look_again(tx, connection_id, customer_id)
        audit.add(
            tx, connection_id, at=now, actor=by, event="paused", reason=reason,
            about=_place(customer_id, invoice_id),
            until=until.isoformat() if until else "",
        )  # fmt: skip


def resume(
    deps: Deps, connection_id: int, *, by: str, customer_id: str = "", invoice_id: str = ""
) -> int:
    """End the pauses set on exactly this; returns how many there were."""
    with deps.writing() as tx:
        now = deps.now()
        ended = holds.end(
            tx, connection_id, at=now, by=by, customer_id=customer_id, invoice_id=invoice_id
        )
        _look_again(tx, connection_id, customer_id)
        audit.add(
            tx, connection_id, at=now, actor=by, event="resumed",
            about=_place(customer_id, invoice_id),
        )  # fmt: skip
    deps.ring("decide", connection_id)
    return ended


def _waiting(tx: Tx, approval_id: int, by: str) -> Approval:
    approval = approvals.find(tx, approval_id)
    if approval is None:
        raise CannotAnswer(f"there is no approval {approval_id}; see `ledgerhand approvals list`")
    if approval.state != "waiting":
        raise CannotAnswer(f"approval {approval_id} is already {approval.state}")
    if why := approvers.refusal(tx, approval, by):
        raise CannotAnswer(why)
    return approval


def _hold(tx: Tx, approval: Approval) -> None:
    """Before the question is marked as answered, which whoever decides on its money waits for."""
    if approval.capability == Capability.CASH:
        cash.hold(tx, approval.connection_id)


def _edit(tx: Tx, approval: Approval, wanted: Wording, *, by: str, now: datetime) -> None:
    connection = tenants.connection(tx, approval.connection_id)
    try:
        made = drafting.edit(tx, connection, approval, wanted, by=by, now=now)
    except drafting.Objected as why:
        raise CannotBeSaid(why.objections) from None
    except drafting.CannotEdit as why:
        raise CannotAnswer(f"the letter of approval {approval.id} is not edited: {why}") from None
    if made:
        audit.add(
            tx, connection.id, at=now, actor=by, event="remind.edited",
            about=account_of(approval.subject), decision_id=approval.decision_id,
            difference=made.difference,
        )  # fmt: skip


def _place(customer_id: str, invoice_id: str) -> str:
    """What is paused or resumed, as the audit trail calls it."""
    if customer_id:
        return f"customer:{customer_id}"
    return f"invoice:{invoice_id}" if invoice_id else "everything"


def _look_again(tx: Tx, connection_id: int, customer_id: str) -> None:
    if customer_id:
        agenda.mark(tx, connection_id, [customer_id])
    else:
        agenda.mark_all(tx, connection_id)
