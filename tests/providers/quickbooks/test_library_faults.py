"""Known faults of python-quickbooks and intuit-oauth, each shown not to reach us.

The library reads JSON into objects here and does nothing else; the numbers follow the list in
the provider's README.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
from decimal import Decimal

import pytest

from providers.errors import OutcomeUnknown, Refused, Stale, TryLater
from providers.http import Http
from providers.ledger import Gone, Kind
from providers.quickbooks import query
from providers.quickbooks.client import Client
from providers.quickbooks.oauth import IntuitAuthority
from providers.quickbooks.reader import QuickBooksReader
from providers.quickbooks.webhook import is_genuine
from providers.quickbooks.writer import QuickBooksWriter
from tests.providers.quickbooks.connected import MARKER, START, Connected, applying, note
from tests.providers.quickbooks.wire import REALM, Reply, Token, Wire, fixture, http


def test_1_a_sparse_update_changes_nothing_but_what_it_names(books: Connected) -> None:
    address = {"Address": "a@x.example"}
    customer = books.customer(PrimaryEmailAddr=address, CompanyName="Harbor", Notes="Old.")
    before = books.hand.get("Customer", customer)
    books.writer.send(books.writer.compose(note(Kind.CUSTOMER, customer), MARKER), "key-1")
    after = books.hand.get("Customer", customer)
    moved = {"Notes", "SyncToken", "MetaData"}
    assert {name for name in after if after[name] != before.get(name)} <= moved
    assert set(before) <= set(after)


@pytest.mark.parametrize(("reply", "expected"), [
    (Reply({"Fault": {"Error": [{"code": "5010", "Message": "Stale"}]}}, 400), Stale),
    (Reply({"Fault": {"Error": [{"code": "3001", "Message": "Throttle"}]}}, 429), TryLater),
    (Reply({"Fault": {"Error": [{"code": "one", "Message": "?"}]}}, 400), Refused),
    (Reply({"Fault": {"Error": [{"code": "2020"}, {"code": "5010"}]}}, 400), Stale),
    (Reply(b'<IntuitResponse><Fault><Error code="3001"/></Fault></IntuitResponse>', 429), TryLater),
])  # fmt: skip
def test_2_every_fault_keeps_its_meaning_and_its_call_id(
    wire: Wire, reply: Reply, expected: type[Stale | TryLater | Refused]
) -> None:
    wire.reply(reply)
    with pytest.raises(expected) as caught:
        Client(wire.vendor, http(), Token(), REALM).write("POST", "payment", b"{}", key="k")
    assert caught.value.request_id == "1-tid"


@pytest.mark.timeout(20)
def test_3_a_silent_server_is_given_up_in_time(wire: Wire) -> None:
    wire.reply(Reply(broken="hang"))
    with pytest.raises(OutcomeUnknown):
        Client(wire.vendor, http(), Token(), REALM).write("POST", "payment", b"{}", key="k")


def test_4_making_the_objects_calls_nobody_and_refreshes_nothing(wire: Wire) -> None:
    access = Token()
    QuickBooksReader(wire.vendor, http(), access, REALM)
    QuickBooksWriter(wire.vendor, http(), access, REALM)
    IntuitAuthority(wire.vendor, http(), lambda: START)
    assert wire.seen == []
    assert access.renewed == []


@pytest.mark.parametrize("signature", ["", "é", "%%%", "AAAA"])
def test_5_a_garbled_signature_is_only_false(signature: str) -> None:
    body = "[{}] é".encode()
    right = base64.b64encode(hmac.new(b"key", body, hashlib.sha256).digest()).decode()
    assert is_genuine(body, right, "key")
    assert is_genuine(body, signature, "key") is False


def test_6_changes_are_asked_for_with_their_zone_and_deleted_ones_are_gone(wire: Wire) -> None:
    rows = {"Payment": [fixture("payment_deleted")]}
    wire.reply(Reply({"CDCResponse": [{"QueryResponse": [rows, {}]}]}))
    reader = QuickBooksReader(wire.vendor, http(), Token(), REALM)
    (batch,) = reader.changes("2026-11-20T15:00:00+01:00")
    assert isinstance(batch.records[0], Gone)
    assert wire.seen[0].params["changedSince"] == "2026-11-20T14:50:00+01:00"


def test_7_amounts_leave_as_numbers_exact_to_the_cent(books: Connected) -> None:
    customer = books.customer()
    bill = books.invoice(customer, "1234567.89")
    payment = books.payment(customer, "1234567.89")
    effect = applying(payment, customer, **{f"i{bill}": "1234567.89"})
    draft = books.writer.compose(effect, MARKER)
    assert b'"Amount":1234567.89,' in draft.body
    books.writer.send(draft, "key-1")
    assert books.hand.get("Payment", payment)["UnappliedAmt"] == Decimal(0)


def test_8_a_name_cannot_end_its_quotes() -> None:
    assert query.equals("DisplayName", "O\\'Neil\\") == r"DisplayName = 'O\\\'Neil\\'"


def test_9_a_note_is_written_with_a_request_id(wire: Wire) -> None:
    wire.reply(Reply({"Attachable": {"Id": "1"}}))
    writer = QuickBooksWriter(wire.vendor, http(), Token(), REALM)
    writer.send(writer.compose(note(Kind.INVOICE, "145"), MARKER), "key-1")
    assert wire.seen[0].params["requestid"] == "key-1"


def test_10_lines_go_back_without_the_noise(wire: Wire) -> None:
    invoice = fixture("invoice")
    wire.reply(wire.rows("Payment", fixture("payment")), wire.rows("Invoice", invoice))
    writer = QuickBooksWriter(wire.vendor, http(), Token(), REALM)
    draft = writer.compose(applying("171", "58", i145="1"), MARKER)
    for noise in (b"LineEx", b"TxnLineId", b'"name"', b'"type"', b"null"):
        assert noise not in draft.body


def test_11_two_companies_at_once_keep_their_own_tokens(wire: Wire) -> None:
    def read(company: str) -> None:
        client = Client(wire.vendor, http(), Token(tokens=[f"token-{company}"]), company)
        for _ in range(10):
            client.read("preferences")

    threads = [threading.Thread(target=read, args=(company,)) for company in ("1", "2", "3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(wire.seen) == 30
    for seen in wire.seen:
        company = seen.path.split("/")[3]
        assert seen.headers["authorization"] == f"Bearer token-{company}"


def test_12_another_host_needs_nothing_but_its_address(wire: Wire, monkeypatch) -> None:
    monkeypatch.delenv("OAUTHLIB_INSECURE_TRANSPORT", raising=False)
    wire.route = lambda _seen: Reply(fixture("discovery"))
    authority = IntuitAuthority(wire.vendor, Http(), lambda: START)
    asked = {"redirect_uri": "https://us.example", "state": "s", "nonce": "n"}
    assert authority.authorize_url(**asked, connect=True).startswith("https://appcenter.intuit.com")
