"""A client's template that cannot be filled in: asked about, not taken, sent once it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from connector.answering import answers
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Mode
from tests.connector.collecting.reading import REMIND, Opens, steps
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

BODY = "Dear {{ customer }}, please pay {{ total }}.\n\n{{ table }}\n"
SIGNED = BODY + "\n{{ signature }}\n"


def rules(body: str, **more: object) -> dict[str, Any]:
    template = {"step": "friendly", "language": "en", "body": body}
    return {"templates": [template], **more}


def save(firm: Firm, **dunning: object) -> None:
    wanted = policy.Policy.model_validate({"dunning": dunning})
    allowing.set_policy(firm.deps, firm.connection.client_id, wanted, by="ann", reason="tests")
    firm.settle()


def owing(open_firm: Opens, ledger: str, **dunning: object) -> Firm:
    firm = open_firm(ledger, modes=REMIND, dunning=rules(SIGNED, **dunning))
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.sweep()
    return firm


def test_a_person_is_asked_with_the_template_and_what_is_missing(
    open_firm: Opens, ledger: str
) -> None:
    firm = owing(open_firm, ledger)
    (asked,) = firm.asked()
    assert asked.summary.startswith(
        "Ash: the friendly message waits, because your template 'friendly' (en) cannot be filled"
        " in: the template asks for signature"
    )
    assert firm.mails() == []
    (refused,) = firm.log("send_reminder.not sent")
    assert "asks for signature" in refused.what["reason"]
    firm.pass_days(2)
    assert [one.id for one in firm.asked()] == [asked.id]
    assert [intent.state for intent in firm.intents()] == [Step.REFUSED]


@pytest.mark.parametrize("mended", [rules(BODY), rules(SIGNED, brand={"signature": "Pat"})])
def test_mended_in_the_rules_it_goes_out_once_and_nobody_is_asked_any_more(
    open_firm: Opens, ledger: str, mended: dict[str, Any]
) -> None:
    firm = owing(open_firm, ledger)
    save(firm, **mended)
    firm.pass_time(minutes=20)
    assert firm.asked() == []
    assert [step for step, _ in steps(firm)] == ["friendly"]
    firm.pass_days(2)
    assert len(firm.mails()) == 1


def test_rules_that_mend_nothing_ask_again(open_firm: Opens, ledger: str) -> None:
    firm = owing(open_firm, ledger)
    save(firm, **rules(SIGNED, locale="en_GB"))
    (asked,) = firm.asked()
    assert "asks for signature" in asked.summary
    assert firm.mails() == []


def test_a_person_can_have_it_tried_once_more(open_firm: Opens, ledger: str) -> None:
    firm = owing(open_firm, ledger)
    (before,) = firm.asked()
    firm.approve()
    (after,) = firm.asked()
    assert after.id != before.id
    assert after.summary == before.summary
    assert firm.mails() == []


def test_left_as_it_is_the_next_step_follows(open_firm: Opens, ledger: str) -> None:
    firm = owing(open_firm, ledger)
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    firm.settle()
    assert firm.asked() == []
    firm.pass_days(7)
    assert [step for step, _ in steps(firm)] == ["reminder"]


@pytest.mark.parametrize("how", [{"remind_at_most": {"USD": "1"}}, {"with_a_person": "new"}])
def test_what_a_person_ordered_tells_what_its_template_lacks(
    open_firm: Opens, ledger: str, how: dict[str, Any]
) -> None:
    firm = owing(open_firm, ledger, **how)
    firm.approve()
    firm.pass_time(minutes=20)
    (asked,) = firm.asked()
    assert "asks for signature" in asked.summary
    save(firm, **rules(BODY, **how))
    (asked,) = firm.asked()
    assert "template" not in asked.summary
    firm.approve()
    assert len(firm.mails()) == 1


def test_in_copilot_it_is_put_before_a_person_anew(open_firm: Opens, ledger: str) -> None:
    firm = owing(open_firm, ledger)
    firm.switch(remind=Mode.COPILOT)
    save(firm, **rules(BODY))
    (asked,) = firm.asked()
    assert asked.summary.startswith("Ash: friendly about USD 100.00")
    assert firm.mails() == []
    firm.approve()
    assert len(firm.mails()) == 1
