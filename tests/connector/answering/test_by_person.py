"""Credit holds and referrals: who decided them, and in force until a person takes them back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector import audit
from connector.answering import by_person
from connector.answering.by_person import NotRevoked
from dunning.rules.steps import Do
from providers.ledger import AddNote
from tests.connector.collecting.reading import reason
from tests.connector.firm import Firm
from tests.connector.formal import on_hold, open_formal, referred, step_of, taken

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_formal(open_firm, ledger)


def noted(firm: Firm, words: str) -> list[int]:
    """How often each note with these words stands in the ledger."""
    notes = [i for i in firm.intents() if isinstance(i.effect, AddNote) and words in i.effect.text]
    return [firm.books.notes_with(note.marker) for note in notes]


def test_a_referral_is_kept_with_both_people_and_nobody_writes_about_it_meanwhile(
    firm: Firm,
) -> None:
    customer = referred(firm)
    step, hold = taken(firm)
    assert (step.do, step.people, step.in_force) == (Do.REFERRAL, "ann and bob", True)
    assert (hold.do, hold.people, hold.in_force) == (Do.CREDIT_HOLD, "ann", True)
    assert str(step.total) == "USD 1,000.00"
    assert "INV-1: it is with an agency" in reason(firm, customer)
    before = len(firm.mails())
    firm.pass_days(12, every=4)
    assert (firm.asked(), len(firm.mails())) == ([], before)


def test_a_referral_that_is_taken_back_is_told_in_the_ledger_and_a_person_decides_again(
    firm: Firm,
) -> None:
    customer = referred(firm)
    step = taken(firm)[0]
    by_person.revoke(firm.deps, firm.connection, step, by="cyd", reason="they paid a part")
    firm.settle()
    firm.pass_time(minutes=5)
    (again, _) = taken(firm)
    assert (again.in_force, again.revoked_by, again.reason) == (False, "cyd", "they paid a part")
    (entry,) = firm.log("referral.revoked")
    assert (entry.actor, entry.what["reason"]) == ("cyd", "they paid a part")
    assert noted(firm, "cyd took back from the agency USD 1,000.00") == [1, 1]
    assert noted(firm, "Why: they paid a part") == [1, 1]
    firm.pass_days(8, every=4)
    assert "no step is left; a person decides what comes next" in reason(firm, customer)
    (asked,) = firm.asked()
    assert asked.options == [], "the referral is not proposed a second time"
    with firm.deps.reading() as tx:
        assert list(audit.broken_links(tx)) == []


def test_after_a_credit_hold_that_is_taken_back_the_next_step_comes_in_its_time(
    firm: Firm,
) -> None:
    on_hold(firm)
    by_person.revoke(firm.deps, firm.connection, taken(firm)[0], by="ann", reason="a mistake")
    firm.settle()
    assert firm.asked() == []
    firm.pass_days(12, every=3)
    (asked,) = firm.asked()
    assert step_of(asked) == "referral"


def test_it_is_taken_back_once_and_with_a_reason(firm: Firm) -> None:
    on_hold(firm)
    (hold,) = taken(firm)
    with pytest.raises(NotRevoked, match="write why"):
        by_person.revoke(firm.deps, firm.connection, hold, by="ann", reason=" \n ")
    assert (taken(firm), firm.log("revoked")) == ([hold], [])
    by_person.revoke(firm.deps, firm.connection, hold, by="ann", reason="a mistake")
    with pytest.raises(NotRevoked, match="was taken back before"):
        by_person.revoke(firm.deps, firm.connection, hold, by="bob", reason="again")
    firm.settle()
    firm.pass_time(minutes=5)
    assert len(firm.log("credit_hold.revoked")) == 1
    assert taken(firm)[0].revoked_by == "ann"
    assert noted(firm, "bob") == []
