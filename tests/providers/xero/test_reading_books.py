"""Reading and signing in against the simulated Xero, which keeps Xero's rules on its own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from providers.documents import Aged
from providers.errors import Reconnect, Refused
from providers.ledger import (
    AddNote,
    Allocation,
    CreditNote,
    Customer,
    Invoice,
    Kind,
    Payment,
    RecordPayment,
    Status,
)
from providers.money import Money
from providers.simulated.journal import Journal
from tests.providers.xero.books import BACK, TODAY, USER, Books

MARKER = "[lh:1a2b3c4d]"


def nzd(amount: str) -> Money:
    return Money.of(amount, "NZD")


def receipt(customer: str, total: str, *parts: tuple[str, str]) -> RecordPayment:
    allocations = tuple(Allocation(invoice, nzd(amount)) for invoice, amount in parts)
    return RecordPayment("r1", customer, TODAY, nzd(total), allocations, "wire 7", "by bank")


def test_a_consent_names_the_organisations_just_chosen(books: Books) -> None:
    second = books.xero.add_company("Weka Ltd", "NZD", "NZ", "Pacific/Auckland")
    books.xero.add_user(USER, "Mia Ross", [books.tenant, second])
    books.world.clock.advance(timedelta(minutes=1))
    tokens = books.sign_in(second)
    (company,) = books.authority.companies(tokens)
    assert (company.id, company.name) == (second, "Weka Ltd")
    assert books.authority.identify(tokens, "n1").email == USER


def test_a_refresh_that_was_lost_can_be_repeated_within_the_grace(books: Books) -> None:
    old = books.tokens.refresh_token
    assert books.authority.refresh(old).refresh_token != old
    books.world.clock.advance(timedelta(minutes=29))
    assert books.authority.refresh(old).access_token
    books.world.clock.advance(timedelta(minutes=2))
    with pytest.raises(Reconnect):
        books.authority.refresh(old)


def test_a_spent_code_is_refused(books: Books) -> None:
    code = books.consent(books.tenant)
    books.authority.exchange(code=code, redirect_uri=BACK)
    with pytest.raises(Refused):
        books.authority.exchange(code=code, redirect_uri=BACK)


def test_an_expired_access_token_is_renewed_within_the_call(books: Books) -> None:
    books.world.clock.advance(timedelta(minutes=31))
    assert books.reader.organisation().name == "Tui Trading"
    assert books.calls.count("xero.oauth.token") == 1


def test_a_released_organisation_needs_a_new_consent(books: Books) -> None:
    (company,) = books.authority.companies(books.tokens)
    books.authority.release(books.tokens, company)
    with pytest.raises(Reconnect):
        books.reader.organisation()


def test_the_organisation_is_described_by_itself(books: Books) -> None:
    books.person.set_organisation(PeriodLockDate="2026-08-31", reminders=True)
    found = books.reader.organisation()
    assert (found.id, found.currency, found.country) == (books.tenant, "NZD", "NZ")
    assert (found.time_zone, found.locked_until) == ("Pacific/Auckland", date(2026, 8, 31))
    assert found.deposit_account
    assert found.native_reminders


def test_the_book_holds_what_is_open_and_nothing_else(books: Books) -> None:
    customer = books.customer(EmailAddress="pay@harbour.test")
    open_, draft = books.invoice(customer, "100"), books.invoice(customer, "5", Status="DRAFT")
    bill = books.invoice(customer, "70", "B-1", Type="ACCPAY")
    early, late = books.money(customer, "30", "INV 9", early=True), books.money(customer, "20")
    found = books.records(books.reader.book())
    assert set(found) == {customer, open_, early, late}
    assert not {draft, bill} & set(found)
    said = found[customer]
    assert isinstance(said, Customer)
    assert said.emails == ("pay@harbour.test",)
    assert len(books.calls) == 5


def test_a_sweep_brings_what_changed_after_the_last_one(books: Books) -> None:
    customer = books.customer()
    paid, voided = books.invoice(customer, "100"), books.invoice(customer, "50")
    mark = list(books.reader.book())[-1].mark
    books.world.clock.advance(timedelta(hours=1))
    body = {"Invoice": {"InvoiceID": paid}, "Account": {"Code": "090"}, "Amount": 100}
    books.person.create("Payments", body)
    books.person.delete("Invoices", voided)
    batches = list(books.reader.changes(mark))
    found = books.records(batches)
    assert {id_: it.status for id_, it in found.items() if isinstance(it, Invoice)} == {
        paid: Status.PAID, voided: Status.VOID,
    }  # fmt: skip
    assert batches[-1].mark > mark
    assert set(books.records(books.reader.changes(batches[-1].mark))) == {paid, voided}
    books.world.clock.advance(timedelta(hours=1))
    later = list(books.reader.changes(batches[-1].mark))[-1].mark
    assert books.records(books.reader.changes(later)) == {}


def test_a_poll_finds_new_money_with_one_call_when_there_is_none(books: Books) -> None:
    customer = books.customer()
    mark = list(books.reader.book())[-1].mark
    books.world.clock.advance(timedelta(minutes=9))
    books.calls.clear()
    assert books.records(books.reader.unannounced(mark)) == {}
    assert books.calls == ["xero.banktransactions.read"]
    money = books.money(customer, "30", "HARBOUR INV-0001")
    (found,) = books.records(books.reader.unannounced(mark)).values()
    assert isinstance(found, Payment)
    assert (found.id, found.kind, found.reference) == (money, Kind.OVERPAYMENT, "HARBOUR INV-0001")
    assert (found.total, found.unapplied) == (nzd("30"), nzd("30"))


def test_credit_notes_are_read_with_what_remains(books: Books) -> None:
    customer = books.customer()
    body = {
        "Type": "ACCRECCREDIT", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
        "Date": "2026-11-01", "LineAmountTypes": "NoTax",
        "LineItems": [{"Description": "back", "Quantity": 1, "UnitAmount": 12,
                       "AccountCode": "200"}],
    }  # fmt: skip
    id_ = books.person.create("CreditNotes", body)["CreditNoteID"]
    (found,) = books.reader.fetch(Kind.CREDIT_NOTE, [id_])
    assert isinstance(found, CreditNote)
    assert (found.open, found.customer_id) == (nzd("12"), customer)
    assert found == books.records(books.reader.book())[id_]


def test_a_merged_contact_names_the_one_that_lives_on(books: Books) -> None:
    old, new = books.customer("Old"), books.customer("New")
    books.person.merge(old, new)
    (found,) = books.reader.fetch(Kind.CUSTOMER, [old])
    assert isinstance(found, Customer)
    assert (found.active, found.merged_into) == (False, new)


def test_xeros_own_ageing_is_read(books: Books) -> None:
    customer = books.customer()
    books.invoice(customer, "1234.50")
    books.invoice(customer, "0.05")
    assert books.reader.aged(TODAY, [customer]) == [Aged(customer, nzd("1234.55"))]


def test_only_an_approved_invoice_has_a_page_to_pay_on(books: Books) -> None:
    customer = books.customer()
    assert books.reader.pay_link(books.invoice(customer, "10")).startswith("https://")
    assert books.reader.pay_link(books.invoice(customer, "10", Status="DRAFT")) == ""


def test_the_meter_and_xero_name_every_call_alike(books: Books) -> None:
    customer = books.customer()
    id_ = books.invoice(customer, "10")
    list(books.reader.book())
    books.reader.organisation()
    books.reader.pay_link(id_)
    books.reader.aged(TODAY, [customer])
    books.writer.send(books.writer.compose(receipt(customer, "4", (id_, "4")), MARKER), "k1")
    books.writer.send(books.writer.compose(AddNote(Kind.INVOICE, id_, "x", TODAY), MARKER), "k2")
    journal = [row["kind"] for row in Journal(books.world).rows()]
    assert journal[-len(books.calls) :] == books.calls
