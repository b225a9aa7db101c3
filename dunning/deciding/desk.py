"""What one decision is made on: the customer's own rules, hours, invoices and contacts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from dunning.contact_hours import sending_hours
from dunning.contact_hours.hours import Hours
from dunning.contact_hours.sending_hours import SendingHours
from dunning.contact_law.budget import free_at
from dunning.contact_law.law import Refused, capped, next_allowed
from dunning.customer.account import Account, DueInvoice, SentMessage
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.deciding import manner
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.deciding.earlier import About, by_invoice
from dunning.deciding.sequence import NOTHING, Progress, Timetable
from dunning.deciding.standstill import disputed
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import ALWAYS_A_PERSON, CHANNEL_OF, FIRST, Do, Step, Tone
from providers.money import Money

Due = tuple[Progress, Step]


@dataclass(frozen=True, slots=True)
class Desk:
    """`hours` are the client's: days and due dates are counted by them. When anything may go out
    is told by the hours of its channel (`by`)."""

    account: Account
    segment: str
    policy: DunningPolicy
    hours: Hours
    invoices: tuple[tuple[DueInvoice, date], ...]
    notes: tuple[str, ...]
    _told: dict[datetime, tuple[Progress, ...]] = field(default_factory=dict, compare=False)
    _earlier: dict[str, About] = field(default_factory=dict, compare=False)

    def progress(self, now: datetime) -> tuple[Progress, ...]:
        """How far each invoice is, the oldest due first; worked out once for a moment."""
        if now not in self._told:
            table = Timetable(self.account, self.policy, self.hours, now, self.earlier)
            found = (table.progress(invoice, due) for invoice, due in self.invoices)
            in_order = sorted(found, key=lambda p: (p.due, p.invoice.issued, p.invoice.id))
            self._told[now] = tuple(in_order)
        return self._told[now]

    @property
    def earlier(self) -> Mapping[str, About]:
        """What happened about each invoice; gathered once."""
        if not self._earlier:
            self._earlier.update(by_invoice(self.account))
        return self._earlier

    def formal(self, now: datetime) -> tuple[Progress, ...]:
        """The invoices about whose formal step a person may be asked at `now`: each had the time
        between two messages since the last one about it. A message about others puts no question
        off, because nothing goes out by it."""
        return tuple(
            one for one in self.progress(now) if self.is_formal(one) and self.left_alone(one) <= now
        )

    def is_formal(self, one: Progress) -> bool:
        """Whether it has come to what a person decides for what it is."""
        step = one.step
        if step is None or step.tone is not Tone.FINAL:
            return False
        return step.do in ALWAYS_A_PERSON or bool(disputed(self.account, step.name))

    def without(self, found: Collection[Progress], taken: Money) -> Desk:
        """The same with the customer's other invoices alone, and without the credits that are
        `taken` off these."""
        names = {one.invoice.id for one in found}
        rest = tuple(it for it in self.invoices if it[0].id not in names)
        account = replace(self.account, credits=self.account.credits - taken)
        return replace(self, account=account, invoices=rest, _told={}, _earlier=dict(self.earlier))

    def for_order(self, ordered: Collection[str], now: datetime) -> Desk:
        """The same without what else has come to a formal step, where these (ids) have."""
        found = self.formal(now) if ordered else ()
        others = [one for one in found if one.invoice.id not in ordered]
        if not others or len(others) == len(found):
            return self
        return self.without(others, Money.zero(self.account.currency))

    def left_alone(self, one: Progress) -> datetime:
        """Until when a person is not asked about a formal step: as long as messages are apart."""
        last = self._last_about(one)
        if last is None:
            return self.hours.opening(one.due)
        apart = timedelta(days=self.policy.min_days_between_messages)
        return self.hours.opening(self.hours.today(last) + apart)

    def _last_about(self, one: Progress) -> datetime | None:
        about = self.earlier.get(one.invoice.id, NOTHING)
        return self._last(it for it, _ in about.messages if self.account.counts(it))

    def _last(self, messages: Iterable[SentMessage]) -> datetime | None:
        """When the last of these went out that the next one keeps its distance from: not one that
        came back, where there is another way to the customer by now."""
        again = any(map(self.account.reaches, (Channel.EMAIL, Channel.TEXT)))
        return max((it.at for it in messages if it.stands or not again), default=None)

    def rested_at(self, now: datetime) -> datetime:
        """The first moment from now on that is far enough from the last message, and at which the
        person may be contacted once more."""
        free = free_at(self.contacts, self.policy.budget, now, zone=self.hours.zone)
        moment = self.hours.next_open(free) if free > now else now
        last = self._last(self.account.counted)
        if last is None:
            return moment
        apart = timedelta(days=self.policy.min_days_between_messages)
        return max(moment, self.hours.opening(self.hours.today(last) + apart))

    def time_to_pay(self, one: Progress) -> datetime:
        """Until when an invoice may still be paid after its last step before a person is asked."""
        last = self._last_about(one)
        late = one.due + timedelta(days=1)
        if last is None:
            return self.hours.opening(late)
        apart = timedelta(days=self.policy.min_days_between_messages)
        return self.hours.opening(max(late, self.hours.today(last) + apart))

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Every contact with the person."""
        sent = (Contact(m.channel, m.at, m.invoice_ids) for m in self.account.counted)
        return (*self.account.contacts, *sent)

    def is_free(self, contacts: tuple[Contact, ...], now: datetime) -> bool:
        """Whether a mail may go at once to another person with whom there were these contacts."""
        if free_at(contacts, self.policy.budget, now, zone=self.hours.zone) > now:
            return False
        person = self.by(Channel.EMAIL).person
        return capped(Channel.EMAIL, person, contacts, now, about=frozenset()) is None

    def channel(self, step: Step) -> tuple[Channel | None, str]:
        """How a step goes out, and why not by the first choice; None where nothing reaches the
        customer, or nothing goes out."""
        if step.do is Do.MESSAGE:
            return manner.channel(self.account, self.policy, step)
        return CHANNEL_OF.get(step.do), ""

    def by(self, channel: Channel) -> SendingHours:
        """When something may go out by a channel."""
        return sending_hours.by(channel, self.account, self.policy, self.hours)

    def sending(self, found: Sequence[Progress]) -> SendingHours | None:
        """When what is due now may go out; None where nothing is due."""
        due = at_once(found)
        return self.by(self.channel(latest(due))[0] or Channel.EMAIL) if due else None

    def closed(self, found: Sequence[Progress], now: datetime) -> str:
        """Why what is due now does not go out when business is open; empty where it does."""
        sending, opens = self.sending(found), self.hours.next_open(now)
        if sending is None or self.rested_at(now) > now or sending.next_open(opens) == opens:
            return ""
        when = f"at {self.hours.shown(opens)} " if opens > now else ""
        return when + sending.closed(opens)

    def forbidden(self, step: Send, now: datetime, *, until: datetime | None) -> Wait | Ask | None:
        """Waiting for the law of where the customer is, if it forbids the step now; a question
        where the policy and their day leave no hour at all. `until` is when another is reached."""
        hours = self.by(step.channel)
        if hours.person.zones and hours.next_open(now) is None:
            return Ask(hours.closed(now), step.reasons, Matter.NO_HOUR, step, until)
        answer = next_allowed(
            step.channel, hours.person, self.contacts, now, about=frozenset(step.invoice_ids)
        )
        if not isinstance(answer, Refused):
            return None
        again = hours.next_open(answer.again_at) if answer.again_at else None
        return Wait(again, f"{answer.reason} ({answer.citation})", self.notes)


