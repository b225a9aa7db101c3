from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.ledger import Change, Kind
from providers.quickbooks.webhook import BadWebhook, changes, is_genuine
from tests.providers.quickbooks.wire import REALM, fixture, raw

KEY = "verifier-1"
AT = "2026-11-20T14:03:22.517904413Z"
OTHER = "9341455000000002"


def signed(body: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def change(event: str, kind: Kind, record_id: str, operation: str) -> Change:
    return Change(f"{REALM}/c1f0b9de-{event}", REALM, kind, record_id, operation, AT)


def test_a_signature_over_the_raw_bytes_is_genuine() -> None:
    body = raw("invoice_created")
    assert is_genuine(body, signed(body), KEY)
    assert not is_genuine(body + b"\n", signed(body), KEY)
    assert not is_genuine(body, signed(body, "another"), KEY)


def test_an_empty_key_proves_nothing() -> None:
    body = raw("invoice_created")
    assert not is_genuine(body, signed(body, ""), "")


@pytest.mark.parametrize("spoil", [
    lambda s: s[:0], lambda s: s[:-1], lambda s: s + "=", lambda s: s + "\n", lambda s: f" {s}",
    lambda s: s[:10] + "*!" + s[10:], lambda s: "é" * len(s), lambda s: s + "\ud800",
    lambda s: base64.b64decode(s).hex(), lambda s: f"{s},{s}", lambda s: s * 1000,
])  # fmt: skip
def test_a_signature_with_anything_else_in_it_is_not_genuine(spoil) -> None:
    body = raw("invoice_created")
    assert not is_genuine(body, spoil(signed(body)), KEY)


@pytest.mark.parametrize(("name", "expected"), [
    ("invoice_created", change("0001", Kind.INVOICE, "145", "created")),
    ("payment_updated", change("0002", Kind.PAYMENT, "171", "updated")),
    ("invoice_void", change("0003", Kind.INVOICE, "145", "void")),
    ("creditmemo_deleted", change("0004", Kind.CREDIT_NOTE, "160", "deleted")),
])  # fmt: skip
def test_an_event_is_one_change(name: str, expected: Change) -> None:
    assert changes(raw(name)) == [expected]


def test_a_merger_names_the_record_that_lives_on() -> None:
    lives, gone = changes(raw("customer_merged"))
    assert (lives.record_id, lives.merged_into) == ("58", "")
    assert (gone.record_id, gone.merged_into, gone.operation) == ("61", "58", "merged")
    assert lives.event_id != gone.event_id


def test_a_merger_that_names_only_one_record_is_one_change() -> None:
    (event,) = fixture("customer_merged")
    event["data"] = {"deletedid": "58"}
    assert [c.merged_into for c in changes(json.dumps([event]).encode())] == [""]


def test_each_event_of_a_post_belongs_to_its_own_company() -> None:
    found = changes(raw("several_companies"))
    assert [(c.company_id, c.kind, c.record_id) for c in found] == [
        (REALM, Kind.PAYMENT, "171"), (OTHER, Kind.PAYMENT, "12"), (REALM, Kind.INVOICE, "146"),
        (REALM, Kind.CUSTOMER, "58"),
    ]  # fmt: skip
    assert len({c.event_id for c in found}) == 4


def test_the_old_form_means_the_same() -> None:
    found = changes(raw("old_form"))
    assert [(c.company_id, c.kind, c.record_id, c.operation, c.merged_into) for c in found] == [
        (REALM, Kind.PAYMENT, "171", "updated", ""), (REALM, Kind.CUSTOMER, "58", "merged", ""),
        (REALM, Kind.CUSTOMER, "61", "merged", "58"), (OTHER, Kind.INVOICE, "7", "void", ""),
    ]  # fmt: skip
    assert found == changes(raw("old_form"))


def test_both_forms_may_come_in_one_post() -> None:
    mixed = json.dumps([fixture("old_form"), *fixture("invoice_created")]).encode()
    assert changes(mixed) == changes(raw("old_form")) + changes(raw("invoice_created"))


@pytest.mark.parametrize("different", [
    {"type": "qbo.invoice.voided.v1"}, {"type": "QBO.Invoice.Void.V2"},
    {"type": "qbo.invoice.void"}, {"intuitentityid": 145}, {"time": None},
])  # fmt: skip
def test_small_differences_do_no_harm(different: dict[str, object]) -> None:
    (event,) = fixture("invoice_void")
    (found,) = changes(json.dumps([event | different]).encode())
    assert (found.kind, found.record_id, found.operation) == (Kind.INVOICE, "145", "void")


def test_entities_that_we_do_not_follow_are_passed_over() -> None:
    assert changes(b'[{"type":"qbo.class.created.v1"},{"type":"other"}]') == []
    assert changes(b"[]") == []


@pytest.mark.parametrize("body", [
    b"", b"null", b"3", b'"text"', b"[1]", b"{}", b"[[]]", b"NaN", b"[NaN]", b"[" * 100_000,
    b"\xff\xfe{}", b'{"eventNotifications":{}}', b'{"eventNotifications":[{"realmId":"1"}]}',
    b'[{"type":7}]', b'[{"type":"qbo.invoice.created.v1"}]',
    b'[{"type":"qbo.invoice.created.v1","id":"e","intuitentityid":{},"intuitaccountid":"1"}]',
    b'[{"type":"qbo.invoice.created.v1","id":"e","intuitentityid":true,"intuitaccountid":"1"}]',
    b'[{"type":"qbo.invoice.created.v1","id":"e","intuitentityid":"","intuitaccountid":"1"}]',
    b"9" * 5000,
])  # fmt: skip
def test_what_quickbooks_does_not_send_is_a_bad_webhook(body: bytes) -> None:
    with pytest.raises(BadWebhook):
        changes(body)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with contextlib.suppress(BadWebhook):
        assert isinstance(changes(body), list)
