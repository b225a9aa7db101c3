"""The person is the unit, wherever their address or number stands."""

from __future__ import annotations

from datetime import datetime

import pytest

from dunning.channels import Channel
from dunning.persons import Contact, Person, persons


def test_one_address_at_several_customers_is_one_person() -> None:
    found = persons(
        [
            ["Billing@Maple.example", "+1 (555) 010-0"],
            ["ceo@maple.example"],
            ["0015550100", "owner@maple.example"],
            ["billing@maple.example "],
            ["", " "],
        ]
    )

    assert found["billing@maple.example"] == found["15550100"] == found["owner@maple.example"]
    assert found["ceo@maple.example"] != found["billing@maple.example"]
    assert len(found) == 4


def test_the_order_of_the_records_changes_nothing() -> None:
    records = [["b@x.example", "c@x.example"], ["a@x.example"], ["a@x.example", "c@x.example"]]

    assert dict(persons(records)) == dict(persons(reversed(records)))
    assert set(persons(records).values()) == {"a@x.example"}


def test_what_is_no_country_zone_or_moment_is_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match="'UK' is no country code; write ISO's two letters"):
        Person("UK")
    with pytest.raises(ValueError, match="'Mars/Base' is no time zone"):
        Person("US", time_zone="Mars/Base")
    with pytest.raises(ValueError, match="has no time zone; moments are aware UTC"):
        Contact(Channel.CALL, datetime(2026, 3, 2, 12))
