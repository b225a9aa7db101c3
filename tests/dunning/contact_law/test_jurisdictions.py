"""The rules are data: each has its source, and a bad table is refused."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from dunning.contact_law.jurisdictions import JURISDICTIONS, Jurisdictions, holidays_of, hours_for
from dunning.customer.channels import Channel
from dunning.customer.persons import Kind, Person


def table() -> dict[str, Any]:
    return tomllib.loads((files("dunning.contact_law") / "jurisdictions.toml").read_text("utf-8"))


def test_every_rule_says_where_it_is_written_and_what_is_not_confirmed() -> None:
    for rule in (*JURISDICTIONS.hours, *JURISDICTIONS.caps):
        assert rule.source in rule.citation
        assert str(rule.read_on) in rule.citation
        assert rule.unverified in rule.citation
        assert not rule.unverified or "UNVERIFIED" in rule.unverified


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", ""),
        ("channels", ["telegraph"]),
        ("kinds", ["unknown"]),
        ("read_on", "yesterday"),
        ("weekday", ["21:00", "08:00"]),
        ("note", "a field that nobody knows"),
    ],
)
def test_a_bad_rule_is_refused(field: str, value: object) -> None:
    rules = table()
    rules["hours"][0][field] = value

    with pytest.raises(ValidationError):
        Jurisdictions.model_validate(rules)


def test_two_rules_of_one_id_are_refused() -> None:
    rules = table()
    rules["caps"].append(rules["caps"][0])

    with pytest.raises(ValidationError, match="two rules have one id"):
        Jurisdictions.model_validate(rules)


@pytest.mark.parametrize(
    ("person", "channel", "ids"),
    [
        (Person("US"), Channel.CALL, {"us-reg-f-hours", "us-tcpa-hours"}),
        (Person("US"), Channel.EMAIL, {"us-reg-f-hours"}),
        (Person("US", kind=Kind.BUSINESS), Channel.CALL, {"us-tcpa-hours"}),
        (Person("US", agency=False), Channel.EMAIL, {"house-day"}),
        (Person("CA", "ON"), Channel.EMAIL, {"ca-on-hours"}),
        (Person("CA", "QC"), Channel.CALL, {"ca-on-hours", "ca-qc-hours"}),
        (Person("CA"), Channel.CALL, {"ca-on-hours", "ca-qc-hours"}),
        (Person("CA", "ON", agency=False), Channel.CALL, {"house-hours"}),
        (Person("FR"), Channel.CALL, {"house-hours"}),
        (Person("FR"), Channel.LETTER, set()),
        (Person("FR"), Channel.EMAIL, {"house-day"}),
        (Person(), Channel.CALL, {r["id"] for r in table()["hours"] if "call" in r["channels"]}),
        (Person(kind=Kind.BUSINESS, agency=False), Channel.EMAIL, set()),
        (Person(agency=False, time_zone="Asia/Tokyo"), Channel.EMAIL, {"house-day"}),
    ],
)
def test_who_is_bound_by_which_hours(person: Person, channel: Channel, ids: set[str]) -> None:
    assert {rule.id for rule in hours_for(channel, person)} == ids


def test_holidays_are_those_of_the_country_and_the_region() -> None:
    assert "2026-01-26" in {str(day) for day in holidays_of("AU", "", 2026)}
    assert "2026-06-24" in {str(day) for day in holidays_of("CA", "QC", 2026)}
    assert "2026-06-24" not in {str(day) for day in holidays_of("CA", "", 2026)}
    assert holidays_of("GB", "Kent", 2026) == holidays_of("GB", "", 2026)
    assert holidays_of("", "", 2026) == frozenset()
