from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest

from providers.errors import LedgerError, Reconnect, Refused, TryLater
from providers.xero.client import XeroClient
from tests.providers.xero.host import AT, TENANT, Host, Reply, Token, listed

EXPIRED = Reply({"Title": "Unauthorized", "Detail": "TokenExpired: token expired"}, 401)
NO_SCOPE = Reply({"Title": "Unauthorized", "Detail": "AuthorizationUnsuccessful"}, 401)
GONE_TENANT = Reply({"Title": "Forbidden", "Detail": "AuthenticationUnsuccessful"}, 403)


def client(host: Host, access: Token | None = None) -> XeroClient:
    return XeroClient(host.vendor, host.http(), access=access or Token(), company_id=TENANT)


def test_every_request_names_token_tenant_and_json(host: Host) -> None:
    client(host).read("get_organisations")
    (seen,) = host.seen
    assert (seen.method, seen.path) == ("GET", "/api.xro/2.0/Organisation")
    assert seen.headers["authorization"] == "Bearer token-1"
    assert seen.headers["xero-tenant-id"] == TENANT
    assert seen.headers["accept"] == "application/json"
    assert "idempotency-key" not in seen.headers


def test_an_expired_token_is_renewed_once(host: Host) -> None:
    access = Token()
    host.reply(EXPIRED, listed("Organisations", {"Name": "Tui"}))
    assert client(host, access).read("get_organisations") is not None
    assert access.renewed == ["token-1"]
    assert [seen.headers["authorization"][-7:] for seen in host.seen] == ["token-1", "token-2"]


def test_two_rejected_tokens_need_a_new_consent(host: Host) -> None:
    host.reply(EXPIRED, EXPIRED)
    with pytest.raises(Reconnect):
        client(host).read("get_organisations")
    assert len(host.seen) == 2


def test_a_missing_scope_is_refused_without_a_new_token(host: Host) -> None:
    access = Token()
    host.reply(NO_SCOPE)
    with pytest.raises(Refused, match="AuthorizationUnsuccessful") as caught:
        client(host, access).read("get_journals")
    assert caught.value.code == "scope"
    assert access.renewed == []


def test_a_tenant_that_is_no_longer_connected_needs_a_new_consent(host: Host) -> None:
    host.reply(GONE_TENANT)
    with pytest.raises(Reconnect, match="AuthenticationUnsuccessful") as caught:
        client(host).read("get_organisations")
    assert caught.value.request_id == "call-1"


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({"X-Rate-Limit-Problem": "minute", "Retry-After": "27"}, 27, 27),
        ({"X-Rate-Limit-Problem": "day", "Retry-After": "66975"}, 66975, 66975),
        ({"X-Rate-Limit-Problem": "minute"}, 60, 60),
        ({"X-Rate-Limit-Problem": "appminute"}, 60, 60),
        ({"X-Rate-Limit-Problem": "day"}, 3600, 3600),
        ({"X-Rate-Limit-Problem": "concurrent"}, 1, 5),
        ({"Retry-After": "soon"}, 1, 5),
        ({}, 1, 5),
    ],
)
def test_a_limit_says_how_long_to_wait_and_nobody_sleeps(
    host: Host, headers: dict[str, str], least: int, most: int
) -> None:
    host.reply(Reply(b"limit exceeded", 429, headers))
    with pytest.raises(TryLater) as caught:
        client(host).read("get_organisations")
    assert timedelta(seconds=least) <= caught.value.wait <= timedelta(seconds=most)
    assert len(host.seen) == 1


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (Reply({"ErrorNumber": 10, "Message": "A validation exception occurred", "Elements": [
            {"ValidationErrors": [{"Message": "One."}, {"Message": "Two."}]}]}, 400), Refused,
         "One.; Two."),
        (Reply(b"plain words", 400), Refused, "plain words"),
        (Reply(b"", 412), Refused, "412"),
        (Reply({"ErrorNumber": 20, "Message": "not implemented"}, 501), Refused, "not implem"),
        (Reply({"ErrorNumber": 500}, 500), TryLater, "500"),
        (Reply(b"<html>down</html>", 503, {"Retry-After": "9"}), TryLater, "down"),
        (Reply(b"", 307, {"Location": "/elsewhere"}), TryLater, "307"),
        (Reply(b'{"Organisations":[{"Na', 200), TryLater, "no whole JSON"),
        (Reply({"a": "b"}, broken="cut"), TryLater, "no answer"),
        (Reply(broken="reset"), TryLater, "no answer"),
        (Reply(broken="hang"), TryLater, "no answer"),
    ],
)  # fmt: skip
def test_a_failed_read_says_what_to_do_next(
    host: Host, reply: Reply, error: type[LedgerError], words: str
) -> None:
    host.reply(reply)
    with pytest.raises(error, match=words):
        client(host).read("get_organisations")
    assert len(host.seen) == 1


