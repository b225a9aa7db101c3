from __future__ import annotations

import pytest

from providers.errors import LedgerError, OutcomeUnknown, Reconnect, Refused, Stale, TryLater
from providers.quickbooks.client import KEY_CHARACTERS_MAX, Client, kind_of, request_key
from tests.providers.quickbooks.wire import REALM, Reply, Token, Wire, http

EXPIRED = Reply({"fault": {"error": [{"message": "AuthenticationFailed", "code": "3200"}]}}, 401)
STALE = {"Error": [{"Message": "Stale Object Error", "Detail": "", "code": "5010"}]}


def client(wire: Wire, access: Token | None = None) -> Client:
    return Client(wire.vendor, http(), access or Token(), REALM)


@pytest.mark.parametrize(("method", "path", "kind"), [
    ("GET", "query", "quickbooks.query.read"),
    ("POST", "query", "quickbooks.query.read"),
    ("GET", "cdc", "quickbooks.cdc.read"),
    ("GET", f"companyinfo/{REALM}", "quickbooks.companyinfo.read"),
    ("GET", "invoice/145", "quickbooks.invoice.read"),
    ("GET", "invoice/145/pdf", "quickbooks.invoice.pdf.read"),
    ("POST", "invoice/145/send", "quickbooks.invoice.send.write"),
    ("GET", "reports/AgedReceivables", "quickbooks.reports.read"),
    ("POST", "payment?operation=update", "quickbooks.payment.write"),
    ("POST", "attachable", "quickbooks.attachable.write"),
])  # fmt: skip
def test_a_request_is_named_by_method_and_path(method: str, path: str, kind: str) -> None:
    assert kind_of(method, path) == kind


def test_a_read_says_who_asks_and_for_which_version(wire: Wire) -> None:
    client(wire).read("cdc", {"entities": "Invoice"})
    (seen,) = wire.seen
    assert (seen.method, seen.path) == ("GET", f"/v3/company/{REALM}/cdc")
    assert seen.params == {"entities": "Invoice", "minorversion": "75"}
    assert seen.headers["authorization"] == "Bearer token-1"
    assert seen.headers["accept"] == "application/json"


def test_a_write_carries_its_key_and_its_very_bytes(wire: Wire) -> None:
    wire.reply(Reply({"Payment": {"Id": "9"}}))
    client(wire).write("POST", "payment", b'{"TotalAmt":12.30}', key="key-1")
    (seen,) = wire.seen
    assert seen.params == {"requestid": "key-1", "minorversion": "75"}
    assert seen.body == b'{"TotalAmt":12.30}'
    assert seen.headers["content-type"] == "application/json"


def test_a_long_key_is_folded_always_to_the_same_text() -> None:
    one, same, other = request_key("k" * 64), request_key("k" * 64), request_key("l" * 64)
    assert one == same != other
    assert len(one) == KEY_CHARACTERS_MAX
    with pytest.raises(ValueError, match="needs a key"):
        request_key("")


def test_a_path_of_a_draft_may_carry_its_own_question(wire: Wire) -> None:
    client(wire).write("POST", "payment?operation=update", b"{}", key="key-1")
    assert wire.seen[0].params == {"operation": "update", "requestid": "key-1",
                                   "minorversion": "75"}  # fmt: skip


def test_an_expired_token_is_renewed_once(wire: Wire) -> None:
    wire.reply(EXPIRED)
    access = Token()
    client(wire, access).read("preferences")
    assert access.renewed == ["token-1"]
    assert [s.headers["authorization"] for s in wire.seen] == ["Bearer token-1", "Bearer token-2"]


def test_a_second_rejected_token_asks_for_a_new_connection(wire: Wire) -> None:
    wire.reply(EXPIRED, EXPIRED, EXPIRED)
    with pytest.raises(Reconnect):
        client(wire).read("preferences")
    assert len(wire.seen) == 2


@pytest.mark.parametrize(("status", "code"), [(401, "120"), (403, "3100")])
def test_a_lost_permission_is_not_mended_by_a_new_token(wire: Wire, status: int, code: str) -> None:
    wire.reply(Reply({"Fault": {"Error": [{"Message": "no", "code": code}]}}, status))
    access = Token()
    with pytest.raises(Reconnect) as caught:
        client(wire, access).read("preferences")
    assert access.renewed == []
    assert caught.value.request_id == "1-tid"


def test_a_fault_inside_a_good_status_is_a_fault(wire: Wire) -> None:
    wire.reply(Reply({"Fault": STALE, "time": "x"}))
    with pytest.raises(Stale) as caught:
        client(wire).write("POST", "customer", b"{}", key="k")
    assert caught.value.request_id == "1-tid"


@pytest.mark.parametrize(("_case", "reply", "expected"), [
    ("reset", Reply(broken="reset"), OutcomeUnknown),
    ("cut off", Reply({"Payment": {"Id": "9"}}, broken="cut"), OutcomeUnknown),
    ("no answer", Reply(broken="hang"), OutcomeUnknown),
    ("half the JSON", Reply(b'{"Payment":{"Id":"9"'), OutcomeUnknown),
    ("a list", Reply([1]), OutcomeUnknown),
    ("empty", Reply(b""), OutcomeUnknown),
    ("503 page", Reply(b"<html>down</html>", 503, {"Retry-After": "1"}), OutcomeUnknown),
    ("429", Reply(b"", 429, {"Retry-After": "1"}), TryLater),
    ("307", Reply(b"", 307, {"Location": "/elsewhere"}), OutcomeUnknown),
    ("refused", Reply({"Fault": {"Error": [{"code": "6000"}]}}, 400), Refused),
])  # fmt: skip
def test_a_broken_write_is_sent_once_and_told_for_what_it_is(
    wire: Wire, _case: str, reply: Reply, expected: type[LedgerError]
) -> None:
    wire.reply(reply)
    with pytest.raises(expected) as caught:
        client(wire).write("POST", "payment", b"{}", key="k")
    assert type(caught.value) is expected
    assert len(wire.seen) == 1


@pytest.mark.parametrize("reply", [
    Reply(broken="reset"), Reply({}, broken="cut"), Reply(broken="hang"), Reply(b"{"),
    Reply(b"", 503), Reply(b"", 429), Reply(b"", 307, {"Location": "/elsewhere"}),
])  # fmt: skip
def test_a_broken_read_may_be_repeated_but_not_by_us(wire: Wire, reply: Reply) -> None:
    wire.reply(reply)
    with pytest.raises(TryLater):
        client(wire).read("preferences")
    assert len(wire.seen) == 1


def test_without_a_time_in_the_answer_the_date_header_counts(wire: Wire) -> None:
    wire.reply(Reply({"QueryResponse": {}}), Reply({"time": "t"}), Reply({}, headers={"Date": "?"}))
    times = [client(wire).read("query")["time"] for _ in range(3)]
    assert times == ["2026-11-20T14:03:22+00:00", "t", ""]
