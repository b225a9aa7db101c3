"""The rules of jurisdictions, read from `jurisdictions.toml` and checked: data with its sources."""

from __future__ import annotations

import tomllib
from datetime import date, time
from functools import cache
from importlib.resources import files
from typing import Literal, Self

import holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning.customer.channels import Channel
from dunning.customer.persons import Kind, Person
from dunning.customer.zones import knows_region

ELSEWHERE = "elsewhere"
SATURDAY, SUNDAY = 5, 6


class Rule(BaseModel):
    """What binds whom, and where that is written. `unverified` says what no source confirmed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    where: tuple[str, ...] = Field(min_length=1)
    channels: frozenset[Channel] = Field(min_length=1)
    kinds: frozenset[Literal[Kind.BUSINESS, Kind.CONSUMER]] = Field(min_length=1)
    agencies_only: bool
    says: str = Field(min_length=1)
    source: str = Field(min_length=1)
    unverified: str
    read_on: date

    @property
    def citation(self) -> str:
        """The source, as a reason shows it."""
        doubt = f"; {self.unverified}" if self.unverified else ""
        return f"{self.source} (read {self.read_on}{doubt})"

    def binds(self, channel: Channel, person: Person) -> bool:
        """Whether it holds; where nobody knows the place, every rule does."""
        kind = Kind.BUSINESS if person.kind is Kind.BUSINESS else Kind.CONSUMER
        return (
            channel in self.channels
            and kind in self.kinds
            and (person.agency or not self.agencies_only)
            and (not person.country or any(_covers(place, person) for place in self.where))
        )


class HoursRule(Rule):
    """From when until when, by the person's clock. A day without hours has none. With
    `only_where_known` it binds nobody of whom neither country nor time zone is known."""

    weekday: tuple[time, time] | None = None
    saturday: tuple[time, time] | None = None
    sunday: tuple[time, time] | None = None
    closed_on: Literal["no holidays", "national holidays", "regional holidays"]
    only_where_known: bool = False

    def binds(self, channel: Channel, person: Person) -> bool:
        is_placed = bool(person.zones) or not self.only_where_known
        return is_placed and super().binds(channel, person)

    @model_validator(mode="after")
    def _check(self) -> Self:
        for hours in (self.weekday, self.saturday, self.sunday):
            if hours and hours[0] >= hours[1]:
                raise ValueError(f"{self.id}: {hours[0]} is not before {hours[1]}")
        return self

    def hours(self, day: date, person: Person) -> tuple[time, time] | None:
        """The hours of a day where the person is; None where it allows none."""
        region = person.region if self.closed_on == "regional holidays" else ""
        closed = self.closed_on != "no holidays"
        if closed and day in holidays_of(person.country, region, day.year):
            return None
        special = {SATURDAY: self.saturday, SUNDAY: self.sunday}
        return special.get(day.weekday(), self.weekday)


class CapRule(Rule):
    """At most `at_most` contacts, or conversations, in any `days` consecutive days of the
    person's calendar; `per_debt` counts only those about the same invoices."""

    counts: Literal["contacts", "conversations"]
    at_most: int = Field(ge=1)
    days: int = Field(ge=1)
    per_debt: bool


class Jurisdictions(BaseModel):
    """All rules of one version of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: date
    hours: tuple[HoursRule, ...]
    caps: tuple[CapRule, ...]

    @model_validator(mode="after")
    def _check_ids(self) -> Self:
        ids = [rule.id for rule in (*self.hours, *self.caps)]
        if len(set(ids)) < len(ids):
            raise ValueError("two rules have one id; give each an id of its own")
        return self


def _covers(place: str, person: Person) -> bool:
    country, _, region = place.partition("-")
    if place == ELSEWHERE or not region:
        return place in {ELSEWHERE, person.country}
    return country == person.country and (
        region == person.region or not knows_region(country, person.region)
    )


@cache
def holidays_of(country: str, region: str, year: int) -> frozenset[date]:
    """The public holidays of a country, and of the region where it is known; else none."""
    try:
        return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
    except NotImplementedError:
        return holidays_of(country, "", year) if region else frozenset()


JURISDICTIONS = Jurisdictions.model_validate(
    tomllib.loads((files("dunning.contact_law") / "jurisdictions.toml").read_text("utf-8"))
)


@cache
def hours_for(channel: Channel, person: Person) -> tuple[HoursRule, ...]:
    """All hours that bind; those for elsewhere where no other does."""
    binding = tuple(rule for rule in JURISDICTIONS.hours if rule.binds(channel, person))
    laws = tuple(rule for rule in binding if ELSEWHERE not in rule.where)
    return laws if laws and person.country else binding


@cache
def caps_for(channel: Channel, person: Person) -> tuple[CapRule, ...]:
    """All caps that bind."""
    return tuple(rule for rule in JURISDICTIONS.caps if rule.binds(channel, person))
