"""What became of messages decides what comes next: asking, another way, or a person."""

from __future__ import annotations

import pytest

from connector.answering import answers, envelopes
from connector.correspondence.messages import Sent
from connector.correspondence.tracking import Kind
from connector.decided import decisions
from connector.recipients import contacts, outreach, reachable
from connector.recipients.contacts import Contact, Role
from connector.rules.modes import Mode
from dunning.customer import persons
from dunning.customer.channels import Channel
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.post import PUBLIC, TRACKED, Post, open_post, pay_link, pixel
from tests.simulation.universe import save_policy

pytestmark = pytest.mark.either_ledger

APPLE = "Mozilla/5.0"


@pytest.fixture
def post(open_firm: Opens, ledger: str) -> Post:
    return open_post(open_firm, ledger, **TRACKED)


def remind(firm: Firm, customer: str = "", *, late_days: int = 1) -> str:
    """The customer who is written to."""
    customer = customer or firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "120.00", late_days=late_days)
    firm.pass_days(3)
    return customer


def purpose(firm: Firm, message: Sent) -> str:
    with firm.deps.reading() as tx:
        decision = decisions.find(tx, message.decision_id)
    assert decision is not None
    return str(decision.outcome["manner"]["purpose"])


def test_three_opens_without_an_answer_ask_whether_something_is_unclear(post: Post) -> None:
    firm = post.firm
    remind(firm)
    (first,) = firm.mails()
    post.look(first, times=3)
    firm.pass_days(12)
    assert purpose(firm, post.sent()[0]) == "remind"
    assert purpose(firm, post.sent()[1]) == "ask whether something is unclear"
    assert "Perhaps something about it is" in firm.mails()[1]["text"]


def test_what_a_machine_fetches_and_reloads_are_no_sign(post: Post) -> None:
    firm = post.firm
    remind(firm)
    (first,) = firm.mails()
    for _ in range(3):
        post.look(first, agent=APPLE)
        post.get(pixel(first), method="HEAD")
    for _ in range(20):
        post.get(pixel(first))
    firm.pass_days(12)
    assert purpose(firm, post.sent()[1]) == "remind"
    people = [event for event in post.became(first).events if not event.by_machine]
    assert [event.words for event in people] == ["opened (unreliable)"]


def test_after_two_mails_that_nobody_opened_a_person_is_told(post: Post) -> None:
    firm = post.firm
    remind(firm)
    firm.pass_days(13)
    assert len(firm.mails()) == 3, "an unreliable sign holds nothing back"
    (asked,) = firm.asked()
    assert "Ash: the last 2 messages by mail were not opened (opens are unrel" in asked.summary
    post.look(firm.mails()[-1])
    firm.pass_days(12)
    assert len(firm.mails()) == 4
    assert not any("not opened" in it.summary for it in firm.asked()), "one was opened since"


def test_the_owner_is_written_to_before_a_person_is_told(open_firm: Opens, ledger: str) -> None:
    post = open_post(open_firm, ledger, **TRACKED, try_other_contacts=True)
    firm = post.firm
    customer = firm.books.customer("Ash")
    with firm.deps.writing() as tx:
        owner = Contact(customer, Role.OWNER, email="owner@ash.example")
        contacts.add(tx, firm.connection_id, owner, by="ann", at=firm.deps.now())
    remind(firm, customer)
    firm.pass_days(13)
    told = [mail["recipients"] for mail in firm.mails()]
    assert told == [["pay@ash.example"], ["pay@ash.example"], ["owner@ash.example"]]
    assert firm.asked() == []
    with firm.deps.reading() as tx:
        decision = decisions.find(tx, post.sent()[2].decision_id)
    assert decision is not None
    assert "another contact is tried: owner@ash.example" in decision.outcome["reasons"]
    firm.pass_days(8)
    assert firm.mails()[3]["recipients"] == ["pay@ash.example"]
    assert any("were not opened" in it.summary for it in firm.asked())


OWNED = "owner@ash.example"


def asked_for_the_owner(open_firm: Opens, ledger: str) -> tuple[Firm, str, int]:
    """In copilot, after two mails that nobody read: the firm, the customer, and the id of its owner
    among the contacts."""
    post = open_post(open_firm, ledger, **TRACKED, try_other_contacts=True)
    firm = post.firm
    customer = firm.books.customer("Ash")
    with firm.deps.writing() as tx:
        owner = Contact(customer, Role.OWNER, email=OWNED)
        id_ = contacts.add(tx, firm.connection_id, owner, by="ann", at=firm.deps.now())
    remind(firm, customer)
    firm.pass_days(5)
    assert len(firm.mails()) == 2
    firm.switch(remind=Mode.COPILOT)
    firm.pass_days(8)
    return firm, customer, id_


