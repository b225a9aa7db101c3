"""A message that did not arrive is none: not before a formal step, and not in what is said."""

from __future__ import annotations

from typing import Any

import pytest

from connector.account import accounts
from connector.decided.approvals import Approval
from connector.phone import conversation
from connector.recipients import reachable
from connector.recipients.contacts import Contact, Role
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from tests.connector.collecting.reading import Opens, steps
from tests.connector.firm import Firm
from tests.connector.post import Post, open_post
from tests.connector.telephony import PHONE, SETTINGS, Telephony, equip, open_telephony, ringing

ASH = "pay@ash.example"
FRIENDLY: dict[str, Any] = {"name": "friendly", "offset_days": 3, "tone": "friendly"}
DIRECT: dict[str, Any] = {"name": "direct", "offset_days": 10, "tone": "direct"}
FINAL: dict[str, Any] = {"name": "final", "offset_days": 17, "tone": "final"}
HOLD: dict[str, Any] = {"name": "hold", "offset_days": 24, "tone": "final", "do": "credit hold"}
WROTE = ("We last wrote to you", "although we wrote to you", "We have written to you")


def returned(open_firm: Opens, *more_steps: dict[str, Any]) -> tuple[Post, str]:
    """Ash's only address sends the first message back for good; (the post, Ash)."""
    post = open_post(open_firm, "quickbooks", steps=[FRIENDLY, DIRECT, FINAL, *more_steps])
    firm = post.firm
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(minutes=20)
    (mail,) = firm.mails()
    post.receive("postfix_hard", mail, ann=ASH)
    return post, customer


def name_another(firm: Firm, customer: str) -> None:
    with firm.deps.writing() as tx:
        reachable.add(
            tx, firm.connection_id, Contact(customer, Role.DUNNING, "Bo", "bo@ash.example"), why="",
            by="ann", at=firm.deps.now(),
        )  # fmt: skip
    firm.settle()


def arrived(firm: Firm) -> list[tuple[str, str]]:
    """(step, words) of the mails to addresses that take them."""
    told = zip(steps(firm), firm.mails(), strict=True)
    return [
        (step, " ".join(mail["text"].split()))
        for (step, _), mail in told
        if mail["recipients"] != [ASH]
    ]  # fmt: skip


def asked(firm: Firm, about: str) -> list[Approval]:
    return [one for one in firm.asked() if about in one.summary]


@pytest.mark.parametrize(("days", "step"), [(0, "friendly"), (8, "direct"), (15, "final")])
def test_the_first_mail_that_arrives_is_the_first(open_firm: Opens, days: int, step: str) -> None:
    post, customer = returned(open_firm)
    firm = post.firm
    assert asked(firm, f"{ASH} does not take mail")
    firm.pass_days(days)
    name_another(firm, customer)
    firm.pass_days(6)
    first_step, words = arrived(firm)[0]
    assert first_step == step
    assert not any(said in words for said in WROTE)
    assert "final" not in words.lower()
    assert "March 2," not in words


def test_after_one_that_arrived_the_steps_go_on_as_ever(open_firm: Opens) -> None:
    post, customer = returned(open_firm)
    name_another(post.firm, customer)
    post.firm.pass_days(25)
    (_, first), (_, direct), (_, final) = arrived(post.firm)
    assert "We last wrote to you" in direct
    assert "although we wrote to you" in final
    assert not any(said in first for said in WROTE)
    assert [step for step, _ in arrived(post.firm)] == ["friendly", "direct", "final"]


def test_the_step_goes_by_the_next_channel(open_firm: Opens) -> None:
    steps_ = [FRIENDLY | {"channels": ["email", "text"]}, DIRECT, FINAL]
    firm = open_firm("quickbooks", dunning={"steps": steps_}, modes={"remind": Mode.AUTOPILOT},
                     **SETTINGS)  # fmt: skip
    phone = equip(firm)
    customer = firm.books.customer("Ash")
    phone.agree(customer, Channel.TEXT)
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(minutes=20)
    (mail,) = firm.mails()
    Post(firm, None).receive("postfix_hard", mail, ann=ASH)  # type: ignore[arg-type]
    firm.pass_days(6)
    assert len(phone.texts()) == 1


