"""What became of the last messages chooses the next one's purpose and channel."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dunning.customer.channels import Channel
from dunning.customer.persons import Contact
from dunning.customer.purpose import Purpose
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.letter.letters import Letterhead, compose
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import STEPS, Tone
from tests.dunning.accounts import account, at, invoice, message

POLICY = DunningPolicy(
    steps=tuple(step.model_copy(update={"channels": (Channel.EMAIL, Channel.TEXT)})
                for step in STEPS)
)  # fmt: skip
SENT = (message("upcoming", "2026-02-25", "INV-1"), message("friendly", "2026-03-05", "INV-1"))
Signs = tuple[int | None, int | None]


def after(*signs: Signs, policy: DunningPolicy = POLICY, **changes: object) -> Send:
    """The decision on the day of the third message, after two of which this is known."""
    sent = tuple(
        replace(it, opened=opened, clicked=clicked)
        for it, (opened, clicked) in zip(SENT, signs, strict=True)
    )
    decision = next_step(account(invoice(), sent=sent, **changes), policy, at("2026-03-10"))
    assert isinstance(decision, Send)
    return decision


@pytest.mark.parametrize(("_case", "first", "second", "channel"), [
    ("neither was opened", (0, None), (0, None), Channel.TEXT),
    ("the first was", (1, None), (0, None), Channel.EMAIL),
    ("the second was", (0, None), (2, None), Channel.EMAIL),
    ("a link in one was followed", (0, 0), (0, 1), Channel.EMAIL),
    ("of one it is not known", (None, None), (0, None), Channel.EMAIL),
    ("of neither it is known", (None, None), (None, None), Channel.EMAIL),
])  # fmt: skip
def test_two_messages_that_nobody_opened_are_followed_by_another_way(
    _case: str, first: Signs, second: Signs, channel: Channel
) -> None:
    decision = after(first, second, text_to="+12125550100")
    assert decision.channel is channel
    told = "the last 2 messages by mail were not opened (opens are unreliable)"
    assert (told in decision.reasons) is (channel is Channel.TEXT)


def test_where_nothing_else_reaches_the_customer_the_mail_goes_and_says_so() -> None:
    decision = after((0, 0), (0, 0))
    assert decision.channel is Channel.EMAIL
    assert "the last 2 messages by mail were not opened (opens are unreliable)" in decision.reasons


def test_a_client_that_does_not_trust_opens_asks_nobody() -> None:
    policy = POLICY.model_copy(update={"unread_after_messages": 0, "unclear_after_opens": 0})
    decision = after((0, 0), (0, 0), policy=policy)
    assert not any("not opened" in reason for reason in decision.reasons)
    decision = after((0, 0), (9, 0), policy=policy)
    assert decision.manner.purpose is Purpose.REMIND


@pytest.mark.parametrize(("opens", "purpose"), [
    (2, Purpose.REMIND), (3, Purpose.UNCLEAR), (7, Purpose.UNCLEAR),
])  # fmt: skip
def test_three_opens_without_an_answer_ask_whether_something_is_unclear(
    opens: int, purpose: Purpose
) -> None:
    decision = after((0, None), (opens, None))
    assert decision.manner.purpose is purpose
    if purpose is Purpose.UNCLEAR:
        assert decision.tone is Tone.REMINDER
        assert any("unreliable" in reason for reason in decision.reasons)


def test_a_payment_that_was_begun_after_the_last_message_is_asked_about() -> None:
    page = {"payment_started_for": "id:INV-1"}
    asked = after((1, 1), (1, 1), payment_started_at=at("2026-03-06"), **page)
    assert asked.manner.purpose is Purpose.PAYMENT_STARTED
    assert asked.manner.page == "id:INV-1"
    long_ago = after((1, 1), (1, 1), payment_started_at=at("2026-02-26"), **page)
    assert long_ago.manner.purpose is Purpose.REMIND


def test_the_letter_names_only_the_invoices_that_it_was_not_said_of_before() -> None:
    told = replace(SENT[1], purpose=Purpose.RETURNED)
    both = account(invoice(reopened=True), invoice("INV-2", reopened=True), sent=(SENT[0], told))
    step = next_step(both, POLICY, at("2026-03-12"))
    assert isinstance(step, Send)
    assert (step.manner.purpose, step.manner.returned) == (Purpose.RETURNED, ("id:INV-2",))
    letter = compose(both, step, POLICY, Letterhead("Cedar LLC"), {})
    assert letter.subject == "Invoice INV-2 is open again - Cedar LLC"


OTHERS = ("billing@maple.example", "owner@maple.example")
MAILS = (
    *SENT,
    replace(message("reminder", "2026-03-10", "INV-1"), to=OTHERS[:1]),
    replace(message("direct", "2026-03-16", "INV-1"), to=OTHERS[1:]),
)


@pytest.mark.parametrize(("opened", "to"), [
    ((0, 0), OTHERS[:1]),
    ((0, 0, 0), OTHERS[1:]),
    ((0, 0, 0, 0), ()),
    ((0,), ()),
    ((0, 0, 1), ()),
    ((1, 0, 0), OTHERS[1:]),
    ((None, 0), ()),
])  # fmt: skip
def test_where_nothing_is_read_and_no_other_way_is_left_each_contact_is_tried_once(
    opened: tuple[int | None, ...], to: tuple[str, ...]
) -> None:
    sent = tuple(replace(it, opened=count) for it, count in zip(MAILS, opened, strict=False))
    who = account(invoice(), sent=sent, other_emails=OTHERS)
    wanted = POLICY.model_copy(update={"try_other_contacts": True})
    assert next_step(who, POLICY, at("2026-03-23")).to == (), "nobody wants it"
    decision = next_step(who, wanted, at("2026-03-23"))
    assert isinstance(decision, Send)
    assert (decision.channel, decision.to) == (Channel.EMAIL, to)
    told = f"another contact is tried: {', '.join(to)}"
    assert (told in decision.reasons) is bool(to)


WANTED = POLICY.model_copy(update={"try_other_contacts": True})


def tried_next(*others: str, written_to: tuple[str, ...], **changes: object) -> tuple[str, ...]:
    """After two mails to the usual contact and one to each of these, none of them opened."""
    later = (
        replace(message("reminder", f"2026-03-{10 + day}", "INV-1"), to=(address,), opened=0)
        for day, address in enumerate(written_to)
    )
    sent = (*(replace(it, opened=0) for it in SENT), *later)
    who = account(invoice(), sent=sent, other_emails=others, **changes)
    decision = next_step(who, WANTED, at("2026-03-23"))
    assert isinstance(decision, Send)
    return decision.to


A, B, C = "a@maple.example", "b@maple.example", "c@maple.example"


@pytest.mark.parametrize(("others", "written_to", "to"), [
    ((A, B), (A,), (B,)),
    ((B,), (A,), (B,)),
    ((C, A, B), (A,), (C,)),
    ((B, A), (A,), (B,)),
    ((A,), (A,), ()),
    (("A@Maple.example",), (A,), ()),
    ((A, B, C), (A, C), (B,)),
])  # fmt: skip
def test_each_contact_is_tried_once_whatever_becomes_of_the_list(
    others: tuple[str, ...], written_to: tuple[str, ...], to: tuple[str, ...]
) -> None:
    assert tried_next(*others, written_to=written_to) == to


def test_whose_budget_is_spent_is_not_written_to_as_another_contact() -> None:
    full = tuple(Contact(Channel.EMAIL, at(f"2026-03-{day}")) for day in (19, 20, 21))
    assert tried_next(A, B, written_to=(), other_contacts=(full[:2], ())) == (A,)
    assert tried_next(A, B, written_to=(), other_contacts=(full, ())) == (B,)
    assert tried_next(A, written_to=(), other_contacts=(full,)) == ()


def test_another_way_comes_before_another_contact() -> None:
    decision = after((0, 0), (0, 0), text_to="+12125550100", other_emails=OTHERS)
    assert (decision.channel, decision.to) == (Channel.TEXT, ())


def test_who_does_not_trust_opens_writes_to_the_usual_contact() -> None:
    policy = POLICY.model_copy(update={"unread_after_messages": 0, "try_other_contacts": True})
    assert after((0, 0), (0, 0), policy=policy, other_emails=OTHERS).to == ()
