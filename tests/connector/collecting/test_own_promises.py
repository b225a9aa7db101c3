"""What a customer promises by itself on its page: of less than is asked for it holds that much."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.commitments import promises
from connector.commitments.promises import State
from connector.phone import call_promises
from tests.connector.collecting.reading import Opens
from tests.connector.collecting.test_portal import Desk
from tests.connector.post import open_post
from tests.connector.telephony import open_telephony
from tests.webhooks.test_calls import promised, take

pytestmark = pytest.mark.either_ledger


@pytest.fixture
def desk(open_firm: Opens, ledger: str) -> Desk:
    return Desk(open_post(open_firm, ledger, portal=True))


def test_a_cent_silences_nothing_and_is_promised_once(desk: Desk) -> None:
    firm = desk.firm
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "50000.00", late_days=1)
    firm.pass_days(3)
    path = desk.url(firm.mails()[0])
    done = desk.promise(path, 25, amount="0.01", confirmed="yes")
    assert "The rest stays due." in desk.page(done.headers["Location"])
    firm.pass_days(8)
    assert len(firm.mails()) == 2
    text = firm.mails()[1]["text"]
    assert "We have left out $0.01, which you promised to pay." in text
    assert "Less what you promised to pay" in text
    assert "$49,999.99" in text
    firm.books.pay_by_hand(customer, invoice, Decimal("0.01"), firm.today)
    firm.pass_days(20)
    assert [it.state for it in desk.promised()] == [State.KEPT]
    with firm.deps.reading() as tx:
        counted = promises.counts(promises.listed(tx, firm.connection_id))
    assert counted[customer] == (0, 0), "it tells nothing of who keeps promises"
    again = desk.promise(path, 25, amount="0.01", confirmed="yes")
    assert again.headers["Location"].endswith("done=asked")
    assert len(desk.promised()) == 1
    (asked,) = [it for it in firm.asked() if it.subject.startswith("promise:")]
    assert "after a promise of USD 0.01 by" in asked.summary
    assert "that it kept" in asked.summary
    assert len(firm.mails()) >= 4


def test_a_part_that_was_promised_and_not_paid_is_asked_for_again(desk: Desk) -> None:
    firm = desk.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=1)
    firm.pass_days(3)
    path = desk.url(firm.mails()[0])
    desk.promise(path, 10, amount="50.00", confirmed="yes")
    day = firm.today + timedelta(days=10)
    seen = len(firm.mails())
    while firm.today <= day:
        firm.pass_days(1)
    assert len(firm.mails()) > seen
    assert "$70.00" in firm.mails()[-1]["text"]
    firm.pass_days(8)
    assert [it.state for it in desk.promised()] == [State.BROKEN]
    assert "Less what you promised to pay" not in firm.mails()[-1]["text"]


def test_a_second_promise_by_keys_is_put_before_a_person(open_firm: Opens) -> None:
    phone = open_telephony(open_firm)
    take(phone, "1", "2", "0309", "1")
    (first,) = promised(phone)
    with phone.firm.deps.writing() as tx:
        now = phone.firm.deps.now()
        promises.end(tx, phone.firm.connection_id, first, State.BROKEN, by="t", at=now, why="late")
    contact = phone.contact()
    with phone.firm.deps.writing() as tx:
        said = call_promises.keep(
            tx, phone.firm.connection, contact, date(2026, 3, 30), now=phone.firm.deps.now()
        )
    assert said == (
        "offers by telephone to pay on 2026-03-30, after a promise of USD 123.45 by 2026-03-09 that"
        " it did not keep; reminders go on, write it down as a promise if you believe it"
    )
    assert len(promised(phone)) == 1


def test_a_few_cents_less_are_not_asked_for_before_the_day(desk: Desk) -> None:
    firm = desk.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", "1000.37", late_days=1)
    firm.pass_days(3)
    desk.promise(desk.url(firm.mails()[0]), 20, amount="1000.00", confirmed="yes")
    before = len(firm.mails())
    firm.pass_days(18)
    assert len(firm.mails()) == before