def test_what_xero_does_not_have_is_none(host: Host) -> None:
    host.reply(Reply(b"The resource you're looking for cannot be found", 404))
    assert client(host).read("get_invoice", "1") is None


def test_nothing_modified_is_an_empty_answer(host: Host) -> None:
    host.reply(Reply(b"", 304))
    assert client(host).read("get_contacts", since="2026-11-21T00:00:00") == {}
    assert host.seen[0].headers["if-modified-since"] == "2026-11-21T00:00:00"


def page(number: int, pages: int, *ids: str, count: int) -> Reply:
    pagination = {"page": number, "pageSize": 2, "pageCount": pages, "itemCount": count}
    return listed("Contacts", *({"ContactID": it} for it in ids), pagination=pagination)


def read_ids(host: Host) -> list[str]:
    pages = client(host).pages("get_contacts", "Contacts")
    return [it["ContactID"] for page in pages for it in page.items]


def test_pages_are_read_to_the_last_one(host: Host) -> None:
    host.reply(page(1, 2, "a", "b", count=3), page(2, 2, "c", count=3))
    assert read_ids(host) == ["a", "b", "c"]
    assert [seen.params["page"] for seen in host.seen] == ["1", "2"]
    assert {seen.params["pageSize"] for seen in host.seen} == {"1000"}
    assert {seen.params["order"] for seen in host.seen} == {"UpdatedDateUTC ASC"}


def test_a_record_that_slipped_between_two_pages_is_read_after_all(host: Host) -> None:
    """`a` changed while page 1 was read and went to the end, so `c` slipped onto page 1."""
    host.reply(
        page(1, 2, "a", "b", count=4), page(2, 2, "d", "a", count=4),
        page(1, 2, "b", "c", count=4), page(2, 2, "d", "a", count=4),
    )  # fmt: skip
    assert set(read_ids(host)) == {"a", "b", "c", "d"}


def test_a_list_that_grew_shorter_is_read_again(host: Host) -> None:
    host.reply(
        page(1, 2, "a", "b", count=4), page(2, 2, "d", count=3),
        page(1, 2, "b", "c", count=3), page(2, 2, "d", count=3),
    )  # fmt: skip
    assert set(read_ids(host)) == {"a", "b", "c", "d"}


def test_a_list_that_never_rests_is_read_twice_and_no_more(host: Host) -> None:
    host.reply(*[page(it, 2, "a", "b", count=4) for it in (1, 2, 1, 2)])
    assert read_ids(host) == ["a", "b"] * 4


def test_without_a_page_count_a_short_page_is_the_last(host: Host) -> None:
    full = [{"ContactID": str(it)} for it in range(100)]
    host.reply(listed("Contacts", *full), listed("Contacts", {"ContactID": "100"}))
    assert len(read_ids(host)) == 101


@dataclass
class Own:
    """An Access with the one token of one tenant."""

    value: str

    def token(self) -> str:
        return self.value

    def renew(self, rejected: str) -> str:
        raise AssertionError(rejected)


def test_eight_tenants_at_once_never_borrow_each_others_token(host: Host) -> None:
    """xero-python's Configuration is one for the whole process and mixes them up."""
    host.route = lambda _seen: Reply({"DateTimeUTC": AT})

    def work(tenant: str) -> None:
        mine = XeroClient(host.vendor, host.http(), access=Own(tenant), company_id=tenant)
        for _ in range(12):
            mine.read("get_organisations")

    threads = [threading.Thread(target=work, args=(f"tenant-{it}",)) for it in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(host.seen) == 96
    for seen in host.seen:
        assert seen.headers["authorization"] == f"Bearer {seen.headers['xero-tenant-id']}"
