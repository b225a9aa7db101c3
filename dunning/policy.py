"""What a client lets the collector do by itself: steps, hours, limits, and the brand of letters."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Literal, Self
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


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


class Document(BaseModel):
    """Part of the policy: unknown fields are refused, known ones never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(Document):
    """One stage of the sequence; `offset_days` count from the due date, before it below zero."""

    name: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9 _-]*$")
    offset_days: int = Field(ge=-60, le=365)
    tone: Tone

    @model_validator(mode="after")
    def _check_tone(self) -> Self:
        if (self.tone is Tone.UPCOMING) != (self.offset_days <= 0):
            raise ValueError(
                f"step {self.name!r}: the tone 'upcoming' is for days up to the due date "
                "(offset_days 0 or less), and the other tones are for the days after it"
            )
        return self


class Brand(Document):
    """Whose letter it is; empty fields are taken from the ledger or left out.

    `sender_address` is what stands in From: an address at the client's own domain, which sends
    only once its DNS allows it. Without one, the installation's own address stands there.
    `telephone` is the number that texts and calls come from, `forward_calls_to` where a called
    person reaches a human; both are in E.164.
    """

    sender_name: str = Field(default="", max_length=100)
    sender_address: str = Field(default="", max_length=254)
    reply_to: str = Field(default="", max_length=254)
    telephone: str = ""
    forward_calls_to: str = ""
    logo_url: str = Field(default="", max_length=500)
    colour: str = "#1f4e79"
    signature: str = Field(default="", max_length=500)

    @field_validator("reply_to", "sender_address")
    @classmethod
    def _check_address(cls, address: str) -> str:
        if address and not re.fullmatch(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+", address):
            raise ValueError("write one plain e-mail address, such as accounts@example.com")
        return address

    @field_validator("telephone", "forward_calls_to")
    @classmethod
    def _check_number(cls, number: str) -> str:
        if number and not re.fullmatch(r"\+[1-9][0-9]{6,14}", number):
            raise ValueError("write the number in E.164, such as +14155552671")
        return number

    @field_validator("logo_url")
    @classmethod
    def _check_logo(cls, url: str) -> str:
        if url and (urlsplit(url).scheme != "https" or not urlsplit(url).netloc):
            raise ValueError("a logo must be loaded by https; write https://... or leave it empty")
        return url

    @field_validator("colour")
    @classmethod
    def _check_colour(cls, colour: str) -> str:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise ValueError("write a colour as # and six hex digits, such as #1f4e79")
        return colour


STEPS = (
    Step(name="upcoming", offset_days=-5, tone=Tone.UPCOMING),
    Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
    Step(name="reminder", offset_days=7, tone=Tone.REMINDER),
    Step(name="direct", offset_days=14, tone=Tone.DIRECT),
    Step(name="final", offset_days=21, tone=Tone.FINAL),
)


class DunningPolicy(Document):
    """When and how customers are written to.

    Hours and days are those of the client's time zone. `minimum` is the smallest total per
    currency that a message is written for; above `remind_at_most` a person is asked. Currencies
    that are not named have neither. `ramp_per_day` is the number of customers written to per day.
    The first message about invoices is no firmer than `first_message_tone_at_most`.
    """

    steps: tuple[Step, ...] = Field(default=STEPS, min_length=1, max_length=12)
    business_start: time = time(9)
    business_end: time = time(17)
    working_days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    min_days_between_messages: int = Field(default=5, ge=1, le=90)
    ramp_per_day: int = Field(default=25, ge=1, le=100_000)
    minimum: dict[str, Decimal] = Field(default_factory=dict)
    remind_at_most: dict[str, Decimal] = Field(default_factory=dict)
    first_message_tone_at_most: Tone = Tone.REMINDER
    require_sent: bool = False
    locale: str = "en_US"
    brand: Brand = Field(default_factory=Brand)

    @field_validator("steps")
    @classmethod
    def _check_steps(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if len({step.name for step in steps}) < len(steps):
            raise ValueError("two steps have one name; give each step a name of its own")
        for earlier, later in pairwise(steps):
            if later.offset_days <= earlier.offset_days:
                raise ValueError(
                    f"step {later.name!r} ({later.offset_days:+d} days) does not come after "
                    f"{earlier.name!r} ({earlier.offset_days:+d} days); put the steps in order"
                )
        return steps

    @field_validator("working_days")
    @classmethod
    def _check_days(cls, days: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
        if not days or len(set(days)) < len(days):
            raise ValueError("name at least one working day, and each only once")
        return days

    @field_validator("business_start", "business_end")
    @classmethod
    def _check_clock(cls, clock: time) -> time:
        if clock.tzinfo is not None:
            raise ValueError("write the time alone, such as 09:00; the zone is the client's")
        return clock

    @field_validator("minimum", "remind_at_most")
    @classmethod
    def _check_amounts(cls, amounts: dict[str, Decimal]) -> dict[str, Decimal]:
        known = list_currencies()
        for currency, amount in amounts.items():
            if currency not in known:
                raise ValueError(f"{currency!r} is no currency; write its ISO code, such as USD")
            if amount < 0:
                raise ValueError(f"{amount} {currency} is no amount; write 0 or more")
        return amounts

    @field_validator("locale")
    @classmethod
    def _check_locale(cls, locale: str) -> str:
        try:
            Locale.parse(locale)
        except (ValueError, UnknownLocaleError):
            raise ValueError(f"{locale!r} is no locale; write one such as en_US") from None
        return locale

    @model_validator(mode="after")
    def _check_hours(self) -> Self:
        if self.business_start >= self.business_end:
            raise ValueError(
                "business_end must be later than business_start on the same day, "
                "for example 09:00 and 17:00"
            )
        return self
