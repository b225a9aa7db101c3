"""A letter that a person put into other words goes out so, or comes back with the reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.answering import answers
from connector.answering.answers import CannotAnswer, CannotBeSaid
from connector.decided import approvals, edits
from connector.decided.approvals import Approval
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from connector.wording import drafting
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from tests.connector.collecting.reading import Opens
from tests.connector.commitments.test_disputing import dispute
from tests.connector.firm import Firm
from tests.simulation import universe as one

pytestmark = pytest.mark.either_ledger

COPILOT = {"remind": Mode.COPILOT}


def drafted(firm: Firm, approval: Approval) -> Wording:
    with firm.deps.reading() as tx:
        return editing.wording(drafting.draft_of(tx, firm.connection, approval, firm.deps.now()))


def waiting(firm: Firm, *, late_days: int = 4) -> Approval:
    """Ash owes 100.00, and the letter about it waits for a person."""
    firm.owe(firm.books.customer("Ash"), "INV-1", "100.00", late_days=late_days)
    firm.pass_time(hours=2)
    (asked,) = firm.asked()
    return asked


def other(words: Wording) -> Wording:
    """The same figures with a sentence before them."""
    return Wording(words.subject, words.text.replace("\n\n", "\n\nMia, a word in person. ", 1))


def approve(firm: Firm, approval: Approval, wanted: Wording) -> None:
    answers.approve(firm.deps, approval.id, 0, "ann", wanted=wanted)


@pytest.fixture
def copilot(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=COPILOT)


@pytest.fixture
def one_copilot(open_firm: Opens) -> Firm:
    return open_firm("quickbooks", modes=COPILOT)


def test_the_words_of_a_person_go_out_in_both_parts_and_the_change_is_kept(copilot: Firm) -> None:
    asked = waiting(copilot)
    words = drafted(copilot, asked)
    approve(copilot, asked, other(words))
    copilot.settle()
    (mail,) = copilot.mails()
    for part in ("text", "html"):
        told = " ".join(mail[part].split())
        assert "Mia, a word in person." in told
        assert "100.00" in told
        assert "INV-1" in told
        assert editing.TABLE not in told
    with copilot.deps.reading() as tx:
        kept = edits.of_decision(tx, copilot.connection_id, asked.decision_id)
    assert kept is not None
    assert (kept.by, kept.at) == ("ann", copilot.deps.now())
    assert "Mia, a word in person." in kept.difference
    (entry,) = copilot.log("remind.edited")
    assert (entry.actor, entry.decision_id) == ("ann", asked.decision_id)
    assert entry.what["difference"] == kept.difference


def test_the_letters_own_words_are_no_edit(one_copilot: Firm) -> None:
    asked = waiting(one_copilot)
    approve(one_copilot, asked, drafted(one_copilot, asked))
    one_copilot.settle()
    assert len(one_copilot.mails()) == 1
    assert one_copilot.log("remind.edited") == []


def test_words_that_may_not_go_out_change_nothing(one_copilot: Firm) -> None:
    asked = waiting(one_copilot)
    words = drafted(one_copilot, asked)
    lower = Wording(words.subject, words.text.replace("100.00", "60.00"))
    with pytest.raises(CannotBeSaid) as refused:
        approve(one_copilot, asked, lower)
    assert any("60.00" in why for why in refused.value.objections)
    one_copilot.settle()
    assert (one_copilot.mails(), one_copilot.intents()) == ([], [])
    assert [it.id for it in one_copilot.asked()] == [asked.id]
    assert one_copilot.log("remind.edited") == []


def test_what_is_no_message_is_not_edited(open_firm: Opens) -> None:
    call = {"name": "call", "offset_days": 3, "tone": "friendly", "do": "call"}
    firm = open_firm("quickbooks", modes=COPILOT, dunning={"steps": [call]})
    asked = waiting(firm)
    with pytest.raises(CannotAnswer, match="it is about no message in words"):
        approve(firm, asked, Wording("a", "b"))
    assert [it.id for it in firm.asked()] == [asked.id]


def approved_but_not_sent(firm: Firm, *, late_days: int = 4) -> tuple[Approval, str, str]:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "100.00", late_days=late_days)
    firm.pass_time(hours=2)
    (asked,) = firm.asked()
    approve(firm, asked, other(drafted(firm, asked)))
    firm.universe.rung.clear()
    return asked, customer, invoice


def test_with_another_amount_the_words_come_back_with_the_reason(copilot: Firm) -> None:
    asked, customer, invoice = approved_but_not_sent(copilot, late_days=10)
    copilot.books.pay_by_hand(customer, invoice, Decimal(30), copilot.today)
    copilot.world.clock.advance(timedelta(seconds=61))
    jobs.RUN["deliver"](copilot.deps, copilot.connection_id)
    copilot.settle()
    copilot.pass_time(hours=1)
    assert copilot.mails() == []
    (again,) = copilot.asked()
    assert again.id != asked.id
    assert "70.00" in again.summary
    with copilot.deps.reading() as tx:
        message = drafting.message_of(again)
        assert message is not None
        back = edits.returned(tx, copilot.connection_id, again.subject, message)
    assert back is not None
    assert "100.00 was decided on" in back.reason
    assert "70.00 is due" in back.reason
    with pytest.raises(CannotBeSaid):
        approve(copilot, again, back.edit.edited)
    approve(copilot, again, other(drafted(copilot, again)))
    copilot.settle()
    (mail,) = copilot.mails()
    assert "Mia, a word in person." in mail["text"]
    assert "70.00" in mail["text"]
    assert "$100.00 is open" not in mail["text"]


def test_words_about_a_due_date_that_moved_by_a_day_come_back(one_copilot: Firm) -> None:
    _, _, invoice = approved_but_not_sent(one_copilot)
    later = one_copilot.today - timedelta(days=3)
    one_copilot.hand.update("Invoice", {"Id": invoice, "DueDate": later.isoformat()})
    one_copilot.world.clock.advance(timedelta(seconds=61))
    jobs.RUN["deliver"](one_copilot.deps, one_copilot.connection_id)
    one_copilot.settle()
    assert one_copilot.mails() == []
    (told,) = one_copilot.log("send_reminder.not sent")
    assert "the letter changed since ann edited it" in told.what["reason"]
    (intent,) = one_copilot.intents()
    assert intent.state is Step.REFUSED
    (again,) = one_copilot.asked()
    assert again.decision_id != intent.decision_id


def test_words_that_came_back_wait_for_a_person_on_autopilot_too(one_copilot: Firm) -> None:
    _, customer, invoice = approved_but_not_sent(one_copilot)
    one_copilot.switch(remind=Mode.AUTOPILOT)
    one_copilot.books.pay_by_hand(customer, invoice, Decimal(30), one_copilot.today)
    one_copilot.pass_time(hours=1)
    one_copilot.pass_time(hours=1)
    assert one_copilot.mails() == []
    assert "70.00" in one_copilot.asked()[0].summary


def test_words_that_came_back_matter_no_more_once_the_message_went_out(one_copilot: Firm) -> None:
    _, customer, invoice = approved_but_not_sent(one_copilot)
    one_copilot.books.pay_by_hand(customer, invoice, Decimal(30), one_copilot.today)
    one_copilot.pass_time(hours=1)
    one_copilot.approve()
    assert len(one_copilot.mails()) == 1
    one_copilot.switch(remind=Mode.AUTOPILOT)
    one_copilot.owe(customer, "INV-2", late_days=-2)
    one_copilot.pass_days(8)
    assert len(one_copilot.mails()) > 1
    assert one_copilot.asked() == []


def test_a_policy_in_other_words_sends_the_edited_letter_back(one_copilot: Firm) -> None:
    approved_but_not_sent(one_copilot)
    one.save_policy(one_copilot.universe, "quickbooks", locale="en_GB")
    one_copilot.pass_time(seconds=70)
    one_copilot.settle()
    assert one_copilot.mails() == []
    assert len(one_copilot.asked()) == 1


def test_only_one_of_two_people_edits_and_sends(one_copilot: Firm) -> None:
    asked = waiting(one_copilot)
    words = drafted(one_copilot, asked)
    approve(one_copilot, asked, other(words))
    with pytest.raises(CannotAnswer, match="already approved"):
        answers.approve(one_copilot.deps, asked.id, 0, "bob", wanted=words)
    one_copilot.settle()
    assert len(one_copilot.mails()) == 1
    with one_copilot.deps.reading() as tx:
        found = approvals.find(tx, asked.id)
    assert found is not None
    assert found.by == "ann"


def approved_in_the_evening(open_firm: Opens, ledger: str) -> tuple[Firm, str, str]:
    """What Ash owes and was reminded of: the next letter is approved after hours, so that it goes
    out on the day after."""
    steps = [
        {"name": "friendly", "offset_days": 3, "tone": "friendly"},
        {"name": "direct", "offset_days": 10, "tone": "direct"},
    ]
    firm = open_firm(ledger, modes=COPILOT, dunning={"steps": steps})
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(hours=2)
    firm.approve()
    firm.pass_days(8)
    firm.pass_time(hours=10)
    (asked,) = firm.asked()
    words = drafted(firm, asked)
    assert "12 days overdue" in words.text
    approve(firm, asked, other(words))
    firm.settle()
    assert len(firm.mails()) == 1
    return firm, customer, invoice


def test_words_approved_in_the_evening_go_out_with_the_count_of_the_next_day(
    open_firm: Opens, ledger: str
) -> None:
    firm, *_ = approved_in_the_evening(open_firm, ledger)
    firm.pass_time(hours=13)
    _, mail = firm.mails()
    for part in ("text", "html"):
        told = " ".join(mail[part].split())
        assert "Mia, a word in person." in told
        assert "13 days overdue" in told
        assert "12 days overdue" not in told
    (sent,) = firm.log("letter.recounted")
    assert "13 days overdue" in sent.what["difference"]
    (edited,) = firm.log("remind.edited")
    assert sent.decision_id == edited.decision_id
    assert "12 days overdue" in edited.what["difference"]


def test_forty_days_of_evenings_send_every_step_once(open_firm: Opens) -> None:
    steps = [
        {"name": "friendly", "offset_days": 3, "tone": "friendly"},
        {"name": "direct", "offset_days": 10, "tone": "direct"},
        {"name": "final", "offset_days": 17, "tone": "final"},
    ]
    firm = open_firm("quickbooks", modes=COPILOT, dunning={"steps": steps})
    firm.owe(firm.books.customer("Ash"), "INV-1", "100.00", late_days=4)
    firm.sweep()
    firm.settle()
    for _ in range(40):
        firm.pass_time(hours=12)
        for asked in firm.asked():
            if asked.options:
                approve(firm, asked, other(drafted(firm, asked)))
                firm.settle()
        firm.pass_time(hours=12)
    assert [one.state for one in firm.intents()] == [Step.CONFIRMED] * 3
    assert ["Mia, a word" in " ".join(mail["text"].split()) for mail in firm.mails()] == [True] * 3


def test_what_a_formal_letter_no_longer_says_is_told_once(open_firm: Opens) -> None:
    """A person ordered it after hours, and the policy speaks otherwise by the morning."""
    rules = {"steps": [{"name": "final", "offset_days": 17, "tone": "final"}]}
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning=rules)
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00", late_days=16)
    firm.sweep()
    dispute(firm, invoice, "10.00")
    firm.pass_days(1)
    firm.pass_time(hours=12)
    (asked,) = (it for it in firm.asked() if it.subject.startswith("formal:"))
    approve(firm, asked, other(drafted(firm, asked)))
    firm.settle()
    assert firm.mails() == []
    one.save_policy(firm.universe, "quickbooks", **rules, locale="en_GB")
    firm.pass_time(hours=13)
    firm.pass_days(1)
    assert firm.mails() == []
    told = [it.summary for it in firm.asked() if it.subject.startswith("order:")]
    assert len(told) == 1
    assert "ordered by ann, was not sent: the letter changed since ann edited it" in told[0]
