"""What a policy could break, and the year of a client's that is walked to find it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dunning.contact_hours.hours import Hours
from dunning.contact_law.law import Span
from dunning.customer.channels import Channel
from dunning.rules.policy import DunningPolicy


@dataclass(frozen=True, slots=True)
class Breach:
    """At `at` (aware UTC) the policy lets `rule` be broken, for whom `where` tells."""

    rule: str
    at: datetime
    where: str
    why: str
    citation: str


@dataclass(frozen=True, slots=True)
class Year:
    """The client's days from `first` to `last`, with its business hours (`spans`) on them."""

    policy: DunningPolicy
    hours: Hours
    first: date
    last: date
    spans: tuple[Span, ...]
    channels: tuple[Channel, ...]
