"""A promise that a person writes down: beside an answer that no rule read as one, and elsewhere."""

from __future__ import annotations

import pytest

from connector.commitments import promises
from connector.commitments.promises import Kept, State
from connector.decided import customer_answers
from connector.decided.customer_answers import Unread
from connector.inbound import replies
from providers.messages import Reply
from tests.ui_embed.books import OWNER, Shop, busy_shop
from tests.ui_embed.office import Office, path_of

TODAY, CUSTOMER = "/clients/1", "/connections/1/customers/1"
SAID = "Thank you for the reminder. We will pay on <b>Friday</b>."
DAY = "2027-01-31"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def answered(shop: Shop) -> Unread:
    deps = shop.desk.universe.deps
    reply = Reply("<1@y>", ("<k@x>",), "ann@alder.example", "Re: 1001", SAID, deps.now(), False)
    replies.keep(deps, (1, "1"), reply)
    with deps.reading() as tx:
        (one,) = customer_answers.unread(tx, 1, deps.now())
    return one


def kept(shop: Shop) -> list[Kept]:
    with shop.desk.universe.deps.reading() as tx:
        return promises.listed(tx, 1)


def test_a_promise_is_written_down_beside_the_answer_with_its_words(shop: Shop) -> None:
    one = answered(shop)
    page = shop.owner.page(TODAY)
    for told in ("They will pay by", f'href="{CUSTOMER}#disputes"', "Read; go on"):
        assert told in page, told
    form = {"reply": str(one.hold.id), "back": "today", "by": DAY}
    sent = shop.owner.post(f"{CUSTOMER}/promises", on=TODAY, **form)
    assert path_of(sent) == TODAY
    page = shop.owner.page(TODAY)
    assert "Written down: Alder pays USD 120.00 by 31 Jan 2027." in page
    assert "Read; go on" in page, "whoever read it says so"
    (promise,) = kept(shop)
    assert (promise.words, promise.source, promise.by) == (SAID, "reply", OWNER)
    assert (str(promise.promise.amount), promise.promise.on.isoformat()) == ("USD 120.00", DAY)


def test_a_part_on_one_invoice_is_promised_on_the_customers_page_and_cancelled(shop: Shop) -> None:
    form = {"by": DAY, "what": shop.invoice, "amount": "70.50", "words": "on the phone"}
    assert 'value="all USD"' in shop.owner.page(CUSTOMER)
    sent = shop.owner.post(f"{CUSTOMER}/promises", on=CUSTOMER, **form)
    assert path_of(sent) == CUSTOMER
    (promise,) = kept(shop)
    assert (promise.words, promise.source) == ("on the phone", "person")
    assert str(promise.promise.amount) == "USD 70.50"
    assert "It no longer holds" in shop.owner.page(CUSTOMER)
    shop.owner.post(f"{CUSTOMER}/promises/{promise.id}/cancel", on=CUSTOMER)
    page = shop.owner.page(CUSTOMER)
    assert "The promise is cancelled." in page
    assert "It no longer holds" not in page
    assert [one.state for one in kept(shop)] == [State.CANCELLED]


@pytest.mark.parametrize(("form", "told"), [
    ({"by": "soon"}, "Not written down: &#39;soon&#39; is no date; write it as 2026-01-31."),
    ({"by": "2001-01-31"}, "2001-01-31 is past; today is"),
    ({"by": DAY, "amount": "much"}, "&#39;much&#39; is no amount; write it as 120.50."),
    ({"by": DAY, "amount": "-3"}, "is no amount above 0 in USD"),
    ({"by": DAY, "amount": "120.01"}, "USD 120.01 does not lie between nothing and USD 120.00"),
    ({"by": DAY, "what": "999"}, "the customer owes nothing on that"),
    ({"by": DAY, "what": "all EUR"}, "the customer owes nothing on that"),
    ({"by": DAY, "reply": "999"}, "somebody has read this answer already"),
])  # fmt: skip
def test_what_cannot_be_meant_is_told_and_nothing_is_written(
    shop: Shop, form: dict[str, str], told: str
) -> None:
    shop.owner.post(f"{CUSTOMER}/promises", on=CUSTOMER, **form)
    assert told.lower() in shop.owner.page(CUSTOMER).lower()
    assert kept(shop) == []


@pytest.mark.parametrize("amount", ["", "50"])
def test_one_day_for_the_same_invoices_is_one_promise(shop: Shop, amount: str) -> None:
    for again in ("", amount):
        shop.owner.post(f"{CUSTOMER}/promises", on=CUSTOMER, by=DAY, amount=again)
    assert "is written down already" in shop.owner.page(CUSTOMER)
    assert len(kept(shop)) == 1


def test_a_stranger_writes_nothing_down(shop: Shop) -> None:
    shop.owner.post(f"{CUSTOMER}/promises", on=CUSTOMER, by=DAY)
    stranger = shop.stranger()
    assert stranger.post(f"{CUSTOMER}/promises", by=DAY).status_code == 404
    assert stranger.post(f"{CUSTOMER}/promises/1/cancel").status_code == 404
    assert [one.state for one in kept(shop)] == [State.OPEN]
