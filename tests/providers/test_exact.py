from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import exact

AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12),
                      max_value=10**12)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | AMOUNTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_what_is_written_is_read_back_to_the_digit(value: object) -> None:
    assert exact.load(exact.dump(value)) == value


def test_an_amount_is_a_number_and_not_text() -> None:
    assert exact.dump({"TotalAmt": Decimal("12.30")}) == b'{"TotalAmt":12.30}'
    assert exact.dump([Decimal("1E+3")]) == b"[1000]"


@pytest.mark.parametrize("value", [0.1, [1.5], {"TotalAmt": 1.0}])
def test_a_float_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="float"):
        exact.dump(value)


def test_no_amount_is_infinite() -> None:
    with pytest.raises(ValueError, match="no amount"):
        exact.dump(Decimal("Infinity"))


@pytest.mark.parametrize("text", [b"NaN", b"[Infinity]", b"[" * 100_000, b"{", b"\xff\xfe", b"",
                                  b"1" * 5000])  # fmt: skip
def test_what_is_no_plain_json_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        exact.load(text)
