"""What can be decided for a customer: one step, waiting, or asking a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dunning.customer.account import SentMessage
from dunning.customer.channels import Channel
from dunning.deciding.manner import Manner
from dunning.rules.policy import EVERYBODY
from dunning.rules.steps import IN_WRITING, Do, StepMode, Tone
from providers.money import Money


class Matter(StrEnum):
    """What a person is asked about."""

    APPLY_CREDIT = "apply credit"
    PERSON_WRITES = "a person writes to this customer"
    ABOVE_LIMIT = "more than is asked for by itself"
    NO_ADDRESS = "the customer cannot be reached"
    DISPUTED = "disputed"
    CALL = "call the customer"
    FORMAL = "a formal step"
    UNPOSTED = "a demand letter that nobody posted"
    NO_HOUR = "no hour is left to write at"
    ENDED = "what comes next"


@dataclass(frozen=True, slots=True)
class Send:
    """Take one step now. `on` is today in the client's zone.

    `stages` are the steps of `invoice_ids`, in the same order; `step` is the latest of them and
    `do` what it does. `total` is what is asked for: the invoices' balances less what is disputed
    and less `credits`, in one currency. `besides` is what the same message asks for in other
    currencies. `to` are the addresses of a mail that goes to another contact than usual. `draft`
    asks a person in every mode, and `approver` (an e-mail address) that person alone; it is taken
    no more boldly than `mode`.
    """

    step: str
    tone: Tone
    on: date
    invoice_ids: tuple[str, ...]
    stages: tuple[str, ...]
    total: Money
    credits: Money
    reasons: tuple[str, ...]
    manner: Manner
    do: Do = Do.MESSAGE
    channel: Channel = Channel.EMAIL
    draft: bool = False
    mode: StepMode = StepMode.AUTOPILOT
    approver: str = ""
    segment: str = EVERYBODY
    besides: tuple[Send, ...] = ()
    to: tuple[str, ...] = ()

    def taken(self, at: datetime) -> SentMessage:
        """The step as it will stand in the account when it went out at `at` (aware UTC)."""
        return SentMessage(
            self.step, at, self.invoice_ids, self.stages, self.channel,
            is_written=self.do in IN_WRITING, to=self.to, purpose=self.manner.purpose,
            said_of=self.manner.about,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing. Before `until` (aware UTC) nothing can go out; None waits for news."""

    until: datetime | None
    reason: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A person must act; nothing is written. `proposed` is the step that a person may order.

    At `until` (aware UTC) another step is reached; None where only news change anything.
    With `meanwhile` it is about a formal step, and the customer's other invoices do not wait for
    the answer: that is what is decided about them at the same moment. What a person orders goes out
    at `not_before` (aware UTC) at the earliest, where that is given.
    """

    reason: str
    reasons: tuple[str, ...] = ()
    matter: Matter = Matter.ENDED
    proposed: Send | None = None
    until: datetime | None = None
    meanwhile: Send | Wait | Ask | None = None
    not_before: datetime | None = None

    @property
    def stands_apart(self) -> bool:
        """Whether it stays open beside whatever is done about the rest of the account."""
        return self.meanwhile is not None


def at_the_same_time(decision: Send | Wait | Ask) -> tuple[Send | Wait | Ask, ...]:
    """What is done at the same moment: a question about a formal step comes before the rest."""
    if isinstance(decision, Ask) and decision.meanwhile is not None:
        return decision, decision.meanwhile
    return (decision,)
