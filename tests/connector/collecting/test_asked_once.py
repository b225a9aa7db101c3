"""What is asked because of a sign, or told of a returned payment, is so once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.account.accounts import account_of
from connector.decided import customer_answers
from connector.inbound import replies
from connector.rules.modes import Mode
from dunning.customer.purpose import Purpose
from providers.messages import Reply
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.post import TRACKED, open_post
from tests.connector.taken_back.test_reversals import remove

pytestmark = pytest.mark.either_ledger

ABOVE = {"remind_at_most": {"USD": 100}}


def purposes(firm: Firm, customer: str) -> list[Purpose]:
    """What each message was for, as the account has it, the oldest first."""
    with firm.deps.reading() as tx:
        account = account_of(tx, firm.connection, customer, "USD", firm.deps.now())
    return [it.purpose for it in account.sent]


def remind(firm: Firm) -> str:
    """The customer who is written to."""
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "120.00", late_days=1)
    firm.pass_days(3)
    return customer


@pytest.mark.parametrize(("mode", "rules"), [
    (Mode.AUTOPILOT, {}), (Mode.COPILOT, {}), (Mode.AUTOPILOT, ABOVE),
], ids=["alone", "approved", "ordered above a limit"])  # fmt: skip
def test_what_was_asked_once_is_not_asked_again(
    open_firm: Opens, ledger: str, mode: Mode, rules: dict[str, object]
) -> None:
    """However often each mail is looked at, and whoever let it go out."""
    post = open_post(open_firm, ledger, **TRACKED, **rules)
    firm = post.firm
    firm.switch(remind=mode)
    customer = remind(firm)
    for count in range(1, 5):
        while len(firm.mails()) < count:
            firm.pass_days(1)
            if firm.asked():
                firm.approve()
        post.look(firm.mails()[-1], times=3)
    assert purposes(firm, customer)[:4] == [
        Purpose.REMIND, Purpose.UNCLEAR, Purpose.REMIND, Purpose.REMIND,
    ]  # fmt: skip
    assert [mail["text"].count("Perhaps something about it") for mail in firm.mails()[:4]] == [
        0, 1, 0, 0,
    ]  # fmt: skip


def test_whoever_has_answered_is_not_asked_whether_something_is_unclear(
    open_firm: Opens, ledger: str
) -> None:
    post = open_post(open_firm, ledger, **TRACKED)
    firm = post.firm
    customer = remind(firm)
    (first,) = firm.mails()
    post.look(first, times=3)
    now = firm.deps.now()
    to, sender, words = (first["message_id"],), "pay@ash.example", "We will pay"
    said = Reply("<a@ash>", to, sender, "Re", words, now, automatic=False)
    replies.keep(firm.deps, (firm.connection_id, customer), said)
    with firm.deps.reading() as tx:
        (unread,) = customer_answers.unread(tx, firm.connection_id, now)
    customer_answers.read(firm.deps, firm.connection_id, unread.hold.id, by="ann")
    firm.pass_days(12)
    assert purposes(firm, customer)[:2] == [Purpose.REMIND, Purpose.REMIND]


def test_paying_that_was_begun_after_each_mail_is_asked_about_once(open_firm: Opens) -> None:
    post = open_post(open_firm, "xero", **TRACKED)
    firm = post.firm
    customer = remind(firm)
    for _ in range(3):
        post.pay(firm.mails()[-1])
        firm.pass_days(12)
    assert purposes(firm, customer)[:3] == [
        Purpose.REMIND, Purpose.PAYMENT_STARTED, Purpose.REMIND,
    ]  # fmt: skip


@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.SHADOW])
def test_that_a_payment_came_back_is_told_once(open_firm: Opens, ledger: str, mode: Mode) -> None:
    """What shadow notes stands on what it noted."""
    post = open_post(open_firm, ledger)
    firm = post.firm
    firm.switch(remind=mode)
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "120.00", late_days=1)
    firm.books.pay_by_hand(customer, invoice, Decimal(120), firm.today)
    firm.pass_nights(2)
    remove(firm)
    firm.pass_days(40)
    said = purposes(firm, customer)
    assert said == [Purpose.RETURNED, *[Purpose.REMIND] * (len(said) - 1)]
    assert len(said) > 2
