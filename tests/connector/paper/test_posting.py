"""A letter on paper: made from what still stands, queued, and sent when a person says so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import Decimal

import pytest

from connector import audit
from connector.answering import answers
from connector.clients.meter import Purpose
from connector.correspondence import messages
from connector.correspondence.letters import Letter, LetterState
from connector.mirroring import mirror
from connector.outgoing.effects import LetterKind, PrintLetter
from connector.outgoing.intents import Intent, Step
from connector.paper import posting, statement_papers, tray
from connector.paper.posting import NotQueued
from providers.ledger import AddNote
from tests.connector.by_post import (
    PAPER,
    STREET,
    approve_as_letter,
    customer_at,
    offer_letter,
    pdf_of,
    queued,
    text_of,
)
from tests.connector.commitments.test_disputing import dispute
from tests.connector.firm import Firm

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=PAPER)


def late(firm: Firm, place: tuple[str, str, str, str, str] | None = STREET) -> str:
    """A customer with two invoices that are late; the reminder waits for approval."""
    customer = customer_at(firm, "Smith & Sons <Co>", place)
    for number in (1, 2):
        firm.owe(customer, f"INV-{number}", late_days=4)
    firm.settle()
    return customer


def letter_intent(firm: Firm) -> Intent:
    (found,) = [i for i in firm.intents() if isinstance(i.effect, PrintLetter)]
    return found


def events(firm: Firm) -> list[str]:
    return [entry.event for entry in firm.log("print_letter")]


def one(firm: Firm) -> Letter:
    (found,) = queued(firm)
    return found


def changed(firm: Firm) -> str:
    with firm.deps.reading() as tx:
        return tray.changed(tx, firm.connection, [one(firm)], firm.deps.now())[one(firm).id]


def notes(firm: Firm) -> list[str]:
    return [i.effect.text for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]


@pytest.mark.either_ledger
def test_a_letter_is_queued_with_its_bytes_and_counts_as_sent_only_when_confirmed(
    firm: Firm,
) -> None:
    late(firm)
    approve_as_letter(firm)
    letter, pdf = one(firm), pdf_of(firm, one(firm))
    assert letter.state is LetterState.QUEUED
    assert letter.sha256 == hashlib.sha256(pdf).hexdigest()
    assert letter.address == ["Smith & Sons <Co>", "1 Quay Street", "Portland, ME 04101"]
    (page,) = text_of(pdf)
    told_in_full = ("INV-1", "INV-2", "Total to pay", "$200.00", "Smith & Sons <Co>", "123 Main")
    for told in told_in_full:
        assert told in page, told
    assert letter_intent(firm).state is Step.CONFIRMED
    assert (events(firm), notes(firm), firm.mails()) == (["print_letter.queued"], [], [])
    posting.confirm(firm.deps, letter, by="ann")
    firm.settle()
    assert (one(firm).state, one(firm).by) == (LetterState.CONFIRMED, "ann")
    assert events(firm) == ["print_letter.queued", "print_letter.sent"]
    assert len(notes(firm)) == 3
    assert all("was posted by ann" in note for note in notes(firm))
    assert firm.mails() == []


@pytest.mark.either_ledger
def test_a_letter_ends_once(firm: Firm) -> None:
    late(firm)
    approve_as_letter(firm)
    posting.confirm(firm.deps, one(firm), by="ann")
    for again in (
        lambda: posting.confirm(firm.deps, one(firm), by="bob"),
        lambda: posting.drop(firm.deps, one(firm), by="bob", reason="no"),
    ):
        with pytest.raises(NotQueued, match="is confirmed already"):
            again()
    assert (one(firm).by, events(firm)[2:]) == ("ann", [])


@pytest.mark.either_ledger
def test_without_a_postal_address_a_person_is_asked_and_nothing_is_repeated(firm: Firm) -> None:
    late(firm, None)
    approve_as_letter(firm)
    (asked,) = firm.asked()
    assert "no complete postal address" in asked.summary
    assert asked.summary.startswith("Smith & Sons <Co>: the letter")
    assert asked.options == []
    assert (queued(firm), letter_intent(firm).state) == ([], Step.PERSON)
    firm.pass_days(2)
    assert [a.id for a in firm.asked()] == [asked.id]
    assert len([i for i in firm.intents() if isinstance(i.effect, PrintLetter)]) == 1


@pytest.mark.either_ledger
def test_an_address_that_no_typeface_can_set_is_a_persons(firm: Firm) -> None:
    late(firm, ("千代田通り 1", "Portland", "ME", "04101", "US"))
    approve_as_letter(firm)
    assert "letters that no typeface here has: 千" in firm.asked()[0].summary
    assert queued(firm) == []


@pytest.mark.either_ledger
def test_what_was_paid_meanwhile_gives_no_letter_and_its_steps_back(firm: Firm) -> None:
    customer = late(firm)
    offer_letter(firm)
    with firm.deps.reading() as tx:
        before = messages.asked(tx, firm.connection_id, [customer])[customer, "USD"]
    for invoice in ids(firm):
        firm.books.pay_by_hand(customer, invoice, Decimal(100), firm.today)
    (asked,) = [a for a in firm.asked() if a.options]
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_time(seconds=5)
    assert (queued(firm), letter_intent(firm).state) == ([], Step.REFUSED)
    assert "not sent: balance" in letter_intent(firm).error
    with firm.deps.reading() as tx:
        after = messages.asked(tx, firm.connection_id, [customer])[customer, "USD"]
    assert (before, after) == ([], [])


def ids(firm: Firm) -> list[str]:
    (asked,) = [a for a in firm.asked() if a.options]
    return [id_ for id_, _, _ in asked.options[0]["places"]]


@pytest.mark.either_ledger
def test_what_was_paid_after_the_letter_was_made_is_told(firm: Firm) -> None:
    customer = late(firm)
    invoices = ids(firm)
    approve_as_letter(firm)
    assert changed(firm) == ""
    firm.books.pay_by_hand(customer, invoices[0], Decimal(100), firm.today)
    firm.sweep()
    assert changed(firm) == "no longer as it was in the letter: invoice INV-1"


@pytest.mark.either_ledger
def test_what_was_disputed_after_the_letter_was_made_is_told(firm: Firm) -> None:
    late(firm)
    invoice = ids(firm)[0]
    approve_as_letter(firm)
    firm.pass_time(seconds=1)
    made = dispute(firm, invoice, "20.00")
    assert changed(firm) == f"disputed since it was made: {made.number}"


@pytest.mark.either_ledger
def test_a_dropped_letter_is_not_made_again(firm: Firm) -> None:
    late(firm)
    approve_as_letter(firm)
    posting.drop(firm.deps, one(firm), by="ann", reason="they called")
    firm.settle()
    firm.pass_days(1)
    assert (one(firm).state, one(firm).reason) == (LetterState.DROPPED, "they called")
    assert letter_intent(firm).state is Step.UNDONE
    assert events(firm) == ["print_letter.queued", "print_letter.dropped"]
    assert (firm.asked(), notes(firm)) == ([], [])


@pytest.mark.either_ledger
def test_a_demand_names_the_legal_entity_and_holds_the_statement_of_account(firm: Firm) -> None:
    customer = customer_at(firm, "Ash")
    firm.books.credit(customer, Decimal("12.50"), firm.today)
    for number in (1, 2):
        firm.owe(customer, f"INV-{number}", late_days=4)
    firm.settle()
    approve_as_letter(firm, LetterKind.DEMAND)
    letter = one(firm)
    first, *rest = text_of(pdf_of(firm, letter))
    assert letter.kind == "demand"
    assert letter.pages == len(rest) + 1 >= 2
    assert f"{firm.connection.legal_name} asks you to pay $187.50" in first
    assert "so that it reaches us by March 16, 2026" in " ".join(first.split())
    statement = rest[0]
    for told in ("Page 2 of 2", "Statement of account in USD", "Opening balance", "$0.00",
                 "Credit note", "-$12.50", "Closing balance", "$187.50"):  # fmt: skip
        assert told in statement, told


@pytest.mark.either_ledger
def test_a_german_customer_gets_a_german_sheet_whatever_language_the_client_has(
    open_firm: Opens, ledger: str
) -> None:
    german = {"name": "german", "when": {"payer": ["new"]}, "change": {"locale": "de_DE"}}
    firm = open_firm(ledger, modes=PAPER, dunning={"segments": [german]})
    late(firm)
    approve_as_letter(firm, LetterKind.DEMAND)
    first, second = text_of(pdf_of(firm, one(firm)))
    for told in ("2. März 2026", "Zahlungsaufforderung: 2 offene Rechnungen", "200,00 $"):
        assert told in first, told
    for told in ("Seite 2 von 2", "Kontoauszug in USD", "Anfangssaldo", "Über 90"):
        assert told in second, told
    with firm.deps.reading() as tx:
        customer = mirror.customer(tx, firm.connection_id, one(firm).customer_id)
    assert customer is not None
    made = statement_papers.make(
        firm.deps, firm.connection, customer, since=firm.today, until=firm.today,
        purpose=Purpose.SYNC,
    )  # fmt: skip
    assert "Kontoauszug in USD, 2. März 2026 bis 2. März 2026" in text_of(made.printed.pdf)[0]


def test_a_demand_is_not_made_where_the_ledger_tells_another_balance(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=PAPER)
    customer = late(firm)
    accounts = {row["AccountType"]: row["Id"] for row in firm.hand.find("Account")}
    lines = (("Debit", "Accounts Receivable", customer), ("Credit", "Income", ""))
    firm.hand.create("JournalEntry", {"TxnDate": firm.today.isoformat(), "Line": [{
        "Amount": Decimal(12), "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": {
            "PostingType": side, "AccountRef": {"value": accounts[account]},
            **({"Entity": {"Type": "Customer", "EntityRef": {"value": who}}} if who else {}),
        }} for side, account, who in lines]})  # fmt: skip
    approve_as_letter(firm, LetterKind.DEMAND)
    assert "the ledger's own report says that USD 212.00 is owed" in firm.asked()[0].summary
    assert queued(firm) == []


def test_a_branch_without_an_address_is_written_to_at_its_parents(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=PAPER)
    head = customer_at(firm, "Head Office")
    branch = customer_at(firm, "Branch", None, parent=head)
    firm.owe(branch, "INV-1", late_days=4)
    firm.settle()
    approve_as_letter(firm)
    assert one(firm).address == ["Branch", "1 Quay Street", "Portland, ME 04101"]


@pytest.mark.either_ledger
def test_the_audit_chain_holds_the_hash_of_the_letter(firm: Firm) -> None:
    late(firm)
    approve_as_letter(firm)
    (entry,) = firm.log("print_letter.queued")
    assert entry.what["sha256"] == one(firm).sha256
    with firm.deps.reading() as tx:
        assert list(audit.broken_links(tx)) == []
