"""One customer's account, a policy and a moment in; one next step, with its reasons, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dunning.account import Account, DueInvoice
from dunning.hours import Hours, hours_of
from dunning.policy import DunningPolicy, Step, Tone
from dunning.standing import Standing, exclusion, standing
from providers.money import Money

ENDED = "no step is left; a person decides what comes next"


@dataclass(frozen=True, slots=True)
class Send:
    """Write one message now. `on` is today in the client's zone.

    `stages` are the steps of `invoice_ids`, in the same order; `step` is the latest of them.
    `total` is what is asked for: the invoices' balances less `credits`, in one currency.
    """

    step: str
    tone: Tone
    on: date
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money
    credits: Money
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing. Before `until` (aware UTC) nothing can be due; None waits for news."""

    until: datetime | None
    reason: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A person must act; nothing is written."""

    reason: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Desk:
    """All that one decision is made on."""

    account: Account
    policy: DunningPolicy
    hours: Hours
    invoices: tuple[tuple[DueInvoice, date], ...]
    notes: tuple[str, ...]

    def standings(self, now: datetime) -> list[Standing]:
        found = (
            standing(invoice, due, self.account, policy=self.policy, hours=self.hours, now=now)
            for invoice, due in self.invoices
        )
        return sorted(found, key=lambda s: (s.due, s.invoice.issued, s.invoice.id))

    def allowed_at(self, now: datetime) -> datetime:
        """The first moment from now on at which the customer may be written to again."""
        last = max((message.at for message in self.account.sent), default=None)
        if last is None:
            return self.hours.next_open(now)
        apart = timedelta(days=self.policy.min_days_between_messages)
        return self.hours.next_open(max(now, self.hours.opening(self.hours.today(last) + apart)))


def next_step(account: Account, policy: DunningPolicy, now: datetime) -> Send | Wait | Ask:
    """What to do for this customer in this currency at `now` (aware UTC).

    At most one message, for every invoice that a step is due for, in the tone of the latest step.
    Each invoice takes each step once at most; of the steps missed only the latest is made up.
    """
    hours = hours_of(policy, account.time_zone)
    notes = tuple(why for invoice in account.invoices if (why := exclusion(invoice, policy)))
    usable = tuple((i, i.due) for i in account.invoices if i.due and not exclusion(i, policy))
    if not usable:
        return Wait(None, "no invoice can be reminded of", notes)
    if held := _held(account):
        return Wait(None, held, notes)
    desk = _Desk(account, policy, hours, usable, notes)
    moment = _next_due(desk, now)
    if moment is None:
        return _ended(desk, now)
    if moment > now:
        ended = (f"{s.invoice.number}: {ENDED}" for s in desk.standings(now) if s.ended)
        return Wait(moment, f"nothing is due before {_shown(moment, hours)}", (*ended, *notes))
    return _act(desk, desk.standings(now), now)


def _held(account: Account) -> str:
    if account.paused_reason:
        return account.paused_reason
    if account.unread_reply:
        return "the customer answered; a person reads it first"
    if account.waiting_cash:
        return "money or news of this customer came in and is worked on first"
    return ""


def _next_due(desk: _Desk, now: datetime) -> datetime | None:
    """The first moment from now on at which a step is due and may be taken."""
    moment = desk.allowed_at(now)
    while True:
        standings = desk.standings(moment)
        if any(s.step for s in standings):
            return moment
        ahead = [s.next_at for s in standings if s.next_at is not None]
        if not ahead:
            return None
        moment = min(ahead)


def _ended(desk: _Desk, now: datetime) -> Wait | Ask:
    """No step is left for any invoice: those that are overdue are a person's from now on."""
    names = ", ".join(invoice.number for invoice, _ in desk.invoices)
    oldest = min(due for _, due in desk.invoices)
    late_from = desk.hours.opening(oldest + timedelta(days=1))
    moment = max(desk.allowed_at(now), late_from)
    if moment > now:
        return Wait(moment, f"no step is left for {names}; there is still time to pay", desk.notes)
    return Ask(f"{names}: {ENDED}", desk.notes)


def _act(desk: _Desk, standings: Sequence[Standing], now: datetime) -> Send | Wait | Ask:
    account, policy = desk.account, desk.policy
    due = [(s, s.step) for s in standings if s.step is not None]
    owed = Money.total((s.invoice.open for s, _ in due), account.currency)
    at_hand = max(account.credits, Money.zero(account.currency))
    if at_hand >= owed:
        return Ask(f"apply credit: {at_hand} is at hand for the {owed} that is due", desk.notes)
    total = owed - at_hand
    least = policy.minimum.get(account.currency)
    if least is not None and total.amount < least:
        ahead = [s.next_at for s in standings if s.step is None and s.next_at is not None]
        why = f"{total} is below the {least} that a message is written for"
        return Wait(min(ahead, default=None), why, desk.notes)
    if not any("@" in email for email in account.emails):
        return Ask("the customer has no e-mail address", desk.notes)
    most = policy.remind_at_most.get(account.currency)
    if most is not None and total.amount > most:
        return Ask(f"{total} is more than the {most} that is asked for by itself", desk.notes)
    latest = max((step for _, step in due), key=lambda step: step.offset_days)
    tone = _tone(account, policy, due, latest=latest)
    return Send(
        step=latest.name,
        tone=tone,
        on=desk.hours.today(now),
        invoice_ids=tuple(s.invoice.id for s, _ in due),
        stages=tuple(step.name for _, step in due),
        total=total,
        credits=at_hand,
        reasons=(*_reasons(standings, at_hand, softened=tone is not latest.tone), *desk.notes),
    )


def _tone(
    account: Account,
    policy: DunningPolicy,
    due: Sequence[tuple[Standing, Step]],
    *,
    latest: Step,
) -> Tone:
    """The latest step's tone, softened where the customer never heard of these invoices from us."""
    ids = {s.invoice.id for s, _ in due}
    if any(ids.intersection(message.invoice_ids) for message in account.sent):
        return latest.tone
    return min(latest.tone, policy.first_message_tone_at_most, key=lambda tone: tone.firmness)


def _reasons(standings: Sequence[Standing], at_hand: Money, *, softened: bool) -> Iterator[str]:
    for s in standings:
        if s.step:
            skipped = f"; missed: {', '.join(s.skipped)}" if s.skipped else ""
            yield f"{s.invoice.number}: due {s.due}, step {s.step.name!r} is due{skipped}"
        elif s.ended:
            yield f"{s.invoice.number}: {ENDED}"
    if at_hand:
        yield f"{at_hand} at hand for the customer is taken off the total"
    if softened:
        yield "softer than its step: it is the first message about these invoices"


def _shown(moment: datetime, hours: Hours) -> str:
    return f"{moment.astimezone(hours.zone):%Y-%m-%d %H:%M} ({hours.zone.key})"
