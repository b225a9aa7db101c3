from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

import pytest

from providers.documents import Aged
from providers.errors import Reconnect, Refused, TryLater
from providers.ledger import Batch, Gone, Kind, Payment
from providers.money import Money
from providers.organisation import Organisation
from providers.postal import PostalAddress
from tests.providers.xero.host import Host, Reply, Seen, fixture, listed

CONTACT = "c0a5e000-0000-4000-8000-000000000001"
INVOICE = "5d1c7a52-0000-4000-8000-000000000001"
OVERPAYMENT = "0e000000-0000-4000-8000-000000000001"
NOW = "2026-11-21T07:36:42"
MARK = "2026-11-21T07:00:00"
BEFORE_MARK = "2026-11-21T06:55:00"
FILLED = {
    "Contacts": fixture("contacts_read"),
    "Invoices": fixture("invoices_read"),
    "Overpayments": fixture("overpayments_read"),
}


def books(seen: Seen) -> Reply:
    """Two contacts, four invoices, two overpayments, and nothing else."""
    name = seen.where
    return Reply(FILLED[name]) if name in FILLED else listed(name)


def ids_of(batches: list[Batch]) -> list[str]:
    return [it.id for it in chain.from_iterable(batch.records for batch in batches)]


SETTINGS: dict[str, Any] = {
    "Organisation": {
        "Organisations": [{
            "OrganisationID": "o1", "Name": "Tui Trading", "BaseCurrency": "NZD",
            "LegalName": "Tui Trading Limited", "Addresses": [
                {"AddressType": "STREET", "AddressLine1": "1 Quay Street", "City": "Auckland"},
            ],
            "CountryCode": "NZ", "Timezone": "NEWZEALANDSTANDARDTIME",
            "PeriodLockDate": "/Date(1785456000000+0000)/",
            "EndOfYearLockDate": "/Date(1774915200000+0000)/",
        }]
    },
    "Accounts": {
        "Accounts": [
            {"AccountID": "a1", "Type": "REVENUE", "EnablePaymentsToAccount": True},
            {"AccountID": "a2", "Type": "BANK", "CurrencyCode": "USD", "Status": "ACTIVE"},
            {"AccountID": "a3", "Type": "BANK", "CurrencyCode": "NZD", "Status": "ARCHIVED"},
            {"AccountID": "a4", "Type": "BANK", "CurrencyCode": "NZD", "Status": "ACTIVE"},
        ]
    },
    "InvoiceReminders/Settings": {"InvoiceReminders": [{"Enabled": True}]},
}  # fmt: skip


def test_an_organisation_costs_three_calls(host: Host) -> None:
    host.route = lambda seen: Reply(SETTINGS[seen.where])
    assert host.reader().organisation() == Organisation(
        id="o1",
        name="Tui Trading",
        currency="NZD",
        time_zone="Pacific/Auckland",
        country="NZ",
        locked_until=date(2026, 7, 31),
        deposit_account="a4",
        native_reminders=True,
        legal_name="Tui Trading Limited",
        address=PostalAddress(("1 Quay Street",), city="Auckland"),
    )
    assert len(host.seen) == 3


def test_without_a_bank_account_another_that_takes_payments_is_used(host: Host) -> None:
    only = {"Accounts": SETTINGS["Accounts"]["Accounts"][:3]}
    host.route = lambda seen: Reply((SETTINGS | {"Accounts": only})[seen.where])
    assert host.reader().organisation().deposit_account == "a1"
    host.route = lambda seen: Reply((SETTINGS | {"Accounts": {"Accounts": []}})[seen.where])
    assert host.reader().organisation().deposit_account == ""


def test_invoices_are_fetched_together_and_in_order(host: Host) -> None:
    host.route = books
    bill, unknown = INVOICE[:-1] + "3", "ffffffff-0000-4000-8000-000000000000"
    found = host.reader().fetch(Kind.INVOICE, [unknown, INVOICE.upper(), bill])
    assert found[0] == Gone(Kind.INVOICE, unknown)
    assert found[1].id == INVOICE
    assert found[2] == Gone(Kind.INVOICE, bill)
    (seen,) = host.seen
    assert seen.params["IDs"].count(",") == 2


