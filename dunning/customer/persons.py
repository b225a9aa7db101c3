"""Who is contacted, and what contacts there were: the person is the unit, not the customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from dunning.customer.channels import Channel
from dunning.customer.zones import knows_country, zone_named, zones_in


class Kind(StrEnum):
    """Unknown is treated as a consumer: the stricter law binds until a person says otherwise."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Person:
    """Who a message is for, as the law looks at them.

    `country` is ISO 3166-1 alpha-2 and `region` the part after the hyphen of ISO 3166-2 (`CA` for
    California); empty where they are not known. `time_zone` is the person's IANA name, empty where
    only the place is known. `agency` tells that the debt is collected for another, by a collector;
    where nobody said, it is taken so, which is the stricter.
    """

    country: str = ""
    region: str = ""
    kind: Kind = Kind.UNKNOWN
    time_zone: str = ""
    agency: bool = True

    def __post_init__(self) -> None:
        if self.country and not knows_country(self.country):
            raise ValueError(
                f"{self.country!r} is no country code; write ISO's two letters, such as US or GB, "
                "or leave it empty"
            )
        if self.time_zone:
            zone_named(self.time_zone)

    @property
    def zones(self) -> tuple[ZoneInfo, ...]:
        """The zones in which the person may be: their own, else all of the place; or none."""
        if self.time_zone:
            return (zone_named(self.time_zone),)
        return zones_in(self.country, self.region)

    def __str__(self) -> str:
        place = "-".join(part for part in (self.country, self.region) if part)
        return f"{place or 'an unknown country'}, {self.kind}"


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact with one person, over all customers that they stand for. `at` is aware.

    `conversation` tells that they were spoken with, `outgoing` that it came from our side.
    """

    channel: Channel
    at: datetime
    invoice_ids: tuple[str, ...] = ()
    conversation: bool = False
    outgoing: bool = True

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"{self.at} has no time zone; moments are aware UTC")


def plain(handle: str) -> str:
    """An e-mail address in small letters, or a number's digits: equal ones are one place."""
    if "@" in handle:
        return handle.strip().casefold()
    return "".join(sign for sign in handle if sign.isdecimal()).lstrip("0")
