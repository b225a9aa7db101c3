"""The page of notices: switches, systems, what they were told; and a digest without dead links."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from urllib.parse import urlsplit

import pytest

from connector.firm_news import hook_endpoints
from connector.firm_news.hook_endpoints import Endpoint
from connector.rules import policy
from connector.rules.modes import Mode
from connector.rules.notice_settings import Notices
from tests.connector.listener import Listener, listening
from tests.simulation.books import QuickBooksBooks
from tests.simulation.mailbox import Mailbox
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office
from tests.ui_embed.trade import Trade, trading

WHERE = "/clients/1/notices"
ALL = {"daily_digest": "on", "digest_hour": "6", "forewarning": "on", "forewarning_hour": "15"}


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


@pytest.fixture
def system() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def settings(shop: Shop | Trade) -> Notices:
    with shop.desk.universe.deps.reading() as tx:
        return policy.current(tx, 1).policy.notices


def endpoints(shop: Shop) -> list[Endpoint]:
    with shop.desk.universe.deps.reading() as tx:
        return hook_endpoints.listed(tx, 1)


def page(shop: Shop) -> str:
    return " ".join(unescape(shop.owner.page(WHERE)).split())


def test_everything_is_off_at_first_and_stays_so_when_nothing_is_chosen(shop: Shop) -> None:
    assert "checked" not in page(shop)
    answer = shop.owner.post(WHERE, on=WHERE, digest_hour="7", forewarning_hour="16")
    assert answer.status_code == 303
    assert "Nothing was changed." in page(shop)
    assert settings(shop) == Notices()


def test_what_is_chosen_is_a_new_version_of_the_policy(shop: Shop) -> None:
    assert shop.owner.post(WHERE, on=WHERE, **ALL).status_code == 303
    assert "Saved, with version 1 of the policy." in page(shop)
    wanted = Notices(daily_digest=True, digest_hour=6, forewarning=True, forewarning_hour=15)
    assert settings(shop) == wanted


@pytest.mark.parametrize("hour", ["24", "-1", "noon", "", "٣"])
def test_an_hour_that_is_none_changes_nothing(shop: Shop, hour: str) -> None:
    answer = shop.owner.post(WHERE, on=WHERE, **ALL | {"digest_hour": hour})
    assert answer.status_code == 400
    assert settings(shop) == Notices()


def test_a_system_is_named_told_shown_and_dropped(shop: Shop, system: Listener) -> None:
    answer = shop.owner.post(f"{WHERE}/addresses", on=WHERE, url=system.url)
    assert answer.status_code == 200
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    shop.tick()
    assert [one.data["name"] for one in system.heard] == ["Alder"]
    assert ">Alder</a>.</strong> Heard: answered 204." in page(shop)
    assert secret not in page(shop)
    shown = shop.owner.post(f"{WHERE}/addresses/1/secret", on=WHERE)
    assert secret in shown.text
    renewed = shop.owner.post(f"{WHERE}/addresses/1/renew", on=WHERE)
    assert secret not in renewed.text
    assert "whsec_" in renewed.text
    assert shop.owner.post(f"{WHERE}/addresses/1/again", on=WHERE).status_code == 303
    assert "0 changes are told again." in page(shop)
    assert shop.owner.post(f"{WHERE}/addresses/1/drop", on=WHERE).status_code == 303
    assert "No system is told anything." in page(shop)
    assert endpoints(shop) == []


def test_what_became_of_many_changes_alike_is_told_once(shop: Shop, system: Listener) -> None:
    book = QuickBooksBooks(shop.desk.universe, shop.realm)
    for name in ("Birch", "Cedar"):
        book.invoice(
            book.customer(name), f"2-{name}", amount=Decimal("80.00"), issued=date(2026, 1, 20),
            due=date(2026, 2, 19),
        )  # fmt: skip
    shop.tick()
    shop.owner.post(f"{WHERE}/addresses", on=WHERE, url=system.url)
    shop.tick()
    assert len(system.heard) == 3
    assert page(shop).count("Heard") == 1
    assert "Heard, 3 changes: answered 204." in page(shop)
    assert "3 tries" in page(shop)


def test_an_address_that_cannot_be_used_is_named_and_kept_in_the_form(shop: Shop) -> None:
    answer = shop.owner.post(f"{WHERE}/addresses", on=WHERE, url="http://crm.example/")
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    assert 'value="http://crm.example/"' in answer.text
    assert endpoints(shop) == []


def test_what_nobody_can_do_to_an_address_is_not_there(shop: Shop, system: Listener) -> None:
    shop.owner.post(f"{WHERE}/addresses", on=WHERE, url=system.url)
    for path in ("addresses/1/burn", "addresses/9/drop", "addresses/9/secret"):
        assert shop.owner.post(f"{WHERE}/{path}", on=WHERE).status_code == 404
    assert len(endpoints(shop)) == 1


def test_another_firm_finds_nothing_and_changes_nothing(shop: Shop, system: Listener) -> None:
    shop.owner.post(f"{WHERE}/addresses", on=WHERE, url=system.url)
    stranger = shop.stranger()
    for path in (WHERE, "/clients/1/customers.csv"):
        assert stranger.get(path).status_code == 404
    for path in ("", "/addresses", "/addresses/1/secret", "/addresses/1/drop"):
        answer = stranger.post(f"{WHERE}{path}", url="https://evil.example/", **ALL)
        assert answer.status_code == 404
        assert "whsec_" not in answer.text
    own = stranger.post("/clients/2/notices/addresses/1/secret")
    assert own.status_code == 404
    assert settings(shop) == Notices()
    assert [one.url for one in endpoints(shop)] == [system.url]


def test_a_form_from_elsewhere_changes_nothing(shop: Shop) -> None:
    assert shop.owner.client.post(WHERE, data=ALL).status_code == 400
    assert settings(shop) == Notices()


def test_where_customers_stand_can_be_downloaded(shop: Shop) -> None:
    answer = shop.owner.get("/clients/1/customers.csv")
    assert answer.mimetype == "text/csv"
    assert 'filename="customers-1.csv"' in answer.headers["Content-Disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["customer"], row["overdue"], row["currency"]) == ("Alder", "120.00", "USD")
    assert "/clients/1/customers.csv" in shop.owner.page("/clients/1/reports")


@pytest.mark.parametrize("ledger", ["quickbooks", "xero"])
def test_every_link_of_a_digest_and_a_forewarning_opens(desk: Office, ledger: str) -> None:
    trade = trading(desk, ledger, cash=Mode.AUTOPILOT, remind=Mode.AUTOPILOT)
    universe = desk.universe
    mailbox = Mailbox(universe, trade.books)
    try:
        object.__setattr__(universe.deps.config, "smtp_port", mailbox.port)
        trade.owner.post(WHERE, on=WHERE, **ALL)
        trade.tick(minutes=20)
        for number in range(3):
            trade.books.invoice(
                trade.books.customer(f"Late {number}"), f"INV-1{number}", amount=Decimal("75.00"),
                issued=universe.deps.now().date() - timedelta(days=40),
                due=universe.deps.now().date() - timedelta(days=2 + number),
            )  # fmt: skip
        for _ in range(60):
            trade.tick(hours=1)
        mails = [
            mail for mail in universe.vendors.simulation.mail.messages()
            if f"books@{ledger}.example" in mail["recipients"]
        ]  # fmt: skip
        subjects = " ".join(mail["subject"] for mail in mails)
        assert "what happened on" in subjects
        assert "message" in subjects
        found = (re.findall(r"http://ledgerhand\.test\S*", mail["text"]) for mail in mails)
        links = {link for of_one in found for link in of_one}
        assert len(links) > 3
        trade.owner.sign_in(ledger, f"books@{ledger}.example", trade.company)
        for link in links:
            assert trade.owner.get(urlsplit(link).path or "/").status_code == 200, link
    finally:
        mailbox.stop()
