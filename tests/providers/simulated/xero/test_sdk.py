# mypy: disallow-untyped-calls=False, disable-error-code=attr-defined
"""Xero's own Python library, unchanged, reads and writes the simulated Xero over real HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server
from xero_python.accounting import (
    Account,
    AccountingApi,
    Allocation,
    Allocations,
    BankTransaction,
    BankTransactions,
    BatchPayment,
    BatchPayments,
    Contact,
    Contacts,
    CreditNote,
    CreditNotes,
    HistoryRecord,
    HistoryRecords,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
    Payment,
    PaymentDelete,
    Payments,
    RequestEmpty,
)
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.exceptions import AccountingBadRequestException
from xero_python.identity import IdentityApi

from tests.providers.simulated.xero.stage import Stage


@pytest.fixture
def api(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[AccountingApi, IdentityApi]]:
    monkeypatch.setattr(Configuration, "_default", None)  # one for the whole process
    server = make_server("127.0.0.1", 0, stage.client.application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    host = f"http://127.0.0.1:{server.port}"
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token("app-1", "secret-1")
    configuration.temp_folder_path = str(tmp_path)
    kept = {name: stage.tokens[name] for name in ("access_token", "refresh_token", "token_type")}
    token = kept | {"expires_in": 1800, "expires_at": 4e9, "scope": stage.tokens["scope"].split()}
    client = ApiClient(
        configuration, oauth2_token_getter=lambda: token, oauth2_token_saver=token.update,
        pool_threads=1,
    )  # fmt: skip
    try:
        yield AccountingApi(client, base_url=f"{host}/api.xro/2.0"), IdentityApi(client, host)
        client.rest_client.pool_manager.clear()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def books(api: tuple[AccountingApi, IdentityApi]) -> AccountingApi:
    return api[0]


def lines(amount: str, code: str | None = "200") -> list[LineItem]:
    return [LineItem(description="Work", quantity=Decimal(1), unit_amount=Decimal(amount),
                     account_code=code)]  # fmt: skip


def invoiced(books: AccountingApi, tenant: str, amount: str) -> tuple[Contact, Invoice]:
    name = f"Customer of {amount}"
    contact = books.create_contacts(tenant, Contacts(contacts=[Contact(name=name)])).contacts[0]
    made = books.create_invoices(tenant, Invoices(invoices=[Invoice(
        type="ACCREC", contact=Contact(contact_id=contact.contact_id), date=date(2026, 10, 1),
        due_date=date(2026, 10, 31), line_items=lines(amount), status="AUTHORISED",
        line_amount_types=LineAmountTypes.NOTAX,
    )]))  # fmt: skip
    return contact, made.invoices[0]


def _receipts(receipt: BankTransaction) -> BankTransactions:
    return BankTransactions(bank_transactions=[receipt])


def bank(books: AccountingApi, tenant: str) -> Any:
    return books.get_accounts(tenant, where='Code=="090"').accounts[0]


def test_connections_are_read_and_ended(
    stage: Stage, api: tuple[AccountingApi, IdentityApi]
) -> None:
    books, identity = api
    connection = identity.get_connections()[0]
    assert connection.tenant_id == stage.tenant
    assert books.get_organisations(stage.tenant).organisations[0].name == "Alder & Co"
    identity.delete_connection(connection.id)
    assert identity.get_connections() == []


def test_settings_are_read(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    stage.xero.act(tenant).set_organisation(PeriodLockDate="2026-01-31")
    organisation = books.get_organisations(tenant).organisations[0]
    assert organisation.period_lock_date == date(2026, 1, 31)
    assert len(books.get_currencies(tenant).currencies) > 1
    assert books.get_tax_rates(tenant).tax_rates[0].effective_rate is not None
    assert books.get_branding_themes(tenant).branding_themes[0].name == "Standard"
    assert books.get_users(tenant).users[0].first_name == "Mia"
    assert books.get_invoice_reminders(tenant).invoice_reminders[0].enabled is False


def test_contacts_and_invoices(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    contact, made = invoiced(books, tenant, "10.55")
    assert (made.total, made.amount_due) == (Decimal("10.55"), Decimal("10.55"))
    assert made.due_date == date(2026, 10, 31)
    single = books.get_contact(tenant, contact.contact_id).contacts[0]
    assert single.balances.accounts_receivable.outstanding == Decimal("10.55")
    since = datetime(2026, 11, 1, tzinfo=UTC)
    page = books.get_invoices(
        tenant, if_modified_since=since, where='Type=="ACCREC"', order="UpdatedDateUTC ASC",
        statuses=["AUTHORISED"], page=1, page_size=100, unitdp=4,
        summary_only="false", include_archived="false", created_by_my_app="false",
    )  # fmt: skip
    assert [row.invoice_id for row in page.invoices] == [made.invoice_id]
    assert page.pagination.item_count == 1
    assert books.get_contacts(tenant, page=1, search_term="Customer").contacts[0].name
    changed = Invoices(invoices=[Invoice(reference="PO 9")])
    assert books.update_invoice(tenant, made.invoice_id, changed).invoices[0].reference == "PO 9"
    link = books.get_online_invoice(tenant, made.invoice_id).online_invoices[0]
    assert link.online_invoice_url.startswith("https://in.xero.com/")
    file = books.get_invoice_as_pdf(tenant, made.invoice_id)
    assert Path(file).read_bytes().startswith(b"%PDF")
    report = books.get_report_aged_receivables_by_contact(tenant, contact.contact_id)
    assert report.reports[0].report_type == "AgedReceivablesByContact"


def test_payments(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    _, made = invoiced(books, tenant, "100.00")
    account = Account(account_id=bank(books, tenant).account_id)

    def paying(amount: str) -> Payment:
        return Payment(invoice=Invoice(invoice_id=made.invoice_id), account=account,
                       date=date(2026, 11, 1), amount=Decimal(amount), reference="r")  # fmt: skip

    rows = books.create_payments(
        tenant, Payments(payments=[paying("40"), paying("100")]), summarize_errors="false",
        idempotency_key="key-a",
    ).payments  # fmt: skip
    assert [row.status_attribute_string for row in rows] == ["OK", "ERROR"]
    assert rows[1].validation_errors[0].message.startswith("Payment amount exceeds")
    paid = books.get_payments(tenant, page=1).payments[0]
    assert (paid.amount, paid.invoice.invoice_id) == (Decimal("40.00"), made.invoice_id)
    assert books.get_payment(tenant, paid.payment_id).payments[0].invoice.amount_due == 60
    gone = books.delete_payment(tenant, paid.payment_id, PaymentDelete(status="DELETED"))
    assert gone.payments[0].status == "DELETED"
    with pytest.raises(AccountingBadRequestException):
        books.create_payments(tenant, Payments(payments=[paying("100.01")]))


def test_batch_payments(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    account = Account(account_id=bank(books, tenant).account_id)
    parts = [
        Payment(invoice=Invoice(invoice_id=invoiced(books, tenant, amount)[1].invoice_id),
                amount=Decimal(amount))
        for amount in ("10", "20")
    ]  # fmt: skip
    batch = BatchPayment(account=account, date=date(2026, 11, 1), details="d", payments=parts)
    made = books.create_batch_payment(tenant, BatchPayments(batch_payments=[batch])).batch_payments[
        0
    ]
    assert (made.type, made.total_amount) == ("RECBATCH", Decimal("30.00"))
    kept = books.get_payments(tenant).payments[0]
    assert kept.batch_payment.batch_payment_id == made.batch_payment_id
    assert len(books.get_batch_payments(tenant).batch_payments) == 1


def test_unapplied_cash(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    contact, made = invoiced(books, tenant, "100.00")
    received = books.create_bank_transactions(tenant, _receipts(BankTransaction(
        type="RECEIVE-OVERPAYMENT", contact=Contact(contact_id=contact.contact_id),
        bank_account=Account(account_id=bank(books, tenant).account_id), date=date(2026, 11, 1),
        line_items=[LineItem(description="x", line_amount=Decimal("50.00"))],
        line_amount_types=LineAmountTypes.NOTAX, reference="[lh:3]",
    ))).bank_transactions[0]  # fmt: skip
    credit = books.get_overpayment(tenant, received.overpayment_id).overpayments[0]
    assert credit.remaining_credit == Decimal("50.00")
    wanted = Allocation(invoice=Invoice(invoice_id=made.invoice_id), amount=Decimal(20),
                        date=date(2026, 11, 1))  # fmt: skip
    books.create_overpayment_allocations(
        tenant, received.overpayment_id, Allocations(allocations=[wanted])
    )
    credit = books.get_overpayments(tenant, page=1).overpayments[0]
    assert (credit.remaining_credit, credit.allocations[0].amount) == (30, 20)
    allocation_id = credit.allocations[0].allocation_id
    books.delete_overpayment_allocations(tenant, received.overpayment_id, allocation_id)
    assert books.get_invoice(tenant, made.invoice_id).invoices[0].amount_due == 100
    assert books.get_bank_transactions(tenant, page=1).bank_transactions[0].total == 50
    assert books.get_prepayments(tenant, page=1).prepayments == []


def test_credit_notes(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    contact, made = invoiced(books, tenant, "100.00")
    note = books.create_credit_notes(tenant, CreditNotes(credit_notes=[CreditNote(
        type="ACCRECCREDIT", status="AUTHORISED", date=date(2026, 11, 1),
        contact=Contact(contact_id=contact.contact_id), line_items=lines("15", "408"),
        line_amount_types=LineAmountTypes.NOTAX,
    )])).credit_notes[0]  # fmt: skip
    wanted = Allocation(invoice=Invoice(invoice_id=made.invoice_id), amount=Decimal(15),
                        date=date(2026, 11, 1))  # fmt: skip
    books.create_credit_note_allocation(
        tenant, note.credit_note_id, Allocations(allocations=[wanted])
    )
    assert books.get_credit_note(tenant, note.credit_note_id).credit_notes[0].status == "PAID"
    after = books.get_invoice(tenant, made.invoice_id).invoices[0]
    assert (after.amount_due, after.credit_notes[0].applied_amount) == (85, 15)


def test_notes_and_sending(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    contact, made = invoiced(books, tenant, "100.00")
    record: Any = HistoryRecords(history_records=[HistoryRecord(details="Called [lh:4]")])
    books.create_invoice_history(tenant, made.invoice_id, record)
    books.create_contact_history(tenant, contact.contact_id, record)
    rows = books.get_invoice_history(tenant, made.invoice_id).history_records
    assert rows[0].details == "Called [lh:4]"
    assert rows[0].date_utc == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    mail = Contacts(contacts=[Contact(email_address="pay@customer.test")])
    books.update_contact(tenant, contact.contact_id, mail)
    books.email_invoice(tenant, made.invoice_id, RequestEmpty())
    assert books.get_invoice(tenant, made.invoice_id).invoices[0].sent_to_contact is True


def test_files(stage: Stage, books: AccountingApi) -> None:
    tenant = stage.tenant
    _, made = invoiced(books, tenant, "100.00")
    books.create_invoice_attachment_by_file_name(tenant, made.invoice_id, "po.txt", b"Order 7")
    files = books.get_invoice_attachments(tenant, made.invoice_id).attachments
    assert [(file.file_name, file.content_length) for file in files] == [("po.txt", 7)]
