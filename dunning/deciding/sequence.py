"""Where an invoice is in the sequence: what it is due for now, and when it is due next."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dunning.contact_hours.hours import Hours
from dunning.customer.account import Account, DueInvoice, Promise, SentMessage
from dunning.customer.channels import Channel
from dunning.deciding import demands
from dunning.deciding.earlier import About
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import ALWAYS_A_PERSON, FIRST, Do, Step, StepMode, Tone
from providers.ledger import Status

DUE_FROM = date(1900, 1, 1)
DUE_UNTIL = date(2200, 1, 1)
NOTHING = About()
AFTER_PROMISE = "promise "
"""How the step after a broken promise is named, with the day that was promised."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`step` is due now unless None; `skipped` were missed before it; `next_at` is the next one.

    With neither `step` nor `next_at` the sequence has ended for this invoice. `promised` is the
    promise that is waited for. `demand` is the demand letter that a formal step stands on.
    `is_unwritten` tells that nothing reached the customer in writing about this invoice, as far as
    is known, and `came_back` that it was tried; `put_off` was reached, and waits until something
    did.
    """

    invoice: DueInvoice
    due: date
    step: Step | None
    skipped: tuple[str, ...]
    next_at: datetime | None
    promised: Promise | None = None
    demand: SentMessage | None = None
    put_off: Step | None = None
    is_unwritten: bool = False
    came_back: bool = False

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


@dataclass(frozen=True, slots=True)
class Timetable:
    """Every invoice of one account under a policy at a moment (aware UTC); what they have in common
    is worked out once. `earlier` is what happened about each (`earlier.by_invoice`)."""

    account: Account
    policy: DunningPolicy
    hours: Hours
    now: datetime
    earlier: Mapping[str, About]
    _ways: dict[str, _Way] = field(default_factory=dict, compare=False)
    _forgone: dict[str, bool] = field(default_factory=dict, compare=False)

    def progress(self, invoice: DueInvoice, due: date) -> Progress:
        """Of the steps reached, only the latest is due, and only if none as late was taken before.

        A promise is waited for, with its days of grace, whatever is reached meanwhile, unless it is
        of less than may be asked for (`part_promises`); broken, it
        is a step of its own, unless its money may be in. An invoice whose payment was returned
        goes on where it was, step by step. What was noted in shadow counts as taken while shadow
        lasts, for the customer or for that step. A demand letter that was not made is due until it
        is, whatever is reached after it. Nobody hears of an invoice by a call or a formal step
        first, if a message can come before it; a message that came back is none.
        """
        about = self._about(invoice)
        pending = [promise for promise in about.promises if promise.on >= due]
        waited_for = max(pending, key=lambda p: p.on, default=None)
        waited_for = waited_for if invoice.promised is None else None
        if waited_for and self.now < (ends := broken_at(waited_for, self.policy, self.hours)):
            return Progress(invoice, due, None, (), ends, waited_for)
        way = self._way(invoice, due)
        stages, done, current = way.stages, way.done, way.current
        if invoice.reopened:
            still = range(done + 1, current + 1)
            current = next((i for i in still if stages[i][0].offset_days > 0), current)
        step = stages[current][0] if current > done else None
        so_far = [step for step, _ in stages[: current + 1]]
        reached = (step and demands.missing(so_far, about, self._is_forgone)) or step
        first = way.first_message(reached, current, self.account)
        step = first or reached
        due_now = so_far.index(step) if step else current
        if step and step.offset_days <= 0 and self.hours.today(self.now) > due:
            step = None
        missed = range(done + 1, due_now if step else 0)
        ahead = [at for _, at in stages[max(current, done) + 1 :] if at > self.now]
        expires = self.hours.opening(due + timedelta(days=1))
        ahead += [expires] if step and step.offset_days <= 0 else []
        return Progress(
            invoice,
            due,
            step,
            tuple(stages[i][0].name for i in missed),
            min(ahead, default=None),
            demand=demands.before(step, so_far, about) if step else None,
            put_off=reached if first else None,
            is_unwritten=way.is_unwritten,
            came_back=any(message.came_back for message, _ in about.messages),
        )

    def _about(self, invoice: DueInvoice) -> About:
        return self.earlier.get(invoice.id, NOTHING)

    def _way(self, invoice: DueInvoice, due: date) -> _Way:
        if invoice.id not in self._ways:
            stages = _stages(invoice, due, self._about(invoice), self.policy, hours=self.hours)
            self._ways[invoice.id] = self._gone(stages, self._about(invoice))
        return self._ways[invoice.id]

    def _gone(self, stages: list[tuple[Step, datetime]], about: About) -> _Way:
        own = {step.name for step in self.policy.steps}
        taken = (
            (message, _place(message, name, stages, own, self.hours))
            for message, name in about.messages
        )
        are_done = (
            i
            for message, i in taken
            if i >= 0
            and message.stands
            and (stages[i][0].mode is StepMode.SHADOW or self.account.counts(message))
        )
        return _Way(
            stages,
            done=max(are_done, default=-1),
            current=max((i for i, (_, at) in enumerate(stages) if at <= self.now), default=-1),
            is_unwritten=not any(it.is_written and not it.noted_only for it, _ in about.messages),
        )

    def _is_forgone(self, demand: Step) -> bool:
        if demand.name not in self._forgone:
            today = self.hours.today(self.now)
            self._forgone[demand.name] = demands.is_forgone(
                demand, self.account, self._demandable(), today
            )
        return self._forgone[demand.name]

    def _demandable(self) -> Iterator[tuple[DueInvoice, About]]:
        """The invoices that a demand letter may ask for: those that need no message before it."""
        for one in self.account.invoices:
            if one.due and not exclusion(one, self.policy):
                way = self._way(one, one.due)
                latest = way.stages[way.current][0] if way.current > way.done else None
                if not way.first_message(latest, way.current, self.account):
                    yield one, self._about(one)


@dataclass(frozen=True, slots=True)
class _Way:
    """Every step that has a moment, in the order of the moments; the places of the latest taken and
    of the latest reached, -1 for none."""

    stages: list[tuple[Step, datetime]]
    done: int
    current: int
    is_unwritten: bool

    def first_message(self, reached: Step | None, current: int, account: Account) -> Step | None:
        """The message that comes before the step reached where nothing was written yet: the latest
        up to the place `current` that was not taken and can reach the customer. None where there is
        none, or none is needed."""
        if reached is None or reached.do in FIRST or not self.is_unwritten:
            return None
        left = reversed(self.stages[self.done + 1 : current + 1])
        messages = (it for it, _ in left if it.do is Do.MESSAGE and it.offset_days > 0)
        return next((it for it in messages if any(map(account.reaches, it.channels))), None)


def _place(
    message: SentMessage, name: str, stages: Sequence[tuple[Step, datetime]],
    own: Collection[str], hours: Hours,
) -> int:  # fmt: skip
    """The place of the step that a message was for, by its name; -1 for none.

    One under a name that the policy does not have, because steps were named anew or the customer
    had those of another segment, counts for the latest step of its kind whose day had come: nobody
    hears the same again under another name. A formal step is known by its own name alone.
    """
    named = next((i for i, (step, _) in enumerate(stages) if step.name == name), -1)
    if named >= 0 or name in own or name.startswith(AFTER_PROMISE):
        return named
    day, alike = hours.today(message.at), {Do.CALL} if message.channel is Channel.CALL else FIRST
    come = (i for i, (step, at) in enumerate(stages) if step.do in alike and hours.today(at) <= day)
    return max(come, default=-1)


def unposted(found: Collection[Progress]) -> str:
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


def undemanded(found: Collection[Progress]) -> Iterator[str]:
    """That a formal step comes without a demand letter, because a person wanted none."""
    names = [one.invoice.number for one in found if one.demand and one.demand.noted_only]
    if names:
        yield f"no demand letter was posted for {', '.join(names)}, as a person wanted it"


def unarrived(found: Collection[Progress]) -> Iterator[str]:
    """That a formal step comes though nothing that was written has arrived."""
    formal = (one for one in found if one.step and one.step.do in ALWAYS_A_PERSON)
    names = [one.invoice.number for one in formal if one.came_back and one.is_unwritten]
    if names:
        yield f"nothing that was sent about {', '.join(names)} has arrived"


def broken_at(promise: Promise, policy: DunningPolicy, hours: Hours) -> datetime:
    """The first business moment at which a promise counts as broken."""
    return hours.opening(promise.on + timedelta(days=policy.promise_grace_days + 1))


def _stages(
    invoice: DueInvoice, due: date, about: About, policy: DunningPolicy, *, hours: Hours
) -> list[tuple[Step, datetime]]:
    """Every step that has a moment for this invoice, in the order of the moments."""
    pending = [promise for promise in about.promises if promise.on >= due]
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
        name=f"{AFTER_PROMISE}{promise.on}",
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
