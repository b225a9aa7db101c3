"""Columns of a CSV with the number that a payer gave are notes of the line."""

from __future__ import annotations

import pytest

from providers.bank import reading
from tests.providers.bank.shelf import first, only

LINES = "Date,Description,Amount,{}\n2026-03-13,ASH LLC,50.00,{}\n2026-03-14,Elm,-25.00,{}\n"
OF_PAYERS = (
    "Customer Reference", "Customer Ref No", "Their reference", "Other party reference",
    "Payer ref", "Client ref.", "Referencia", "Referencia 1", "Referencia del cliente",
    "Referentie", "Uw referentie", "Référence client", "Kenmerk", "Referens", "Kundreferens",
    "Kundenreferenz", "Viitenumero", "Invoice", "Invoice number", "Bill no", "Rechnungsnummer",
    "Numéro de facture", "Informations complémentaires",
)  # fmt: skip
OF_OTHERS = (
    "Bank ref", "Bank Reference No", "Transaction Ref", "Reference No.", "System reference",
    "Our reference", "Trace ref", "Check reference", "Invoice amount", "Order Number", "Serial",
)  # fmt: skip


@pytest.mark.parametrize("name", OF_PAYERS)
def test_a_number_of_the_payers_is_a_note_and_changes_no_id(name: str) -> None:
    read = only(LINES.format(name, "INV-10002", "77").encode())
    assert (first(read).reference, first(read).note) == ("ASH LLC", "INV-10002")
    before = only(LINES.format("Serial", "INV-10002", "77").encode())
    assert [it.bank_id for it in read.entries] == [it.bank_id for it in before.entries]


@pytest.mark.parametrize("name", OF_OTHERS)
def test_a_number_that_may_be_the_banks_own_is_no_text(name: str) -> None:
    read = only(LINES.format(name, "INV-10002", "77").encode())
    assert first(read).text == "ASH LLC"


def test_a_number_of_digits_alone_is_read_where_it_is_the_payers() -> None:
    read = only(LINES.format("Customer Reference", "10002", "10003").encode())
    assert first(read).text == "ASH LLC 10002"


@pytest.mark.parametrize(("one", "other"), [("9.50", "7.25"), ("x", "x"), ("", "")])
def test_amounts_and_what_all_lines_say_are_no_numbers_of_payers(one: str, other: str) -> None:
    assert first(only(LINES.format("Invoice", one, other).encode())).text == "ASH LLC"


def test_the_texts_are_read_as_well_where_no_name_says_so() -> None:
    raw = b"Date,Qui,Amount,Customer Reference\n2026-03-13,Ash,50.00,INV-2\n2026-03-14,Elm,5.00,7\n"
    mapping = reading.guessed(raw)
    assert mapping
    assert {role: mapping.name(role) for role in ("reference", "note") if role in mapping.columns} \
        == {"reference": "Qui + Customer Reference"}  # fmt: skip
    access = raw.replace(b"Qui", b"Remarks")
    assert next((it.reference, it.note) for it in only(access).entries) == ("Ash", "INV-2")
