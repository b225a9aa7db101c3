"""What customers answered, on the pages: quoted, and read by a person before reminders go on."""

from __future__ import annotations

import pytest

from connector import audit
from connector.decided import customer_answers
from connector.decided.customer_answers import Unread
from connector.inbound import replies
from providers.messages import Reply
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office, path_of

TODAY, CUSTOMER = "/clients/1", "/connections/1/customers/1"
SAID = "We pay <b>Friday</b>\nSorry"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def answer(shop: Shop, text: str = SAID, *, automatic: bool = False) -> None:
    deps = shop.desk.universe.deps
    reply = Reply(
        f"<{text}@y>", ("<k@x>",), "ann@alder.example", "Re: 1001", text, deps.now(), automatic
    )
    replies.keep(deps, (1, "1"), reply)


def waiting(shop: Shop) -> list[Unread]:
    deps = shop.desk.universe.deps
    with deps.reading() as tx:
        return customer_answers.unread(tx, 1, deps.now())


def test_an_answer_stands_on_today_in_its_own_words_until_it_is_read(shop: Shop) -> None:
    answer(shop)
    page = shop.owner.page(TODAY)
    for told in (f'<a href="{CUSTOMER}">Alder</a> answered.', "We pay &lt;b&gt;Friday&lt;/b&gt;",
                 "Subject: Re: 1001. From ann@alder.example", "Read; go on"):  # fmt: skip
        assert told in page, told
    (one,) = waiting(shop)
    sent = shop.owner.post(f"/connections/1/replies/{one.hold.id}", on=TODAY)
    assert path_of(sent) == TODAY
    page = shop.owner.page(TODAY)
    assert "Read. Reminders go on" in page
    assert "Read; go on" not in page
    with shop.desk.universe.deps.reading() as tx:
        (entry,) = [e for e in audit.entries(tx, 1) if e.event == "reply.read"]
    assert (entry.actor, entry.about) == ("books@quickbooks.example", "customer:1")


def test_the_page_of_the_customer_keeps_what_was_answered(shop: Shop) -> None:
    answer(shop)
    (one,) = waiting(shop)
    form = {"customer": "1"}
    sent = shop.owner.post(f"/connections/1/replies/{one.hold.id}", on=CUSTOMER, **form)
    assert path_of(sent) == CUSTOMER
    page = shop.owner.page(CUSTOMER)
    assert "We pay &lt;b&gt;Friday&lt;/b&gt;" in page
    assert "Read; go on" not in page
    assert "by books@quickbooks.example." in page


def test_what_a_machine_answered_waits_for_nobody(shop: Shop) -> None:
    answer(shop, "I am on holiday", automatic=True)
    assert "I am on holiday" not in shop.owner.page(TODAY)
    page = shop.owner.page(CUSTOMER)
    assert "I am on holiday" in page
    assert "Sent by a machine" in page


def test_the_second_reader_is_told_and_a_stranger_finds_nothing(shop: Shop) -> None:
    answer(shop)
    (one,) = waiting(shop)
    path = f"/connections/1/replies/{one.hold.id}"
    assert shop.stranger().post(path).status_code == 404
    assert shop.owner.post(f"/connections/1/replies/{2**40}", on=TODAY).status_code == 404
    assert waiting(shop) == [one]
    shop.owner.post(path, on=TODAY)
    shop.owner.post(path, on=TODAY)
    assert "Somebody has read this already." in shop.owner.page(TODAY)


@pytest.mark.parametrize("page", [TODAY, CUSTOMER])
def test_the_whole_message_is_one_click_away(shop: Shop, page: str) -> None:
    deps = shop.desk.universe.deps
    reply = Reply(
        "<r@y>", ("<k@x>",), "ann@alder.example", "Re: 1001", SAID, deps.now(), False,
        whole=f"{SAID}\n\n> When do you <pay>?",
    )  # fmt: skip
    replies.keep(deps, (1, "1"), reply)
    shown = shop.owner.page(page)
    assert "The whole message, with what it quotes" in shown
    assert "&gt; When do you &lt;pay&gt;?</blockquote>" in shown


def test_an_answer_that_quotes_nothing_is_shown_once(shop: Shop) -> None:
    answer(shop)
    assert "The whole message" not in shop.owner.page(TODAY)
