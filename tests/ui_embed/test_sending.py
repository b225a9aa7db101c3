"""The page of the sending domain: what is found, what to enter, and checking again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.connector.recipients.test_domains import send_as
from tests.providers.email.nameserver import Zone, serving, sound
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import OURS, Office, path_of
from webhooks import parts

WHERE = "/clients/1/sending"
FIRM = "firm-example.net"


@pytest.fixture
def zone() -> Iterator[Zone]:
    with serving() as served:
        yield served


@pytest.fixture
def shop(desk: Office, zone: Zone) -> Shop:
    """A shop that writes from a public domain."""
    return public(busy_shop(desk), zone)


def public(shop: Shop, zone: Zone) -> Shop:
    deps = shop.desk.universe.deps
    config = deps.config.model_copy(update={
        "mail_from": f"ar@{FIRM}", "mail_spf_include": "spf.post.test", "mail_dkim_selector": "lh",
        "dns_server": zone.address,
    })  # fmt: skip
    shop.desk.universe.deps = replace(deps, config=config)
    parts.equip(shop.desk.app, shop.desk.universe.deps)
    return shop


def check(shop: Shop) -> str:
    answer = shop.owner.post(WHERE, on=WHERE)
    assert (answer.status_code, path_of(answer)) == (303, WHERE)
    return shop.owner.page(WHERE)


def test_before_the_first_reading_nothing_goes_out_and_the_page_says_what_to_enter(
    shop: Shop, zone: Zone
) -> None:
    page = shop.owner.page(WHERE)
    for told in (
        f"<strong>ar@{FIRM}</strong>", "No message goes out.", "It has not been read yet.",
        "v=spf1 include:spf.post.test ~all", f"lh._domainkey.{FIRM}", f"_dmarc.{FIRM}",
        "v=DMARC1; p=none",
    ):  # fmt: skip
        assert told in page, told
    assert "_ledgerhand" not in page
    assert zone.asked == []


def test_checking_again_shows_each_state(shop: Shop, zone: Zone) -> None:
    zone.texts |= {FIRM: ["v=spf1 +all"]}
    page = check(shop)
    for told in ("The DNS was read again.", "No message goes out.", "Wrong", "Missing",
                 "lets everybody send", f"There is no key at lh._domainkey.{FIRM}",
                 f"{FIRM} has no DMARC policy"):  # fmt: skip
        assert told in page, told
    assert "In place" not in page
    zone.texts |= sound(FIRM)
    page = check(shop)
    assert page.count("In place") == 3
    assert "Messages go out." in page
    assert "Missing" not in page
    assert "Wrong" not in page


def test_trouble_is_told_and_takes_nothing_away(shop: Shop, zone: Zone) -> None:
    zone.texts |= sound(FIRM)
    check(shop)
    zone.failing.add(FIRM)
    shop.desk.universe.world.clock.advance(timedelta(hours=2))
    page = check(shop)
    assert "The DNS gave no answer. What was known before still stands." in page
    assert "no answer from the DNS about firm-example.net: its servers are in trouble" in page
    assert "Messages go out." in page
    assert "2 hours ago" in page


def test_a_client_with_an_address_of_its_own_sees_what_names_it(shop: Shop, zone: Zone) -> None:
    zone.texts |= sound("shop-example.net")
    send_as(shop.desk.universe.deps, 1, "bills@shop-example.net")
    page = check(shop)
    assert "<strong>bills@shop-example.net</strong>" in page
    assert "_ledgerhand.shop-example.net" in page
    assert f"<code>{OURS}/clients/1</code>" in page
    assert "No message goes out." in page
    assert (page.count("In place"), page.count("Missing")) == (3, 1)
    zone.texts["_ledgerhand.shop-example.net"] = [f"{OURS}/clients/1"]
    page = check(shop)
    assert (page.count("In place"), page.count("Missing")) == (4, 0)
    assert "Messages go out." in page


def test_a_name_that_nobody_owns_is_not_checked_and_the_page_says_so(desk: Office) -> None:
    shop = busy_shop(desk)
    page = shop.owner.page(WHERE)
    assert "localhost is a name that nobody can own: outside production it is not checked." in page
    assert "Check again" not in page
    assert "nothing to read" in check(shop)


def test_what_dns_says_is_shown_as_text_only(shop: Shop, zone: Zone) -> None:
    zone.texts |= {FIRM: ["v=spf1 <script>alert(1)</script> -all"]}
    page = check(shop)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_a_stranger_neither_sees_it_nor_has_it_checked(shop: Shop, zone: Zone) -> None:
    stranger = shop.stranger()
    assert stranger.get(WHERE).status_code == 404
    assert stranger.post(WHERE).status_code == 404
    assert path_of(shop.desk.visitor().get(WHERE)) == "/"
    assert zone.asked == []


def test_every_page_of_the_client_leads_there(shop: Shop) -> None:
    assert f'href="{WHERE}"' in shop.owner.page("/clients/1")
