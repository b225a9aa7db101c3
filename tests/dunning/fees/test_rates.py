"""The tables of statutory interest are whole, and a bad one is refused."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from pydantic import ValidationError

from dunning.fees.rates import TABLES, InterestTables, half_of


def table() -> dict[str, Any]:
    return tomllib.loads((files("dunning.fees") / "interest.toml").read_text("utf-8"))


def test_half_years_begin_in_january_and_july() -> None:
    assert half_of(date(2026, 6, 30)) == "2026H1"
    assert half_of(date(2026, 7, 1)) == "2026H2"
    assert half_of(date(2026, 1, 1)) == "2026H1"


def test_every_half_year_from_2015_to_2026_has_its_rate_but_in_austria() -> None:
    halves = {f"{year}H{half}" for year in range(2015, 2027) for half in (1, 2)}
    for name in ("bank_of_england", "ecb", "germany"):
        assert set(TABLES.references[name].rates) == halves
    missing = {"2015H1", "2015H2", "2016H1", "2025H1", "2026H1", "2026H2"}
    assert halves - set(TABLES.references["austria"].rates) == missing


def test_a_source_that_nothing_rests_on_is_none() -> None:
    used = {rate.source for one in TABLES.references.values() for rate in one.rates.values()}
    assert used == set(TABLES.sources)


def test_a_law_names_its_source_and_what_was_not_confirmed() -> None:
    for law in TABLES.laws:
        assert law.source in law.citation
        assert law.unverified in law.citation


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t["references"]["ecb"]["rates"]["2026H1"].update(source="x"), "no source 'x'"),
        (lambda t: t["laws"][0].update(reference="x"), "no reference 'x'"),
        (lambda t: t["laws"].append(t["laws"][0]), "two laws are for one country"),
        (lambda t: t["laws"][0]["sums"].reverse(), "the sums begin at 0 and go up"),
        (lambda t: t["references"]["ecb"]["rates"].update(March={}), "String should match pattern"),
        (lambda t: t["laws"][0].update(source=""), "at least 1 character"),
    ],
)
def test_a_bad_table_is_refused(change: Any, message: str) -> None:
    changed = table()
    change(changed)

    with pytest.raises(ValidationError, match=message):
        InterestTables.model_validate(changed)