def at_once(found: Sequence[Progress]) -> list[Due]:
    """The steps that are due and are taken together with the latest of them.

    What is not due yet is not asked for together with what is late, and steps that differ in mode
    or approver are taken apart. Of the others, a message or a printed letter asks for all that is
    due but for what has come to a formal step. A call takes in besides those whose message or
    letter is due and of which something was written before. A demand letter, a credit hold and a
    referral are for the invoices alone that have come to that one: what is only reminded of is
    neither demanded nor held nor handed over, and does not wait for a person's answer.
    """
    reached = [(one, one.step) for one in found if one.step is not None]
    due = [(one, step) for one, step in reached if step.offset_days > 0] or reached
    if not due:
        return []
    ruled_by = latest(due).ruled_by
    alike = [(one, step) for one, step in due if step.ruled_by == ruled_by]
    last = latest(alike)
    return [(one, step) for one, step in alike if _joins(one, step, last)]


def _joins(one: Progress, step: Step, last: Step) -> bool:
    if step.do is last.do:
        return True
    if not ALWAYS_A_PERSON.isdisjoint((step.do, last.do)):
        return False
    return last.do in FIRST or not one.is_unwritten


def latest(due: Sequence[Due]) -> Step:
    return max((step for _, step in due), key=lambda step: step.offset_days)
