"""The person is the unit, wherever their address or number stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, Person, plain


@pytest.mark.parametrize(
    ("one", "other"),
    [(" Billing@Maple.example", "billing@maple.example"), ("+1 (555) 010-0", "0015550100")],
)
def test_spellings_of_one_place_are_one(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_what_is_no_country_zone_or_moment_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match="'UK' is no country code; write ISO's two letters"):
        Person("UK")
    with pytest.raises(ValueError, match="'Mars/Base' is no time zone"):
        Person("US", time_zone="Mars/Base")
    with pytest.raises(ValueError, match="has no time zone; moments are aware UTC"):
        Contact(Channel.CALL, datetime(2026, 3, 2, 12))
