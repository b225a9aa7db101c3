"""The stages of a sequence: when each is reached, what is done at it, and how it speaks."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dunning.customer.channels import Channel
from providers.money import currency_limits


class Tone(StrEnum):
    """How a letter speaks, from the softest to the firmest."""

    UPCOMING = "upcoming"
    FRIENDLY = "friendly"
    REMINDER = "reminder"
    DIRECT = "direct"
    FINAL = "final"

    @property
    def firmness(self) -> int:
        return list(Tone).index(self)


class Do(StrEnum):
    """What a step does. A letter is printed for a person to post; a call is a person's, unless
    the customer agreed to machine calls."""

    MESSAGE = "message"
    CALL = "call"
    LETTER = "letter"
    DEMAND_LETTER = "demand letter"
    CREDIT_HOLD = "credit hold"
    REFERRAL = "referral"


class StepMode(StrEnum):
    """How boldly a step may be taken at most; the client's own mode may be stricter, and then
    holds. In `shadow` it is noted only, in `copilot` a person approves it."""

    SHADOW = "shadow"
    COPILOT = "copilot"
    AUTOPILOT = "autopilot"


ALWAYS_A_PERSON = frozenset({Do.DEMAND_LETTER, Do.CREDIT_HOLD, Do.REFERRAL})
"""A person decides these, whatever the policy and the mode say."""
IN_WRITING = frozenset({Do.MESSAGE, Do.LETTER, Do.DEMAND_LETTER})
"""What reaches the customer in writing."""
FIRST = IN_WRITING - ALWAYS_A_PERSON
"""With what a customer may hear of an invoice first."""


CHANNEL_OF = {
    Do.CALL: Channel.CALL,
    Do.LETTER: Channel.LETTER,
    Do.DEMAND_LETTER: Channel.LETTER,
}
"""The steps that go by one channel only; a message has a choice, a hold or referral has none."""


class Document(BaseModel):
    """Part of the policy: unknown fields are refused, known ones never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(Document):
    """One stage of the sequence; `offset_days` count from the due date, before it below zero.

    A message goes by the first of `channels` that reaches the customer, and by the next where it
    seems not to be read. `draft` puts it before a person in every mode. `minimum` is the smallest
    total per currency that this step is taken for; below it the sequence goes on without it.
    `approver` is the e-mail address of the one colleague who is asked about it, in every mode but
    shadow; without one, any person of the firm answers where somebody is asked.
    """

    name: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9 _-]*$")
    offset_days: int = Field(ge=-60, le=365)
    tone: Tone
    do: Do = Do.MESSAGE
    channels: tuple[Channel, ...] = Field(default=(Channel.EMAIL,), min_length=1, max_length=4)
    draft: bool = False
    minimum: dict[str, Decimal] = Field(default_factory=dict)
    mode: StepMode = StepMode.AUTOPILOT
    approver: str = Field(default="", max_length=320)

    _check_minimum = field_validator("minimum")(currency_limits)

    @field_validator("approver")
    @classmethod
    def _check_approver(cls, email: str) -> str:
        known_as = email.strip().casefold()
        if known_as and not re.fullmatch(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+", known_as):
            raise ValueError("name a colleague by the e-mail address that they sign in with")
        return known_as

    @property
    def ruled_by(self) -> tuple[StepMode, str]:
        """What the steps of one message have in common: their mode, and who approves them."""
        return self.mode, self.approver

    @model_validator(mode="after")
    def _check_tone(self) -> Self:
        if (self.tone is Tone.UPCOMING) != (self.offset_days <= 0):
            raise ValueError(
                f"step {self.name!r}: the tone 'upcoming' is for days up to the due date "
                "(offset_days 0 or less), and the other tones are for the days after it"
            )
        if self.do is not Do.MESSAGE and self.offset_days <= 0:
            raise ValueError(
                f"step {self.name!r}: before an invoice is overdue there are messages only; "
                f"move the {self.do} behind the due date"
            )
        if self.do in ALWAYS_A_PERSON and self.tone is not Tone.FINAL:
            raise ValueError(f"step {self.name!r}: a {self.do} has the tone 'final'")
        if not set(self.channels) <= {Channel.EMAIL, Channel.TEXT}:
            raise ValueError(
                f"step {self.name!r}: messages go by email or text; a call or a letter is a step "
                "of its own ('do')"
            )
        return self


STEPS = (
    Step(name="upcoming", offset_days=-5, tone=Tone.UPCOMING),
    Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
    Step(name="reminder", offset_days=7, tone=Tone.REMINDER),
    Step(name="direct", offset_days=14, tone=Tone.DIRECT),
    Step(name="final", offset_days=21, tone=Tone.FINAL),
)
