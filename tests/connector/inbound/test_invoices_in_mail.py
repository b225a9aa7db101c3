"""A number in a mail says for which of several clients it is where it is plainly an invoice's."""

from __future__ import annotations

import pytest

from connector.deps import Deps
from connector.mirroring import mirror
from connector.receiving import waiting_mail
from tests.connector.inbound.test_known_senders import ACROSS, known, unread, write
from tests.connector.office import NOW, connect, invoice

HIDDEN = "hidden"
DIGITS = [
    ("1250", "We dispute your bill of USD 1250.00."), ("2026", "We dispute all of November 2026."),
    ("2026", "It is about your bill 2026-11 of late."), ("1037", "Pat Buyer, Tel. 415-555-1037"),
    ("10115", "Hafenweg 2, 10115 Berlin"), ("1250", "Invoice 1250.00 USD is wrong."),
    ("RENT", "The rent is wrong."), ("i12", "We dispute i12."),
]  # fmt: skip
PLAIN = [
    ("INV-1250", "We dispute inv-1250."), ("1250", "We dispute invoice no. 1250."),
    ("1250", "Rechnungsnummer: 1250"), ("1250", "Facture n\u00b0 1250, svp."),
]  # fmt: skip


def bill(deps: Deps, connection_id: int, customer_id: str, number: str) -> None:
    with deps.writing() as tx:
        made = invoice(f"of {customer_id}", customer_id=customer_id, number=number)
        mirror.store(tx, connection_id, [made], read_at=NOW)


def told(deps: Deps, *connection_ids: int) -> list[str]:
    """What each reads: the words, that they are hidden, or nothing."""
    said = ["".join(it.answer.text for it in unread(deps, id_)) for id_ in connection_ids]
    return [HIDDEN if text.startswith("Not shown") else text for text in said]


@pytest.mark.parametrize(("number", "text"), DIGITS)
@pytest.mark.parametrize("by", ["message", "contact", "ledger"])
def test_no_other_client_reads_it_for_digits_that_are_its_invoice_too(
    both: Deps, by: str, number: str, text: str
) -> None:
    meant, other = connect(both), connect(both, "else")
    known(both, meant, "c1", by="message", days_ago=2)
    known(both, other, "c2", by=by, days_ago=30)
    bill(both, other, "c2", number)
    write(both, text)
    assert told(both, meant, other) == ([HIDDEN, HIDDEN] if by == "message" else [text, ""])


@pytest.mark.parametrize(("number", "text"), PLAIN)
def test_of_two_who_wrote_the_one_reads_it_whose_invoice_is_named_and_both_hold(
    both: Deps, number: str, text: str
) -> None:
    named, other = connect(both), connect(both, "else")
    known(both, named, "c1", by="message", days_ago=30)
    known(both, other, "c2", by="message", days_ago=2)
    bill(both, named, "c1", number)
    write(both, text)
    assert told(both, named, other) == [text, HIDDEN]
    with both.reading() as tx:
        searched = tx.execute(waiting_mail.CONNECTIONS_DUE, execution_options=ACROSS)
        assert searched.scalars().all() == [named], "for an advice"


def test_a_number_of_both_tells_nothing(both: Deps) -> None:
    one, other = connect(both), connect(both, "else")
    for connection_id, customer_id in ((one, "c1"), (other, "c2")):
        known(both, connection_id, customer_id, by="message")
        bill(both, connection_id, customer_id, "INV-1")
    write(both, "We dispute INV-1.")
    assert told(both, one, other) == [HIDDEN, HIDDEN]


@pytest.mark.parametrize("by", ["message", "contact"])
def test_an_invoice_of_one_who_did_not_write_is_a_doubt_and_both_hold(both: Deps, by: str) -> None:
    named, other = connect(both), connect(both, "else")
    known(both, named, "c1", by="contact")
    known(both, other, "c2", by=by)
    bill(both, named, "c1", "INV-1250")
    write(both, "We dispute INV-1250.")
    assert told(both, named, other) == [HIDDEN, HIDDEN]


def test_digits_alone_tell_one_customer_of_a_company_from_another(both: Deps) -> None:
    company = connect(both)
    for customer_id, days_ago in (("c1", 30), ("c2", 2)):
        known(both, company, customer_id, by="message", days_ago=days_ago)
        bill(both, company, customer_id, f"103{customer_id[-1]}")
    write(both, "We dispute 1031.")
    (answer,) = unread(both, company)
    assert answer.answer.customer_id == "c1"
