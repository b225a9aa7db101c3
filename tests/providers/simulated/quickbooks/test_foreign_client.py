"""The client library that many apps use, unmodified, over a real socket."""

# mypy: disable-error-code="no-untyped-call,attr-defined,union-attr"

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks as Library
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import ObjectNotFoundException, QuickbooksException, ValidationException
from quickbooks.objects import (
    Attachable,
    AttachableRef,
    CreditMemo,
    Customer,
    Invoice,
    Item,
    LinkedTxn,
    Payment,
    PaymentLine,
    Preferences,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.base import EmailAddress
from quickbooks.objects.company_info import CompanyInfo
from werkzeug.serving import make_server

from providers.simulated.gateway import Gateway
from tests.providers.simulated.quickbooks.place import CALLBACK, Place


@pytest.fixture
def library(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    gateway = Gateway(place.world, place.quickbooks)
    server = make_server("127.0.0.1", 0, gateway, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    host = f"http://127.0.0.1:{server.port}"
    discovery = f"{host}/.well-known/openid_configuration"
    auth = AuthClient("app-1", "secret-1", CALLBACK, discovery)
    told = place.consent()
    auth.get_bearer_token(told["code"], realm_id=told["realmId"])

    class Local(Library):
        api_url_v3 = f"{host}/v3"

    local = Local(
        auth_client=auth, refresh_token=auth.refresh_token, company_id=place.realm,
        minorversion=75, use_decimal=True,
    )  # fmt: skip
    yield local
    local.session.close()
    auth.close()
    server.shutdown()
    thread.join()
    server.server_close()


def customer(library: Library, name: str = "Amy's Bird Sanctuary") -> Any:
    new = Customer()
    new.DisplayName = name
    new.PrimaryEmailAddr = EmailAddress()
    new.PrimaryEmailAddr.Address = "amy@bird.example"
    return new.save(qb=library)


def new_invoice(of: Any, amount: int = 100) -> Any:
    line = SalesItemLine()
    line.Amount = amount
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = Item.get(1, qb=of[0]).to_ref()
    new = Invoice()
    new.CustomerRef = of[1].to_ref()
    new.Line.append(line)
    return new


def invoice(library: Library, of: Any, amount: int = 100) -> Any:
    return new_invoice((library, of), amount).save(qb=library)


def payment(of: Any, amount: int, *invoices: Any) -> Any:
    new = Payment()
    new.CustomerRef = of.to_ref()
    new.TotalAmt = amount
    for one in invoices:
        line = PaymentLine()
        line.Amount = one.Balance
        line.LinkedTxn.append(LinkedTxn())
        line.LinkedTxn[0].TxnId = one.Id
        line.LinkedTxn[0].TxnType = "Invoice"
        new.Line.append(line)
    return new


def test_customers_are_written_found_and_refused(library: Library) -> None:
    made = customer(library)
    assert Customer.get(made.Id, qb=library).PrimaryEmailAddr.Address == "amy@bird.example"
    found = Customer.filter(DisplayName="Amy's Bird Sanctuary", qb=library)
    assert [one.Id for one in found] == [made.Id]
    assert Customer.count(qb=library) == 1
    made.Notes = "Pays late"
    assert made.save(qb=library).SyncToken == "1"
    with pytest.raises(QuickbooksException) as refused:
        customer(library)
    assert refused.value.error_code == 6240
    with pytest.raises(ObjectNotFoundException):
        Customer.get(99, qb=library)


def test_invoices_are_written_sent_printed_voided_and_deleted(library: Library) -> None:
    made = invoice(library, customer(library))
    assert (made.DocNumber, made.Balance, made.DueDate) == ("1001", 100, "2026-12-20")
    sent = made.send(qb=library, send_to="pay+me@bird.example")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"
    assert made.download_pdf(qb=library).startswith(b"%PDF")
    made = Invoice.get(made.Id, qb=library)
    assert made.email_sent
    assert made.void(qb=library)["Invoice"]["Balance"] == 0
    made = Invoice.get(made.Id, qb=library)
    assert made.delete(qb=library)["Invoice"]["status"] == "Deleted"
    assert Invoice.all(qb=library) == []


def test_payments_are_entered_applied_changed_and_voided(library: Library, place: Place) -> None:
    amy = customer(library)
    bill = invoice(library, amy)
    loose = payment(amy, 150).save(qb=library)
    assert loose.UnappliedAmt == 150
    loose.Line = payment(amy, 0, bill).Line
    tied = loose.save(qb=library, request_id="p-1")
    assert loose.save(qb=library, request_id="p-1").SyncToken == tied.SyncToken == "1"
    assert (tied.UnappliedAmt, tied.Line[0].Amount) == (50, 100)
    tied.PrivateNote = "Round trip"
    again = tied.save(qb=library)
    assert (len(again.Line), again.PrivateNote) == (1, "Round trip")
    assert Invoice.get(bill.Id, qb=library).Balance == 0
    assert again.void(qb=library)["Payment"]["TotalAmt"] == 0
    assert Invoice.get(bill.Id, qb=library).Balance == 100
    gone = payment(amy, 100, Invoice.get(bill.Id, qb=library)).save(qb=library)
    gone.delete(qb=library)
    assert place.hand.get("Customer", amy.Id)["Balance"] == 100
    with pytest.raises(QuickbooksException) as refused:
        payment(amy, 50, bill).save(qb=library)
    assert refused.value.error_code == 6000


def test_a_credit_memo_is_read_back(library: Library) -> None:
    amy = customer(library)
    credit = CreditMemo()
    credit.CustomerRef = amy.to_ref()
    credit.Line = new_invoice((library, amy), 30).Line
    assert credit.save(qb=library).RemainingCredit == 30


def test_queries_and_changes(library: Library) -> None:
    amy = customer(library)
    for _ in range(3):
        invoice(library, amy)
    paged = Invoice.where(
        "Balance > '0'", order_by="Id DESC", start_position=2, max_results=1, qb=library
    )
    assert [one.Id for one in paged] == ["2"]
    chosen = Invoice.choose(["1", "3"], qb=library)
    assert {one.Id for one in chosen} == {"1", "3"}
    with pytest.raises(ValidationException):
        Payment.where("UnappliedAmt > '0'", qb=library)
    Invoice.get("1", qb=library).delete(qb=library)
    changed = change_data_capture([Invoice, Customer, Payment], "2026-11-20T12:00:00", qb=library)
    assert [getattr(one, "status", "") for one in changed.Invoice] == ["", "", "Deleted"]
    assert len(changed.Customer) == 1
    assert not hasattr(changed, "Payment")


def test_batches(library: Library) -> None:
    amy = customer(library)
    made = batch_create([new_invoice((library, amy)), new_invoice((library, amy), 50)], qb=library)
    assert [one.TotalAmt for one in made.successes] == [100, 50]
    first, second = made.successes
    first.PrivateNote = "Batched"
    second.SyncToken = "7"
    changed = batch_update([first, second], qb=library)
    assert [one.PrivateNote for one in changed.successes] == ["Batched"]
    assert changed.faults[0].Error[0].code == "5010"
    gone = batch_delete([Invoice.get(first.Id, qb=library)], qb=library)
    assert len(gone.successes) == 1


def test_notes_and_files(library: Library, place: Place) -> None:
    bill = invoice(library, customer(library))
    ref = AttachableRef()
    ref.EntityRef = bill.to_ref()
    note = Attachable()
    note.Note = "Reminder 1 sent"
    note.AttachableRef = [ref]
    assert note.save(qb=library).Note == "Reminder 1 sent"
    file = Attachable()
    file.FileName, file.ContentType = "statement.txt", "text/plain"
    file.AttachableRef = [ref]
    file._FileBytes = "caf\u00e9".encode()
    kept = file.save(qb=library)
    got = place.quickbooks.book(place.realm).peek("file", kept.Id)
    assert got is not None
    assert kept.Size == 5
    found = Attachable.where("AttachableRef.EntityRef.Type = 'Invoice'", qb=library)
    assert len(found) == 2


def test_the_company_and_its_settings(library: Library, place: Place) -> None:
    company = CompanyInfo.get(place.realm, qb=library)
    assert company.CompanyName == "Craig's Landscaping"
    assert Preferences.get(qb=library).CurrencyPrefs.HomeCurrency.value == "USD"
    report = library.get_report("AgedReceivables", {"report_date": "2026-11-20"})
    assert report["Header"]["ReportName"] == "AgedReceivables"


def test_exact_amounts_survive(library: Library) -> None:
    amy = customer(library)
    bill = new_invoice((library, amy))
    bill.Line[0].Amount = Decimal("1234567.89")
    assert bill.save(qb=library).Balance == Decimal("1234567.89")