def test_more_than_forty_ids_are_parted_into_several_addresses(host: Host) -> None:
    found = host.reader().fetch(Kind.CUSTOMER, [str(it) for it in range(95)])
    assert len(found) == 95
    assert [seen.params["IDs"].count(",") + 1 for seen in host.seen] == [40, 40, 15]
    assert {seen.params["includeArchived"] for seen in host.seen} == {"true"}


def test_nothing_is_asked_for_no_ids(host: Host) -> None:
    assert list(host.reader().fetch(Kind.INVOICE, [])) == []
    assert host.seen == []


def test_an_overpayment_is_fetched_by_itself_and_may_be_gone(host: Host) -> None:
    host.reply(Reply(fixture("overpayments_read")), Reply(b"cannot be found", 404))
    first, second = host.reader().fetch(Kind.OVERPAYMENT, [OVERPAYMENT, "gone"])
    assert isinstance(first, Payment)
    assert second == Gone(Kind.OVERPAYMENT, "gone")
    assert [seen.where for seen in host.seen] == [
        f"Overpayments/{OVERPAYMENT}",
        "Overpayments/gone",
    ]


def test_a_record_that_cannot_be_read_is_never_taken_for_gone(host: Host) -> None:
    broken = {**fixture("overpayments_read")["Overpayments"][0], "Total": "much"}
    host.reply(listed("Overpayments", broken))
    with pytest.raises(Refused, match="cannot be read"):
        host.reader().fetch(Kind.OVERPAYMENT, [OVERPAYMENT])


def test_the_book_is_everything_open_and_every_customer(host: Host) -> None:
    host.route = books
    batches = list(host.reader().book())
    assert len(ids_of(batches)) == 6
    asked = {seen.where: seen.params for seen in host.seen}
    assert list(asked) == ["Contacts", "Invoices", "CreditNotes", "Overpayments", "Prepayments"]
    assert asked["Invoices"]["where"] == 'Type=="ACCREC"'
    assert asked["Invoices"]["Statuses"] == "AUTHORISED"
    assert all("if-modified-since" not in seen.headers for seen in host.seen)
    assert "summaryOnly" not in asked["Contacts"]


def test_only_the_last_batch_moves_the_mark(host: Host) -> None:
    host.route = books
    assert [batch.mark for batch in host.reader().book()] == ["", "", "", NOW]
    assert [batch.mark for batch in host.reader().changes(MARK)] == [MARK, MARK, MARK, NOW]


def test_changes_are_asked_for_from_a_little_before_the_mark(host: Host) -> None:
    host.route = books
    list(host.reader().changes(MARK))
    assert {seen.headers["if-modified-since"] for seen in host.seen} == {BEFORE_MARK}
    asked = {seen.where: seen.params for seen in host.seen}
    assert "Statuses" not in asked["Invoices"]
    assert asked["Contacts"]["includeArchived"] == "true"


def test_changes_without_a_mark_are_the_whole_book(host: Host) -> None:
    host.route = books
    assert ids_of(list(host.reader().changes(""))) == ids_of(list(host.reader().book()))


def test_a_sweep_that_is_not_told_the_time_keeps_its_mark(host: Host) -> None:
    host.route = lambda _seen: Reply({})
    assert list(host.reader().changes(MARK)) == [Batch((), MARK)]
    assert list(host.reader().unannounced(MARK)) == [Batch((), MARK)]


def test_a_quiet_poll_costs_one_call(host: Host) -> None:
    host.route = books
    assert list(host.reader().unannounced(MARK)) == [Batch((), NOW)]
    (seen,) = host.seen
    assert seen.where == "BankTransactions"
    assert seen.headers["if-modified-since"] == BEFORE_MARK
    assert seen.params["where"] == 'Type=="RECEIVE-OVERPAYMENT" OR Type=="RECEIVE-PREPAYMENT"'


