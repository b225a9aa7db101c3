"""What collections are decided on: one customer's invoices and situation in one currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from dunning.customer.channels import Channel
from dunning.customer.customer_names import names_of
from dunning.customer.persons import Contact
from dunning.customer.purpose import Purpose
from dunning.customer.standing import NOTHING_KNOWN, Standing
from providers.ledger import Status
from providers.money import Money
from providers.rates import Rate


@dataclass(frozen=True, slots=True)
class DueInvoice:
    """An invoice as it was read; `due` is a day in the client's zone, None where there is none.

    `disputed` is the part that the customer disputes, named by `case`. `maybe_paid` tells that
    money came in which may be for it, and that a person is asked. `reopened` tells that it was
    paid before, `referred` that it is with an agency. Under a payment `plan`, `due` is the day of
    the first instalment that is not paid, `instalment` what may be asked for now, and
    `instalment_days` are the days of the instalments that it is of, and `instalment_amounts` how
    much falls to each. `promised` is what a standing promise keeps back, where that is less than
    may be asked for otherwise; None where no such promise is about it.
    """

    id: str
    number: str
    issued: date
    due: date | None
    total: Money
    open: Money
    status: Status
    sent: bool = True
    disputed: Money | None = None
    case: str = ""
    paused: bool = False
    reopened: bool = False
    instalment: Money | None = None
    plan: str = ""
    maybe_paid: bool = False
    referred: bool = False
    instalment_days: tuple[date, ...] = ()
    instalment_amounts: tuple[Money, ...] = ()
    promised: Money | None = None

    @property
    def asked(self) -> Money:
        """What may be asked for: what is open and not disputed, under a payment plan no more than
        the instalments that are due, and nothing that is promised; never below zero."""
        return self._fallen_due - self.promised if self.promised else self._fallen_due

    @property
    def not_yet_due(self) -> Money:
        """What a payment plan leaves for later."""
        return self.undisputed - self._fallen_due

    @property
    def _fallen_due(self) -> Money:
        return min(self.undisputed, self.instalment or self.undisputed)

    @property
    def undisputed(self) -> Money:
        rest = self.open - self.disputed if self.disputed else self.open
        return max(rest, Money.zero(self.open.currency))


@dataclass(frozen=True, slots=True)
class Promise:
    """The customer said that `amount` of these invoices is paid by `on`; `open_then` was open on
    them when it was said, on the day `made`. `maybe_paid` tells that money for it may be in, and
    waits for a person or for news from the ledger. `holds` is how much is kept back of what is
    asked for: what is not paid yet of what the customer promised by itself, or None, where a person
    wrote it down and nobody is reminded of these invoices at all."""

    invoice_ids: tuple[str, ...]
    amount: Money
    on: date
    made: date
    open_then: Money
    maybe_paid: bool = False
    holds: Money | None = None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message that went out (or may have). `at` is aware UTC.

    `stages` are the steps that it was for each of `invoice_ids`, in the same order; without them
    it was `step` for all. `opened` counts signs of opening, which are unreliable, and `clicked`
    how often its links were followed; None where nothing tells. With `noted_only` it was decided
    and did not go out: in shadow (`in_shadow`), or because a person wanted it so. Only what
    `is_written` reached
    the customer in writing, as far as is known: a call did not, nor what was held back, nor a
    letter on paper that nobody has posted, nor what `came_back`: what is known not to have arrived,
    as a mail that no address took, a text that was not delivered or a call that nobody answered.
    `to` are the addresses that a mail went to. `purpose` is
    what it was for, and `said_of` are those of `invoice_ids` that it said so of, all where empty.
    """

    step: str
    at: datetime
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...] = ()
    channel: Channel = Channel.EMAIL
    opened: int | None = None
    noted_only: bool = False
    clicked: int | None = None
    is_written: bool = True
    in_shadow: bool = False
    came_back: bool = False
    to: tuple[str, ...] = ()
    purpose: Purpose = Purpose.REMIND
    said_of: tuple[str, ...] = ()

    @property
    def went_out(self) -> bool:
        """Whether it reached the customer, as far as is known: in writing, or by telephone."""
        is_known = self.is_written or self.channel is Channel.CALL
        return is_known and not (self.noted_only or self.came_back)

    @property
    def stands(self) -> bool:
        """Whether its step is not taken again. A mail that came back is: none of its addresses is
        written to any more, so another one or another channel is tried."""
        return not (self.came_back and self.channel is Channel.EMAIL)

    @property
    def is_waiting(self) -> bool:
        """Whether it is a letter that is still to go out, by a person's hand."""
        return self.channel is Channel.LETTER and not (self.is_written or self.noted_only)

    def said(self, purpose: Purpose, invoice_id: str) -> bool:
        """Whether it was for this purpose, and about this invoice."""
        return self.purpose is purpose and invoice_id in (self.said_of or self.invoice_ids)

    def stage_of(self, invoice_id: str) -> str:
        """The step that this message was for an invoice; empty if it was not about it."""
        if invoice_id not in self.invoice_ids:
            return ""
        return self.stages[self.invoice_ids.index(invoice_id)] if self.stages else self.step


