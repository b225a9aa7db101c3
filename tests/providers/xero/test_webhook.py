from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.ledger import Change, Kind
from providers.xero.webhook import SIGNATURE_HEADER, BadWebhook, changes, is_genuine
from tests.providers.xero.host import TENANT, raw

KEY = "hook-1"
DELIVERIES = ["invoice_update", "contact_update", "creditnote_create", "several_tenants",
              "subscription_update", "intent_to_receive"]  # fmt: skip


def signed(body: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize("name", DELIVERIES)
def test_xeros_own_signature_is_genuine(name: str) -> None:
    assert SIGNATURE_HEADER == "x-xero-signature"
    assert is_genuine(raw(name), signed(raw(name)), KEY)


def test_a_signature_with_any_one_character_changed_is_not_genuine() -> None:
    body = raw("intent_to_receive")
    good = signed(body)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= -_\n"
    for place in range(len(good)):
        for other in alphabet:
            changed = good[:place] + other + good[place + 1 :]
            assert is_genuine(body, changed, KEY) == (changed == good)


@pytest.mark.parametrize("worse", ["", "=", " {}", "{} ", "{}\n", "{}=", "{},{}", "é", "{}\ud800"])
def test_no_ornament_makes_a_signature_genuine(worse: str) -> None:
    body = raw("invoice_update")
    assert not is_genuine(body, worse.replace("{}", signed(body)), KEY)


def test_an_empty_key_proves_nothing() -> None:
    body = raw("invoice_update")
    assert not is_genuine(body, signed(body, ""), "")


def test_another_apps_key_and_a_changed_body_prove_nothing() -> None:
    body = raw("invoice_update")
    assert not is_genuine(body, signed(body, "hook-2"), KEY)
    assert not is_genuine(body + b" ", signed(body), KEY)


def test_an_invoice_update_is_one_change() -> None:
    record = "5d1c7a52-0000-4000-8000-000000000001"
    at = "2026-11-21T07:36:41.198"
    assert changes(raw("invoice_update")) == [
        Change(
            event_id=f"{TENANT}:invoice:{record}:{at}:update".lower(),
            company_id=TENANT,
            kind=Kind.INVOICE,
            record_id=record,
            operation="update",
            at=f"{at}Z",
        )
    ]


def test_a_repeated_event_has_the_same_id_however_its_type_is_spelled() -> None:
    shouted = raw("contact_update").replace(b'"Update"', b'"UPDATE"')
    assert changes(shouted) == changes(raw("contact_update"))


def test_one_delivery_may_be_about_several_tenants() -> None:
    found = changes(raw("several_tenants"))
    assert [it.company_id[-4:] for it in found] == ["a001", "a001", "a002"]
    assert len({it.event_id for it in found}) == 3


def test_suppliers_and_unknown_categories_are_left_out() -> None:
    assert [it.record_id[-2:] for it in changes(raw("creditnote_create"))] == ["01"]
    assert changes(raw("subscription_update")) == []


def test_an_intent_to_receive_changes_nothing() -> None:
    assert changes(raw("intent_to_receive")) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"events":{}}', b'{"events":', b"<html>"])
def test_a_body_that_xero_does_not_send_is_named(body: bytes) -> None:
    with pytest.raises(BadWebhook, match=r".+"):
        changes(body)


def test_one_odd_event_does_not_keep_the_others_back() -> None:
    body = raw("invoice_update").replace(b'{"events":[', b'{"events":[null,7,{"tenantId":1},')
    assert len(changes(body)) == 1


@given(st.binary())
def test_no_body_does_worse_than_a_bad_webhook(body: bytes) -> None:
    try:
        changes(body)
    except BadWebhook:
        return
