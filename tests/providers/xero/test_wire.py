from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.xero import wire

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15))
WHEN = datetime(2026, 11, 21, 7, 36, 41, 198000, UTC)


@given(AMOUNTS)
def test_an_amount_survives_the_way_out_and_back_to_the_last_digit(amount: Decimal) -> None:
    sent = wire.dump({"Amount": amount})
    assert wire.amount(wire.parse(sent), "Amount") == amount
    assert isinstance(json.loads(sent)["Amount"], float)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_what_is_written_is_json(value: object) -> None:
    assert json.loads(wire.dump(value)) == value


def test_a_float_is_never_written() -> None:
    with pytest.raises(AssertionError):
        wire.dump({"Amount": 10.55})


@pytest.mark.parametrize(
    ("written", "amount"),
    [(10, "10"), ("50.00", "50.00"), (Decimal("4.005"), "4.005"), (None, "0"), ("", "0")],
)
def test_amounts_come_as_numbers_and_as_text(written: object, amount: str) -> None:
    assert wire.amount({"Total": written}, "Total") == Decimal(amount)


def test_what_is_no_amount_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="Total is 'much'"):
        wire.amount({"Total": "much"}, "Total")


@pytest.mark.parametrize(
    "written",
    ["/Date(1795246601198)/", "/Date(1795246601198+0000)/", "/Date(1795246601198+1300)/",
     "2026-11-21T07:36:41.198", "2026-11-21T07:36:41.198Z", "2026-11-21T20:36:41.198+13:00"],
)  # fmt: skip
def test_a_moment_has_many_spellings_and_one_meaning(written: str) -> None:
    assert wire.moment(written) == WHEN


def test_a_day_is_that_of_the_organisation() -> None:
    assert wire.day({"Date": "/Date(1793923200000+0000)/"}, "Date") == date(2026, 11, 6)
    assert wire.day({"Date": "/Date(1793876400000+1300)/"}, "Date") == date(2026, 11, 6)
    assert wire.day({"Date": "/Date(1793923200000)/"}, "Date") == date(2026, 11, 6)
    assert wire.day({"Date": "2026-11-06"}, "Date") == date(2026, 11, 6)
    assert wire.day({"Date": "/Date(0)/", "DateString": "2026-11-06T00:00:00"}, "Date") == date(
        2026, 11, 6
    )
    assert wire.day({"Date": None}, "Date") is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b"\xff", b'{"a":' + b"[" * 100_000]
)
def test_what_is_no_whole_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        wire.parse(body)


@given(st.binary())
def test_no_body_does_worse_than_a_value_error(body: bytes) -> None:
    try:
        assert isinstance(wire.parse(body), dict)
    except ValueError:
        return
