"""Banks that write amounts with a decimal comma and the balance with a point, or the other way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from providers.bank import chosen, mapping, reading
from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, received

BOURSO = (
    "dateOp;dateVal;label;category;categoryParent;supplierFound;amount;comment;accountNum;"
    "accountLabel;accountbalance\n"
    '2026-02-09;2026-02-09;"VIR SEPA Loyer";"Virements";"Virements";"loyer";"-1 568,13";;004061;B;'
    "37.29\n"
    '2026-02-06;2026-02-06;"VIR ASH INV-1";"Virements";"Virements";"ash";976,01;;004061;B;1605.42\n'
    '2026-02-05;2026-02-05;"CARTE AMZN";"Livres";"Vie";amazon;-8,99;;004061;B;629.41\n'
)
TURNED = (
    "Date;Text;Debit;Credit;Balance\n2026-02-05;INV-1;;{};1.629,41\n2026-02-06;x;8.99;;1.620,42\n"
)


def test_each_is_read_by_its_own_sign() -> None:
    statement = only(BOURSO.encode(), account="", currency="EUR")
    assert (statement.account, amounts(statement)) == ("004061", ["-1568.13", "976.01", "-8.99"])
    assert (str(statement.opening), str(statement.closing)) == ("EUR 638.40", "EUR 37.29")
    assert received(only(TURNED.format("1,500.00").encode())) == ["1500.00"]


def test_it_is_shown_kept_and_read_again() -> None:
    found = reading.guessed(BOURSO.encode())
    assert found is not None
    assert (found.decimal, found.balance_decimal, found.doubts) == (",", ".", ())
    assert "decimals have a comma, those of the balance a point" in found.told()
    assert mapping.load(found.dump()) == found
    settled = chosen.settled(chosen.body(BOURSO.encode(), found), replace(found, decimal="."))
    assert (settled.mapping, settled.open) == (found, ())
    without = chosen.settled(
        chosen.body(BOURSO.encode(), found),
        replace(found, columns={k: v for k, v in found.columns.items() if k != "balance"}),
    )
    assert without.mapping.balance_decimal == ""


def test_a_balance_that_does_not_run_is_refused_all_the_same() -> None:
    with pytest.raises(BadStatement, match="a line is missing or changed"):
        only(BOURSO.replace("37.29", "37.30").encode(), account="", currency="EUR")


def test_amounts_of_both_kinds_are_asked_about_and_an_answer_names_the_line() -> None:
    content = BOURSO.replace("-8,99", "-8.99").encode()
    found = reading.guessed(content)
    assert found is not None
    assert ["some a decimal comma" in it.question for it in found.doubts] == [True]
    with pytest.raises(BadStatement, match=r"line 4: '-8.99' is no amount with a decimal comma"):
        only(content, mapping=found.changed({"decimal": "comma"}), currency="EUR")
