"""Where an invoice is in the sequence: what it is due for now, and when it is due next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dunning import demands
from dunning.account import Account, DueInvoice, Promise, SentMessage
from dunning.hours import Hours
from dunning.policy import DunningPolicy
from dunning.steps import Step, StepMode, Tone
from providers.ledger import Status

DUE_FROM = date(1900, 1, 1)
DUE_UNTIL = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Progress:
    """`step` is due now unless None; `skipped` were missed before it; `next_at` is the next one.

    With neither `step` nor `next_at` the sequence has ended for this invoice. `promised` is the
    promise that is waited for. `demand` is the demand letter that a formal step stands on.
    """

    invoice: DueInvoice
    due: date
    step: Step | None
    skipped: tuple[str, ...]
    next_at: datetime | None
    promised: Promise | None = None
    demand: SentMessage | None = None

    @property
    def ended(self) -> bool:
        return self.step is None and self.next_at is None


def exclusion(invoice: DueInvoice, policy: DunningPolicy) -> str:
    """Why an invoice is never reminded of as it is; empty if it may be."""
    case = f" (case {invoice.case})" if invoice.case else ""
    checks = (
        (invoice.status is not Status.OPEN, f"it is {invoice.status}"),
        (invoice.open.amount <= 0, "nothing is open on it"),
        (invoice.due is None, "it has no due date"),
        (
            invoice.due is not None and not DUE_FROM <= invoice.due < DUE_UNTIL,
            f"its due date {invoice.due} cannot be meant",
        ),
        (policy.require_sent and not invoice.sent, "it was not sent to the customer"),
        (invoice.asked.amount <= 0, f"the customer disputes it{case}"),
        (invoice.paused, "a person paused it"),
        (invoice.maybe_paid, "money that came in may be for it; a person decides about that first"),
        (invoice.referred, "it is with an agency"),
    )
    return next((f"{invoice.number}: {why}" for holds, why in checks if holds), "")


def progress(
    invoice: DueInvoice, due: date, account: Account, *, policy: DunningPolicy, hours: Hours,
    now: datetime,
) -> Progress:  # fmt: skip
    """Of the steps reached, only the latest is due, and only if none as late was taken before.

    A promise is waited for, with its days of grace, whatever is reached meanwhile; broken, it is a
    step of its own, unless its money may be in. An invoice whose payment was returned goes on where
    it was, step by step. A demand letter that was not made is due until it is, whatever is reached
    after it.
    """
    pending = [p for p in account.promises if invoice.id in p.invoice_ids and p.on >= due]
    stages = _stages(invoice, due, pending, policy=policy, hours=hours)
    taken = {message.stage_of(invoice.id) for message in account.sent}
    done = max((i for i, (step, _) in enumerate(stages) if step.name in taken), default=-1)
    waited_for = max(pending, key=lambda p: p.on, default=None)
    if waited_for and now < (ends := broken_at(waited_for, policy, hours)):
        return Progress(invoice, due, None, (), ends, waited_for)
    current = max((i for i, (_, at) in enumerate(stages) if at <= now), default=-1)
    if invoice.reopened:
        still = range(done + 1, current + 1)
        current = next((i for i in still if stages[i][0].offset_days > 0), current)
    step = stages[current][0] if current > done else None
    so_far = [step for step, _ in stages[: current + 1]]
    demand = step and demands.missing(
        so_far, account, invoice, today=hours.today(now),
        usable=(one for one in account.invoices if not exclusion(one, policy)),
    )  # fmt: skip
    due_now = so_far.index(demand) if demand else current
    step = demand or step
    expires = hours.opening(due + timedelta(days=1))
    if step and step.offset_days <= 0 and hours.today(now) > due:
        step = None
    missed = range(done + 1, due_now if step else 0)
    ahead = [at for _, at in stages[max(current, done) + 1 :] if at > now]
    ahead += [expires] if step and step.offset_days <= 0 else []
    return Progress(
        invoice,
        due,
        step,
        tuple(stages[i][0].name for i in missed),
        min(ahead, default=None),
        demand=demands.before(step, so_far, account, invoice) if step else None,
    )


def unposted(found: Sequence[Progress]) -> str:
    """That formal steps wait for the demand letter before them to be posted; empty if none does."""
    waiting = [one for one in found if one.demand and one.demand.is_waiting]
    names = ", ".join(one.invoice.number for one in waiting)
    return next(
        (
            f"{names}: {one.step.name!r} waits, because nobody has said that the letter"
            f" {one.demand.step!r} was posted; confirm or drop it under Letters"
            for one in waiting
            if one.step and one.demand
        ),
        "",
    )


def undemanded(found: Sequence[Progress]) -> Iterator[str]:
    """That a formal step comes without a demand letter, because a person wanted none."""
    names = [one.invoice.number for one in found if one.demand and one.demand.noted_only]
    if names:
        yield f"no demand letter was posted for {', '.join(names)}, as a person wanted it"


def broken_at(promise: Promise, policy: DunningPolicy, hours: Hours) -> datetime:
    """The first business moment at which a promise counts as broken."""
    return hours.opening(promise.on + timedelta(days=policy.promise_grace_days + 1))


def _stages(
    invoice: DueInvoice, due: date, pending: list[Promise], *, policy: DunningPolicy, hours: Hours
) -> list[tuple[Step, datetime]]:
    """Every step that has a moment for this invoice, in the order of the moments."""
    found = [
        (step, at) for step in policy.steps if (at := _moment(invoice, due, step, hours=hours))
    ]
    for promise in (one for one in pending if not one.maybe_paid):
        ends = broken_at(promise, policy, hours)
        reached = [step for step, at in found if at <= ends]
        firmest = max(reached, key=lambda step: step.tone.firmness, default=None)
        found.append((_after(promise, due, firmest), ends))
    return sorted(found, key=lambda stage: stage[1])


def _after(promise: Promise, due: date, reached: Step | None) -> Step:
    """The step after a broken promise: as firm as the sequence is by then, but neither as soft as
    a first reminder nor final; as bold as the step reached, and approved by the same person."""
    firm = max(reached.tone if reached else Tone.REMINDER, Tone.REMINDER, key=_firmness)
    mode, approver = reached.ruled_by if reached else (StepMode.AUTOPILOT, "")
    return Step(
        name=f"promise {promise.on}",
        offset_days=min(max((promise.on - due).days, 1), 365),
        tone=min(firm, Tone.DIRECT, key=_firmness),
        mode=mode,
        approver=approver,
    )


def _firmness(tone: Tone) -> int:
    return tone.firmness


def _moment(invoice: DueInvoice, due: date, step: Step, *, hours: Hours) -> datetime | None:
    """When a step is reached; None for a notice before the due date that has no day for it."""
    day = due + timedelta(days=step.offset_days)
    moment = hours.opening(day)
    if step.offset_days <= 0 and (day <= invoice.issued or hours.today(moment) > due):
        return None
    return moment