def test_before_a_formal_step_a_message_must_have_arrived(open_firm: Opens) -> None:
    """All messages were tried and came back; then somebody names an address that works."""
    post, customer = returned(open_firm, HOLD)
    firm = post.firm
    firm.pass_days(25)
    assert asked(
        firm, "a credit hold is a person's decision; nothing that was sent about INV-1 has"
    )
    name_another(firm, customer)
    firm.pass_days(1)
    assert [step for step, _ in arrived(firm)] == ["final"]
    assert not asked(firm, "credit hold")
    firm.pass_days(8)
    assert asked(firm, "a credit hold is a person's decision")


def test_one_of_two_addresses_that_took_it_is_enough(open_firm: Opens) -> None:
    post = open_post(open_firm, "quickbooks", steps=[FRIENDLY, DIRECT, FINAL])
    firm = post.firm
    customer = firm.books.customer("Ash")
    with firm.deps.writing() as tx:
        for name in ("bo", "cy"):
            one = Contact(customer, Role.DUNNING, name, f"{name}@ash.example")
            reachable.add(tx, firm.connection_id, one, why="", by="ann", at=firm.deps.now())
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(minutes=20)
    (mail,) = firm.mails()
    assert sorted(mail["recipients"]) == ["bo@ash.example", "cy@ash.example"]
    post.receive("postfix_hard", mail, ann="bo@ash.example")
    firm.pass_days(7)
    assert [step for step, _ in steps(firm)] == ["friendly", "direct"]
    assert "We last wrote to you about this invoice on March 2" in " ".join(
        firm.mails()[-1]["text"].split()
    )


@pytest.mark.parametrize("status", ["undelivered", "failed"])
def test_a_text_that_did_not_arrive_is_not_spoken_of(open_firm: Opens, status: str) -> None:
    firm = open_firm(
        "quickbooks", modes={"remind": Mode.AUTOPILOT}, **SETTINGS,
        dunning={"steps": [FRIENDLY | {"channels": ["text"]}, FINAL]},
    )  # fmt: skip
    phone = equip(firm)
    phone.exchange.person(PHONE, texts=status)
    customer = firm.books.customer("Ash")
    phone.agree(customer, Channel.TEXT)
    firm.owe(customer, "INV-7", "123.45", late_days=4)
    firm.pass_time(hours=2)
    phone.exchange.pump()
    firm.settle()
    assert asked(firm, "the text message did not arrive")
    firm.pass_days(20)
    assert len(phone.texts()) == 1, "the same number is not tried again for the same step"
    ((step, words),) = arrived_at_any(firm)
    assert step == "final"
    assert not any(said in words for said in WROTE)


def arrived_at_any(firm: Firm) -> list[tuple[str, str]]:
    told = zip(steps(firm), firm.mails(), strict=True)
    return [(step, " ".join(mail["text"].split())) for (step, _), mail in told]


@pytest.mark.parametrize(("status", "is_heard"), [("no-answer", False), ("busy", False),
                                                  ("completed", True)])  # fmt: skip
def test_a_call_that_nobody_answered_did_not_reach_the_customer(
    open_firm: Opens, status: str, is_heard: bool
) -> None:
    phone = open_telephony(open_firm)
    call = ringing(phone)
    token = phone.contact().token
    conversation.end(phone.firm.deps, token, {"CallSid": call, "CallStatus": status})
    assert reached(phone) is is_heard


def reached(phone: Telephony) -> bool:
    firm = phone.firm
    with firm.deps.reading() as tx:
        customer = phone.contact().customer_id
        found = accounts.accounts_of(tx, firm.connection, [customer], firm.deps.now())
    (account,) = found[customer]
    (message,) = account.sent
    return message.went_out
