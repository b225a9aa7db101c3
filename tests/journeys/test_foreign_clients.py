"""While the demonstration serves, others enter money with the vendors' own Python libraries."""

# mypy: disable-error-code="no-untyped-call,attr-defined,union-attr"

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from intuitlib.client import AuthClient
from quickbooks import QuickBooks
from quickbooks.objects import Attachable, Invoice, Payment
from xero_python import accounting
from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient, Configuration
from xero_python.api_client.oauth2 import OAuth2Token

from tests.journeys.test_demo import environment

SECONDS_MAX = 10
LOOK_SECONDS = 0.5
Told = dict[str, Any]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Told]:
    """What a running demonstration tells of itself; Ctrl-C ends it, and leaves nothing running."""
    info = tmp_path / "info.json"
    running = subprocess.Popen(
        [sys.executable, "-m", "connector", "demo", "--days", "1", "--info", str(info)],
        stdout=subprocess.DEVNULL, start_new_session=True, env=environment(),
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509
    )  # fmt: skip
    try:
        told = _await(info)
        yield told
    finally:
        running.send_signal(signal.SIGINT)
        code = running.wait(60)
    assert code == 130
    for address in (told["pages"], told["control"]):
        with pytest.raises(requests.ConnectionError):
            requests.get(address, timeout=5)


def test_money_entered_by_both_libraries_is_applied_and_noted_within_seconds(
    served: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr(Configuration, "_default", None)  # one for the whole process
    pay = {"quickbooks": _by_quickbooks, "xero": _by_xero}
    for company in served["companies"]:
        is_done = pay[company["ledger"]](served["ledgers"][company["ledger"]], company, tmp_path)
        began = time.monotonic()
        while not is_done():
            waited = time.monotonic() - began
            assert waited < SECONDS_MAX, f"{company['name']}: not applied and noted"
            time.sleep(LOOK_SECONDS)


def _heed_ctrl_c() -> None:
    """Whoever is started in the background by a shell script ignores it, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _await(info: Path) -> Told:
    end = time.monotonic() + 200
    while not info.exists():
        assert time.monotonic() < end, "the demonstration does not get to the point of serving"
        time.sleep(0.1)
    told: Told = json.loads(info.read_text())
    return told


def _by_quickbooks(ledger: Told, company: Told, _folder: Path) -> Callable[[], bool]:
    base = ledger["base_url"]
    auth = AuthClient(
        ledger["client_id"], ledger["client_secret"], "http://127.0.0.1/callback",
        f"{base}/.well-known/openid_configuration", access_token=company["access_token"],
    )  # fmt: skip

    class Local(QuickBooks):
        api_url_v3 = f"{base}/v3"

    books = Local(auth_client=auth, company_id=company["id"], minorversion=75, use_decimal=True)
    found = Invoice.where("Balance > '0'", order_by="TxnDate DESC", max_results=1, qb=books)[0]
    new = Payment()
    new.CustomerRef = found.CustomerRef
    new.CurrencyRef = found.CurrencyRef
    new.TotalAmt = found.Balance
    new.PrivateNote = f"Invoice {found.DocNumber}"
    new.save(qb=books)

    def is_done() -> bool:
        money = Payment.get(new.Id, qb=books)
        notes = Attachable.where(
            f"AttachableRef.EntityRef.Type = 'Invoice' AND"
            f" AttachableRef.EntityRef.value = '{found.Id}'",
            qb=books,
        )  # fmt: skip
        noted = any("Ledgerhand applied" in (note.Note or "") for note in notes)
        return Decimal(str(money.UnappliedAmt)) == 0 and noted

    return is_done


def _by_xero(ledger: Told, company: Told, folder: Path) -> Callable[[], bool]:
    configuration = Configuration()
    configuration.oauth2_token = OAuth2Token(ledger["client_id"], ledger["client_secret"])
    configuration.temp_folder_path = str(folder)
    token = {
        "access_token": company["access_token"], "token_type": "Bearer", "expires_in": 1800,
        "expires_at": 4e9, "refresh_token": "unused", "scope": ["accounting.transactions"],
    }  # fmt: skip
    client = ApiClient(
        configuration, oauth2_token_getter=lambda: token, oauth2_token_saver=lambda _new: None
    )
    api = AccountingApi(client, base_url=f"{ledger['base_url']}/api.xro/2.0")
    tenant = company["id"]
    listed = api.get_invoices(tenant, where='Status=="AUTHORISED" AND Type=="ACCREC"', page=1)
    owed = next(one for one in listed.invoices if one.currency_code.value == "GBP")
    made = api.create_bank_transactions(tenant, accounting.BankTransactions(bank_transactions=[
        accounting.BankTransaction(
            type="RECEIVE-OVERPAYMENT",
            contact=accounting.Contact(contact_id=owed.contact.contact_id),
            bank_account=accounting.Account(code="090"), reference=owed.invoice_number,
            line_amount_types=accounting.LineAmountTypes.NOTAX,
            line_items=[accounting.LineItem(description="Money", line_amount=owed.amount_due)],
        ),
    ]))  # fmt: skip
    money = made.bank_transactions[0].overpayment_id

    def is_done() -> bool:
        left = api.get_overpayment(tenant, money).overpayments[0].remaining_credit
        history = api.get_invoice_history(tenant, owed.invoice_id).history_records
        return not left and any("Ledgerhand applied" in (one.details or "") for one in history)

    return is_done
