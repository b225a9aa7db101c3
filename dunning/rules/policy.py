"""What a client lets the collector do by itself: steps, hours, limits, segments, and the brand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, Self

from babel import Locale, UnknownLocaleError
from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from dunning.contact_law.budget import Budget
from dunning.customer.account import Account
from dunning.customer.persons import Kind, Person
from dunning.customer.zones import knows_country
from dunning.fees.late_fees import LateFees
from dunning.rules.brand import Brand
from dunning.rules.charging import Billing, StatutoryInterest
from dunning.rules.own_template import OwnTemplate
from dunning.rules.segments import Segment, segment_of
from dunning.rules.steps import STEPS, Document, Step, Tone
from dunning.words.phrases import UNKNOWN, locale_of
from providers.money import currency_limits

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
EVERYBODY = "everybody"
FOR_ALL = {"segments", "customers", "ramp_per_day", "promise_grace_days", "budget", "billing",
           "suggest"}  # fmt: skip
HOURS = {"business_start", "business_end"}


class DunningPolicy(Document):
    """When and how customers are written to.

    Hours and days are those of the client's time zone. `minimum` is the smallest total per currency
    that a message is written for; currencies that are not named have none. Above `remind_at_most` a
    person is asked; a currency that is not named there is held to the limits in others at the
    recorded rate, and without a rate a person is asked. `ramp_per_day` is the number of customers
    written to per day. The first message about invoices is no firmer than
    `first_message_tone_at_most`, and none is firmer than `tone_at_most`. `with_a_person` says why a
    person alone writes to these customers, and before `paused_until` nobody does.
    `promise_grace_days` after the promised day the promise is broken. With no sign for more than
    `bank_lag_days_max` days that the books are up to date, money may be at the bank and not booked:
    nobody is written to. After `unclear_after_opens` signs of opening the next message asks whether
    something is unclear; after `unread_after_messages` messages without a sign, it goes by another
    channel, or with `try_other_contacts` to another contact. 0 switches either off.
    `templates` are the client's own; without one for a step and language ours are used. With
    `reword` a language model, where there is one, may put our words differently; with `suggest` it
    is shown what customers answer, and says for a person what they may mean.
    With `portal` mails carry a link to the customer's own account page, which works for
    `portal_link_days`; there it promises to pay at most `portal_promise_days_max` days ahead.

    `late_fees` are charged as the terms have it, and `interest` is what the law gives, where they
    are set; `billing` is how either becomes an invoice, and no charge is raised without a person.

    `budget` is how often one person is contacted at all. `customers_are` businesses or consumers,
    where nobody said so consumers; `country` (ISO's two letters) is theirs where the ledger holds
    none; `collects_for_others` tells that the debts are another's. `segments` come in order of
    precedence, and `customers` hold what differs for single ones, by id; both name fields of this
    document. Without a `locale` that of the company's country holds.
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
    tone_at_most: Tone = Tone.FINAL
    with_a_person: str = Field(default="", max_length=200)
    paused_until: date | None = None
    paused_because: str = Field(default="", max_length=200)
    promise_grace_days: int = Field(default=1, ge=0, le=30)
    bank_lag_days_max: int | None = Field(default=None, ge=1, le=365)
    unclear_after_opens: int = Field(default=3, ge=0, le=100)
    unread_after_messages: int = Field(default=2, ge=0, le=20)
    try_other_contacts: bool = False
    track_opens: bool = False
    track_clicks: bool = False
    portal: bool = False
    portal_link_days: int = Field(default=60, ge=1, le=365)
    portal_promise_days_max: int = Field(default=30, ge=1, le=180)
    budget: Budget = Field(default_factory=Budget)
    customers_are: Kind = Kind.UNKNOWN
    country: str = ""
    collects_for_others: bool = False
    require_sent: bool = False
    locale: str = ""
    reword: bool = False
    suggest: bool = False
    brand: Brand = Field(default_factory=Brand)
    late_fees: LateFees | None = None
    interest: StatutoryInterest | None = None
    billing: Billing = Field(default_factory=Billing)
    templates: tuple[OwnTemplate, ...] = Field(default=(), max_length=60)
    segments: tuple[Segment, ...] = Field(default=(), max_length=50)
    customers: dict[str, dict[str, Any]] = Field(default_factory=dict, max_length=1000)
    _changes: dict[str, dict[str, Any]] = PrivateAttr(default_factory=dict)

    def applying_to(self, account: Account, today: date) -> tuple[str, DunningPolicy]:
        """The segment of a customer, and the policy that holds for it: the segment's changes, and
        over them the customer's own."""
        segment = segment_of(self.segments, account, today)
        rules = self.at(f"segment {segment}", *(f"customer {name}" for name in account.names))
        return segment or EVERYBODY, rules

    def alone(self, account: Account, today: date) -> DunningPolicy:
        """What holds for one customer, as a policy that makes no exceptions."""
        _, rules = self.applying_to(account, today)
        own = rules.model_copy(update={"segments": (), "customers": {}})
        own._changes = {}
        return own

    def at(self, *places: str) -> DunningPolicy:
        """The policy with what differs at these places over it, such as `segment large`, `customer
        7`; places without a change change nothing."""
        changes = [self._changes[place] for place in places if place in self._changes]
        change = {name: value for one in changes for name, value in one.items()}
        return self.model_copy(update=change) if change else self

    def spoken_in(self, country: str) -> DunningPolicy:
        """With the locale of a company's country (ISO's two letters), unless it names one."""
        return self if self.locale else self.model_copy(update={"locale": locale_of(country)})

    def books_lag(self, booked: date | None, today: date) -> bool:
        """Whether money may be at the bank and not booked, where the newest is of `booked`."""
        limit = self.bank_lag_days_max
        return limit is not None and booked is not None and (today - booked).days > limit

    def variants(self) -> Iterator[DunningPolicy]:
        """The policy, and what holds for each segment and each customer with changes of its own."""
        yield self
        for change in self._changes.values():
            yield self.model_copy(update=change)

    def person(self, account: Account) -> Person:
        """The customer as the law looks at them; where nothing tells their place, they are taken
        to be where the client is."""
        country = account.country or self.country
        return Person(
            country=country,
            region=account.region if account.country else "",
            kind=self.customers_are,
            time_zone="" if country else account.time_zone,
            agency=self.collects_for_others,
        )

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

    @field_validator("templates")
    @classmethod
    def _check_templates(cls, templates: tuple[OwnTemplate, ...]) -> tuple[OwnTemplate, ...]:
        if len({(it.step, it.language) for it in templates}) < len(templates):
            raise ValueError("two templates are for one step in one language; keep one of them")
        return templates

    @field_validator("business_start", "business_end")
    @classmethod
    def _check_clock(cls, clock: time) -> time:
        if clock.tzinfo is not None:
            raise ValueError("write the time alone, such as 09:00; the zone is the client's")
        return clock

    _check_amounts = field_validator("minimum", "remind_at_most")(currency_limits)

    @field_validator("locale")
    @classmethod
    def _check_locale(cls, locale: str) -> str:
        try:
            Locale.parse(locale or UNKNOWN)
        except (ValueError, UnknownLocaleError):
            raise ValueError(f"{locale!r} is no locale; write one such as en_US") from None
        return locale

    @field_validator("country")
    @classmethod
    def _check_country(cls, country: str) -> str:
        if country and not knows_country(country):
            raise ValueError(f"{country!r} is no country; write ISO's two letters, such as US")
        return country

    @model_validator(mode="after")
    def _check_hours(self) -> Self:
        if self.business_start >= self.business_end:
            raise ValueError("business_end must be later than business_start on the same day, "
                             "for example 09:00 and 17:00")  # fmt: skip
        return self

    @model_validator(mode="after")
    def _check_billing(self) -> Self:
        if (self.late_fees or self.interest) and not any(self.billing.accounts.values()):
            raise ValueError(
                "late_fees and interest become invoices: name the account that they are booked to"
                ' in billing, such as {"accounts": {"": "42"}}, with the id that it has in the'
                " ledger"
            )
        return self

    @model_validator(mode="after")
    def _check_changes(self) -> Self:
        if len({segment.name for segment in self.segments}) < len(self.segments):
            raise ValueError("two segments have one name; give each segment a name of its own")
        places = {f"segment {it.name}": it.change for it in self.segments}
        places |= {f"customer {id_}": change for id_, change in self.customers.items()}
        whole = {name: getattr(self, name) for name in type(self).model_fields}
        whole |= {"segments": (), "customers": {}}
        for place, change in places.items():
            self._changes[place] = _checked(whole, change, place)
        return self


def _checked(whole: Mapping[str, Any], change: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The values of a change. Raises ValueError where they are not allowed there.

    What is checked together is changed together, so that any two changes fit on each other.
    """
    if fixed := FOR_ALL & change.keys():
        raise ValueError(f"{place}: {', '.join(sorted(fixed))} hold for all; take them out there")
    if len(HOURS & change.keys()) == 1:
        raise ValueError(f"{place}: change business_start and business_end together")
    try:
        valid = DunningPolicy.model_validate({**whole, **change})
    except ValidationError as error:
        faults = (
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise ValueError(f"{place}: {'; '.join(faults)}") from None
    return {name: getattr(valid, name) for name in change}