def test_new_money_costs_one_call_more_and_brings_its_reference(host: Host) -> None:
    brought = {"OverpaymentID": OVERPAYMENT, "Reference": "HARBOUR INV1", "Status": "AUTHORISED"}
    host.reply(listed("BankTransactions", brought))
    host.route = books
    first, last = host.reader().unannounced(MARK)
    (payment,) = first.records
    assert isinstance(payment, Payment)
    assert (payment.id, payment.reference) == (OVERPAYMENT, "HARBOUR INV1")
    assert payment.memo == "pays INV-0001 and more"
    assert payment.unapplied == Money.of("400", "NZD")
    assert (first.mark, last) == (MARK, Batch((), NOW))
    assert [seen.where for seen in host.seen] == ["BankTransactions", "Overpayments"]


def test_aged_receivables_cost_one_call_for_each_customer_named(host: Host) -> None:
    host.reply(Reply(fixture("aged_receivables")), Reply(SETTINGS["Organisation"]))
    found = host.reader().aged(date(2026, 11, 21), [CONTACT])
    assert found == [Aged(CONTACT, Money.of("1050.10", "NZD"))]
    report, organisation = host.seen
    assert report.where == "Reports/AgedReceivablesByContact"
    assert report.params["contactId"] == CONTACT
    assert report.params["date"] == "2026-11-21"
    assert organisation.where == "Organisation"


def test_an_invoice_may_have_a_page_to_pay_on(host: Host) -> None:
    host.reply(
        listed("OnlineInvoices", {"OnlineInvoiceUrl": "https://in.xero.example/x"}),
        listed("OnlineInvoices"),
        Reply(b"cannot be found", 404),
        Reply({"ErrorNumber": 10, "Message": "A validation exception occurred"}, 400),
    )
    reader = host.reader()
    links = [reader.pay_link(INVOICE) for _ in range(4)]
    assert links == ["https://in.xero.example/x", "", "", ""]


def test_a_missing_scope_is_not_taken_for_a_missing_page(host: Host) -> None:
    host.reply(Reply({"Detail": "AuthorizationUnsuccessful"}, 401))
    with pytest.raises(Refused):
        host.reader().pay_link(INVOICE)


def test_a_copy_is_the_pdf_or_nothing(host: Host) -> None:
    host.reply(Reply(b"%PDF-1.4 ..."), Reply(b"cannot be found", 404), listed("Invoices", {}))
    reader = host.reader()
    assert [reader.copy_of(INVOICE) for _ in range(2)] == [b"%PDF-1.4 ...", b""]
    with pytest.raises(TryLater, match="no PDF"):
        reader.copy_of(INVOICE)
    asked = host.seen[0]
    assert asked.where == f"Invoices/{INVOICE}", "the path with /pdf is the SDK's alone"
    assert asked.headers["accept"] == "application/pdf"


def cells(*values: str) -> Reply:
    row = {"RowType": "SummaryRow", "Cells": [{"Value": it} for it in values]}
    return listed("Reports", {"Rows": [{"RowType": "Section", "Rows": [row]}]})


@pytest.mark.parametrize(
    ("report", "owed"),
    [
        (cells("Closing Balance", "", "-12.50"), "-12.50"),
        (cells("Closing Balance", "", "(1,012.50)"), "-1012.50"),
        (cells("Closing Balance", ""), "0"),
        (cells("Nothing of the kind", "5"), "0"),
        (listed("Reports"), "0"),
    ],
)
def test_the_closing_balance_may_be_a_credit_or_missing(
    host: Host, report: Reply, owed: str
) -> None:
    host.reply(report, Reply(SETTINGS["Organisation"]))
    assert host.reader().aged(date(2026, 11, 21), [CONTACT]) == [
        Aged(CONTACT, Money.of(owed, "NZD"))
    ]


def test_a_balance_that_is_no_amount_is_refused(host: Host) -> None:
    host.reply(cells("Closing Balance", "much"))
    with pytest.raises(Refused, match="'much'"):
        host.reader().aged(date(2026, 11, 21), [CONTACT])


def test_the_base_currency_is_read_once(host: Host) -> None:
    host.route = lambda seen: Reply(SETTINGS.get(seen.where, {}))
    host.reader().aged(date(2026, 11, 21), [CONTACT, "c2"])
    assert [seen.where for seen in host.seen].count("Organisation") == 1


def test_a_connection_without_an_organisation_needs_a_new_consent(host: Host) -> None:
    host.route = lambda _seen: listed("Organisations")
    with pytest.raises(Reconnect):
        host.reader().organisation()
