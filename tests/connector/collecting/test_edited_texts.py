"""A text message that waits for a person: read, put into other words, sent so, on both ledgers."""

from __future__ import annotations

import pytest

from connector.answering import answers
from connector.answering.answers import CannotBeSaid
from connector.decided import edits
from connector.decided.approvals import Approval
from connector.rules.modes import Mode
from dunning.customer.channels import Channel
from dunning.own_words.editing import Wording
from tests.connector.collecting.reading import Opens
from tests.connector.collecting.test_edited import drafted
from tests.connector.firm import Firm
from tests.connector.telephony import SETTINGS, Telephony, equip, pay

pytestmark = pytest.mark.either_ledger

STEP = {"name": "friendly", "offset_days": 3, "tone": "friendly", "channels": ["text"]}
WAY_OUT = "Reply STOP to opt out."


@pytest.fixture
def phone(open_firm: Opens, ledger: str) -> Telephony:
    """A reminder by text waits for a person."""
    made = equip(
        open_firm(ledger, dunning={"steps": [STEP]}, modes={"remind": Mode.COPILOT}, **SETTINGS),
        text=Mode.COPILOT,
    )
    customer = made.firm.books.customer("Ash")
    made.agree(customer, Channel.TEXT)
    made.firm.owe(customer, "INV-7", "123.45", late_days=4)
    made.firm.pass_time(hours=2)
    return made


def question(firm: Firm) -> Approval:
    (asked,) = firm.asked()
    return asked


def approve(firm: Firm, wanted: Wording | None) -> None:
    answers.approve(firm.deps, question(firm).id, 0, "ann", wanted=wanted)
    firm.settle()


def in_other_words(words: Wording) -> Wording:
    return Wording("", words.text.replace("Please pay", "Hi, it is Ann. Please pay"))


def test_it_is_read_as_it_would_be_sent(phone: Telephony) -> None:
    words = drafted(phone.firm, question(phone.firm))
    assert "$123.45 on invoice INV-7" in words.text
    assert words.text.endswith(f"\n\n{WAY_OUT}")
    approve(phone.firm, None)
    (text,) = phone.texts()
    assert text["body"].startswith(words.text.replace("\n\n", " "))


def test_the_words_of_a_person_go_out_and_the_change_is_kept(phone: Telephony) -> None:
    asked = question(phone.firm)
    approve(phone.firm, in_other_words(drafted(phone.firm, asked)))
    (text,) = phone.texts()
    assert "Hi, it is Ann. Please pay" in text["body"]
    assert f" {WAY_OUT}" in text["body"]
    with phone.firm.deps.reading() as tx:
        kept = edits.of_decision(tx, phone.firm.connection_id, asked.decision_id)
    assert kept
    assert "+" in kept.difference
    assert phone.firm.log("remind.edited")[0].actor == "ann"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("$123.45", "$23.45", "must still say $123.45"),
        ("INV-7", "your bill", "must still say INV-7"),
        (WAY_OUT, "", "this must stay as it is: Reply STOP"),
        ("Please pay", "See https://evil.example and pay", "a link that was not there"),
        ("Please pay", "Pay, or we go to court, and" + " x" * 200, "are the most"),
        ("Please pay", "Pay now or we sue you and", "what no reminder may say"),
    ],
)
def test_what_may_not_go_out_changes_nothing(
    phone: Telephony, old: str, new: str, why: str
) -> None:
    words = drafted(phone.firm, question(phone.firm))
    assert old in words.text
    with pytest.raises(CannotBeSaid) as refused:
        approve(phone.firm, Wording("", words.text.replace(old, new)))
    assert any(why in one for one in refused.value.objections), refused.value.objections
    phone.firm.settle()
    assert phone.texts() == []
    assert question(phone.firm)


def test_paid_in_between_nothing_is_sent_in_any_words(phone: Telephony) -> None:
    words = in_other_words(drafted(phone.firm, question(phone.firm)))
    answers.approve(phone.firm.deps, question(phone.firm).id, 0, "ann", wanted=words)
    pay(phone)
    phone.firm.settle()
    assert phone.texts() == []