@dataclass(frozen=True, slots=True)
class Account:
    """All amounts are in `currency`; `time_zone` is the client's, an IANA name.

    `credits` are open credit notes and money not yet applied. `waiting_cash` tells that money or
    news about this customer came in and was not worked on yet, `unread_reply` that the customer
    wrote and nobody read it. `paused_reason` is empty unless a person stopped the reminders.
    `emails` are those that can be used, `other_emails` those of further contacts, who are written
    to one after another where nothing is read, and `other_contacts` what there was with each;
    `text_to` and `call_to` are numbers (E.164) that may
    be used by machine, by consent and by switch. `prefers` is how the customer asked to be written
    to.
    `booked_until` is the day up to which the client's books are known to hold what the bank
    received, None where nothing tells; `booked_by` says what tells it.
    `payment_started_at` is when the pay page of the invoice `payment_started_for` (an id) was last
    opened and nothing was paid since. `answered_at` is when the customer last wrote to us, machines
    aside. `country` and `region` are where the customer is, as ISO 3166
    codes, empty where the ledger does not tell.
    `promises` are those of which something is still to be paid, a payment taken back aside.
    `contacts` are all that there were with the same person beside `sent`: in other currencies, for
    other customers. `rates` are those at which the ledger holds the customer's invoices, the newest
    first. `no_post` says why no letter on paper can reach the customer; empty where one can.
    `beside` are the customer's accounts in other currencies, which are in the same segment and may
    share a message with this one. With `in_shadow` nothing goes out to this customer: there what
    was noted counts as if it had gone out, and with everybody else as if it had never been.
    `no_hour` tells of channels whose number is left out, because nothing may go out there, and why.
    `company` is the number that tells the client's companies apart, 0 where there is only one.
    """

    customer_id: str
    name: str
    emails: tuple[str, ...]
    currency: str
    invoices: tuple[DueInvoice, ...]
    credits: Money
    time_zone: str
    sent: tuple[SentMessage, ...] = ()
    paused_reason: str = ""
    unread_reply: bool = False
    waiting_cash: bool = False
    standing: Standing = NOTHING_KNOWN
    promises: tuple[Promise, ...] = ()
    text_to: str = ""
    call_to: str = ""
    prefers: Channel | None = None
    booked_until: date | None = None
    booked_by: str = "the newest receipt in the books"
    payment_started_at: datetime | None = None
    country: str = ""
    region: str = ""
    contacts: tuple[Contact, ...] = ()
    rates: tuple[Rate, ...] = ()
    no_post: str = ""
    beside: tuple[Account, ...] = ()
    other_emails: tuple[str, ...] = ()
    other_contacts: tuple[tuple[Contact, ...], ...] = ()
    payment_started_for: str = ""
    in_shadow: bool = False
    company: int = 0
    answered_at: datetime | None = None
    no_hour: tuple[tuple[Channel, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What a policy may call this customer, the narrowest last."""
        return names_of(self.customer_id, self.company)

    def __post_init__(self) -> None:
        for money in (self.credits, *(i.open for i in self.invoices)):
            if money.currency != self.currency:
                raise ValueError(f"{money} does not belong in an account in {self.currency}")

    @property
    def counted(self) -> tuple[SentMessage, ...]:
        """The messages that the next one keeps its distance from."""
        return tuple(filter(self.counts, self.sent))

    def counts(self, message: SentMessage) -> bool:
        """Whether it is more than noted in shadow, or shadow lasts."""
        return self.in_shadow or not message.in_shadow

    def number(self, channel: Channel) -> str:
        """The number (E.164) at which a channel reaches this customer; empty where it has none."""
        return {Channel.TEXT: self.text_to, Channel.CALL: self.call_to}.get(channel, "")

    def reaches(self, channel: Channel) -> bool:
        """Whether this customer can be reached so by machine."""
        if channel is Channel.EMAIL:
            return any("@" in email for email in self.emails)
        return bool(self.number(channel))

    def silent(self, channel: Channel) -> str:
        """Why a channel does not reach this customer though there is a number; empty where there is
        none, or it does."""
        return dict(self.no_hour).get(channel, "")


def side_by_side(accounts: Sequence[Account]) -> list[Account]:
    """The accounts of one customer, each with the others beside it."""
    return [
        replace(one, beside=tuple(other for other in accounts if other is not one))
        for one in accounts
    ]


def in_shadow(account: Account) -> Account:
    """The account of a customer to whom nothing goes out, in every currency."""
    beside = tuple(replace(one, in_shadow=True) for one in account.beside)
    return replace(account, in_shadow=True, beside=beside)