def test_who_approves_sees_that_it_goes_to_another_contact(open_firm: Opens, ledger: str) -> None:
    firm, _, _ = asked_for_the_owner(open_firm, ledger)
    (asked,) = firm.asked()
    assert asked.options[0]["text"].endswith(f"message to another contact: {OWNED}")
    with firm.deps.reading() as tx:
        envelope = envelopes.of(tx, firm.deps.config, firm.connection, asked, firm.deps.now())
    assert envelope is not None
    assert (envelope.by, envelope.to, envelope.copies) == ("e-mail", OWNED, envelopes.NOBODY)
    firm.approve()
    assert firm.mails()[-1]["recipients"] == [OWNED]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mail_to_a_contact_that_is_gone_goes_to_nobody_else_unasked(
    open_firm: Opens, when: str
) -> None:
    """Before anybody approved it, it is asked anew; after that, too."""
    firm, customer, id_ = asked_for_the_owner(open_firm, "quickbooks")
    if when == "after":
        (asked,) = firm.asked()
        answers.approve(firm.deps, asked.id, 0, "ann")
    with firm.deps.writing() as tx:
        gone = Contact(customer, Role.OWNER, email=OWNED, id=id_)
        reachable.drop(tx, firm.connection_id, gone, by="ann", at=firm.deps.now())
    firm.settle()
    assert len(firm.mails()) == 2
    (asked,) = firm.asked()
    assert asked.options[0]["text"].endswith(" message")
    firm.approve()
    assert firm.mails()[-1]["recipients"] == ["pay@ash.example"]


def test_another_contact_is_not_written_to_more_often_than_one_person_may_be(
    open_firm: Opens,
) -> None:
    """Who is the owner of one customer was written to for another, as often as anybody is."""
    post = open_post(open_firm, "quickbooks", **TRACKED, try_other_contacts=True)
    firm = post.firm
    customer = firm.books.customer("Ash")
    with firm.deps.writing() as tx:
        owner = Contact(customer, Role.OWNER, email=OWNED)
        contacts.add(tx, firm.connection_id, owner, by="ann", at=firm.deps.now())
    remind(firm, customer)
    firm.pass_days(8)
    with firm.deps.writing() as tx:
        for _ in range(3):
            met = persons.Contact(Channel.EMAIL, firm.deps.now(), ("another",))
            outreach.keep(tx, firm.connection_id, [OWNED], met, customer_id="another")
    firm.pass_days(18)
    told = [it.recipients for it in post.sent()]
    assert told == [["pay@ash.example"]] * 3 + [[OWNED]]


def test_a_link_that_was_followed_shows_that_a_mail_was_read(open_firm: Opens) -> None:
    post = open_post(open_firm, "xero", **TRACKED)
    remind(post.firm)
    post.pay(post.firm.mails()[0])
    post.firm.pass_days(13)
    assert len(post.firm.mails()) == 3
    assert post.firm.asked() == []


def test_a_payment_that_was_begun_and_not_ended_is_asked_about(open_firm: Opens) -> None:
    post = open_post(open_firm, "xero", **TRACKED)
    firm = post.firm
    remind(firm)
    (first,) = firm.mails()
    answer = post.pay(first)
    assert answer.status_code == 302
    assert "Set-Cookie" not in answer.headers
    assert PUBLIC not in answer.headers["Location"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    firm.pass_days(12)
    assert purpose(firm, post.sent()[1]) == "ask whether paying failed"
    assert [event.kind for event in post.became(first).events] == [Kind.CLICK]


def test_money_that_came_since_ends_the_question_about_paying(open_firm: Opens) -> None:
    post = open_post(open_firm, "xero", **TRACKED)
    firm = post.firm
    customer = remind(firm)
    post.pay(firm.mails()[0])
    firm.pass_nights(1)
    firm.pay(customer, "20.00", "on account")
    firm.pass_nights(12)
    assert purpose(firm, post.sent()[1]) == "remind"


def test_where_tracking_is_off_nothing_is_rewritten_and_nothing_is_known(
    open_firm: Opens,
) -> None:
    post = open_post(open_firm, "xero")
    remind(post.firm)
    (mail,) = post.firm.mails()
    assert pay_link(mail)
    assert PUBLIC not in mail["text"] + mail["html"]
    assert post.became(mail).not_tracked == ("opens", "clicks on pay links")
    post.firm.pass_days(12)
    with post.firm.deps.reading() as tx:
        decision = decisions.find(tx, post.sent()[1].decision_id)
    assert decision is not None
    sent = decision.inputs["account"]["sent"]
    assert [(it["opened"], it["clicked"]) for it in sent] == [(None, None)]


def test_one_customer_can_be_left_out_of_tracking(open_firm: Opens) -> None:
    post = open_post(open_firm, "quickbooks", **TRACKED)
    ash, birch = (post.firm.books.customer(name) for name in ("Ash", "Birch"))
    left_out = {ash: {"track_opens": False, "track_clicks": False}}
    save_policy(post.firm.universe, "quickbooks", customers=left_out, **TRACKED)
    for number, customer in enumerate((ash, birch)):
        post.firm.owe(customer, f"INV-{number}", late_days=1)
    post.firm.pass_days(3)
    told = {mail["recipients"][0]: ".gif" in mail["html"] for mail in post.firm.mails()}
    assert told == {"pay@ash.example": False, "pay@birch.example": True}
