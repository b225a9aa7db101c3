from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.quickbooks import query


@pytest.mark.parametrize(
    ("value", "text"),
    [("145", "'145'"), ("O'Neil", r"'O\'Neil'"), ("O'Neil\\", r"'O\'Neil\\'"), ("", "''")],
)
def test_a_value_is_quoted(value: str, text: str) -> None:
    assert query.quoted(value) == text


@given(st.text())
def test_no_value_ends_its_own_quotes(value: str) -> None:
    inside = query.quoted(value)[1:-1]
    assert "'" not in re.sub(r"\\[\\']", "", inside)
    assert re.sub(r"\\([\\'])", r"\1", inside) == value


def test_a_statement_is_whole() -> None:
    assert query.select("Invoice", "Balance > '0'", query.is_one_of("Id", ["1", "2"]), order="Id",
                        start=981) == (
        "SELECT * FROM Invoice WHERE Balance > '0' AND Id IN ('1','2') ORDERBY Id"
        " STARTPOSITION 981 MAXRESULTS 1000"
    )  # fmt: skip
    assert query.select("Account") == "SELECT * FROM Account STARTPOSITION 1 MAXRESULTS 1000"
