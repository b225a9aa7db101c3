"""What a customer's page tells of the past: promises, contacts, and all that passed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connector.commitments import promises
from connector.commitments.promises import State
from connector.commitments.promises import promise_table as table
from connector.inbound import replies
from connector.recipients import contacts
from connector.recipients.contacts import Contact, Role
from dunning.customer.account import Promise
from providers.messages import Reply
from providers.money import Money
from tests.ui_embed.books import Shop, busy_shop
from tests.ui_embed.office import Office

PAGE = "/connections/1/customers/1"


@pytest.fixture
def shop(desk: Office) -> Shop:
    return busy_shop(desk)


def promise(shop: Shop, state: State, words: str = "") -> None:
    """A promise that has ended so; how that is found out is told in test_promises.py."""
    deps = shop.desk.universe.deps
    today = deps.now().date()
    amount = Money.of("120.00", "USD")
    made = Promise((shop.invoice,), amount, today - timedelta(days=9), today, amount)
    with deps.writing() as tx:
        id_ = promises.add(tx, 1, "1", made, source="person", words=words, by="ann", at=deps.now())
        here = sa.and_(table.c.connection_id == 1, table.c.id == id_)
        tx.execute(sa.update(table).where(here).values(state=state, ended_at=deps.now()))


def test_kept_and_broken_promises_are_counted_and_told(shop: Shop) -> None:
    assert "kept 0 / broken 0" in shop.owner.page(PAGE)
    for _ in range(4):
        promise(shop, State.KEPT)
    promise(shop, State.BROKEN, "on <b>Friday</b>")
    promise(shop, State.BROKEN)
    page = shop.owner.page(PAGE)
    assert "So far kept 4 / broken 2." in page
    assert page.count(">Kept</span>") == 4
    assert page.count(">Broken</span>") == 2
    for told in ("on &lt;b&gt;Friday&lt;/b&gt;", "USD 120.00 by", "on invoice 1001", "by ann"):
        assert told in page, told


def test_contacts_are_shown_with_their_roles(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    assert "<td>invoice address</td>" in shop.owner.page(PAGE)
    with deps.writing() as tx:
        for contact in (
            Contact("1", Role.DUNNING, "Ann <Payer>", "ann@alder.example"),
            Contact("1", Role.OWNER, "Olga", phone="+14155552671"),
            Contact("2", Role.DUNNING, "Somebody else", "else@birch.example"),
        ):
            contacts.add(tx, 1, contact, by="bea", at=deps.now())
    page = shop.owner.page(PAGE)
    for told in ("Ann &lt;Payer&gt;, ann@alder.example", "<td>dunning</td>", "<td>yes</td>",
                 "Olga, +14155552671", "<td>owner</td>", "<td>no</td>",
                 "<td>bea</td>"):  # fmt: skip
        assert told in page, told
    assert "Somebody else" not in page


def test_an_answer_stands_among_what_passed_in_the_clients_own_zone(shop: Shop) -> None:
    deps = shop.desk.universe.deps
    assert "Nothing was sent to this customer" in shop.owner.page(PAGE)
    reply = Reply("<r@y>", ("<k@x>",), "ann@alder.example", "Re: 1001", "We <i>pay", deps.now(),
                  automatic=False)  # fmt: skip
    replies.keep(deps, (1, "1"), reply)
    page = " ".join(shop.owner.page(PAGE).split())
    assert "Answer from ann@alder.example. <q>Re: 1001. We &lt;i&gt;pay</q>" in page
    assert '<a href="#answers">word for word</a>' in page
    zone = shop.desk.connections()[0].time_zone
    assert zone == "America/New_York"
    assert " EST</time>" in page[page.index("What passed") : page.index("What we saw")]
