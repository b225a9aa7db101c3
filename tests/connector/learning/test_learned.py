"""What was learned of a client: told with what it was learned from, and revoked by a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.deps import Deps
from connector.evidence import habits
from connector.learning import learned
from connector.learning.learned import Kind, Lesson, State
from connector.notifications import digest
from matching.deciding.confidence import expected
from matching.facts.items import Tally
from matching.reading_texts.numbering import newest_of, pattern_of
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.learning.test_lessons import allow, pays_as
from tests.connector.office import connect

Opens = Callable[..., Firm]


def told(firm: Firm) -> dict[str, Lesson]:
    with firm.deps.reading() as tx:
        return {one.key: one for one in learned.lessons(tx, firm.connection_id)}


def say(firm: Firm, key: str, *, use: bool) -> bool:
    with firm.deps.writing() as tx:
        return learned.settle(
            tx, firm.connection_id, key, use=use, by="ann", at=firm.deps.now()
        )  # fmt: skip


def test_a_payers_name_is_told_with_its_payments_and_proposed_once_in_the_digest(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    ash = firm.books.customer("Ash")
    pays_as(firm, ash, 3)

    (lesson,) = [one for one in told(firm).values() if one.kind is Kind.NAME]
    assert (lesson.state, lesson.words) == (State.PROPOSED, '"fig" pays for Ash')
    assert lesson.customer_id == ash
    assert [(it.amount, it.text) for it in lesson.sightings] == [
        ("USD 101.00", "INV-1"), ("USD 102.00", "INV-2"), ("USD 103.00", "INV-3"),
    ]  # fmt: skip
    assert all(it.decision_id for it in lesson.sightings)
    with firm.deps.reading() as tx:
        assert learned.proposed(tx, firm.connection_id) == 1
        days = [
            digest.of(tx, firm.deps.config, firm.connection, firm.today.replace(day=day))
            for day in (firm.today.day, firm.today.day + 1)
        ]
    pages = [[line.page for line in day.asked if line.page.endswith("/learned")] for day in days]
    assert [len(found) for found in pages] == [1, 0]

    assert say(firm, lesson.key, use=True)
    assert not say(firm, lesson.key, use=True)
    assert told(firm)[lesson.key].state is State.USED
    assert say(firm, lesson.key, use=False)
    assert say(firm, lesson.key, use=True), "what was revoked can be used again"
    assert [entry.event for entry in firm.log("alias.")][-3:] == [
        "alias.active", "alias.revoked", "alias.active",
    ]  # fmt: skip


def test_the_newest_number_of_each_series_is_learned_overnight(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    ash = firm.books.customer("Ash")
    for n in (4101, 4103):
        firm.owe(ash, f"INV-{n}", f"{n}.17")
    firm.sweep()
    firm.pass_nights(1)

    with firm.deps.reading() as tx:
        numbering = habits.numbering(tx, firm.connection_id)

    assert newest_of(pattern_of("INV-4101"), numbering) == (4103, 4103)


def test_a_numbering_that_a_person_revoked_is_not_used_until_it_is_taken_up_again(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    allow(firm)
    ash = firm.books.customer("Ash")
    invoices = [firm.owe(ash, f"{n}-2026", f"{n}.17") for n in (4101, 4102, 4103)]
    firm.sweep()
    firm.pass_nights(1)
    lesson = told(firm)["groups:2"]
    assert lesson.words == (
        "In invoice numbers with 2 groups of digits, number 1 from the left counts up"
    )
    assert lesson.evidence.startswith("From 3 invoices, such as ")

    def pays(line: str, text: str, place: int) -> bool:
        firm.bank(line, f"{4101 + place}.17", text, payer="")
        firm.sweep()
        return firm.books.balance(invoices[place]) == 0

    assert pays("b1", "invoice 4101", 0)
    assert say(firm, "groups:2", use=False)
    firm.pass_nights(1)
    lesson = told(firm)["groups:2"]
    assert (lesson.state, lesson.by) == (State.REVOKED, "ann"), "learning again does not undo it"
    assert not pays("b2", "invoice 4102", 1)
    assert say(firm, "groups:2", use=True)
    assert pays("b3", "invoice 4103", 2)
    assert [(it.event, it.about) for it in firm.log("habit.")] == [
        ("habit.revoked", "groups:2"), ("habit.used", "groups:2"),
    ]  # fmt: skip


@pytest.fixture
def office(deps: Deps) -> tuple[Deps, int]:
    return deps, connect(deps)


def of_rule(office: tuple[Deps, int], right: int, *, use: bool) -> Tally | None:
    """What is used of a rule that decided 400 times, when a person wants it used or not."""
    deps, connection_id = office
    tallies = {"named_typo": Tally(400, right)}
    with deps.writing() as tx:
        habits.keep_experience(tx, connection_id, tallies, now=deps.now())
        habits.use(tx, connection_id, "rule:named_typo", wanted=use, by="ann", at=deps.now())
        (lesson,) = learned.lessons(tx, connection_id)
        assert f"{right} of 400 were right" in lesson.words
        return habits.experience(tx, connection_id).get("named_typo")


def test_trust_that_is_revoked_is_not_used_and_what_speaks_against_a_rule_still_is(
    office: tuple[Deps, int],
) -> None:
    assert of_rule(office, 400, use=True) == Tally(400, 400)
    assert of_rule(office, 400, use=False) is None
    assert of_rule(office, 300, use=False) == Tally(400, 300)
    assert expected("named_typo", Tally(400, 300)) < expected("named_typo", None)


@pytest.mark.parametrize("key", ["groups:7", "rule:named_exact", "alias:1", "nonsense", ""])
def test_what_was_not_learned_cannot_be_changed(office: tuple[Deps, int], key: str) -> None:
    deps, connection_id = office
    with deps.writing() as tx:
        with pytest.raises(LookupError):
            learned.settle(tx, connection_id, key, use=False, by="ann", at=deps.now())
        assert habits.unused(tx, connection_id) == {}


def test_what_one_company_learned_is_not_told_of_another(office: tuple[Deps, int]) -> None:
    deps, connection_id = office
    with deps.writing() as tx:
        habits.keep_experience(tx, connection_id, {"named_typo": Tally(4, 4)}, now=deps.now())
        assert learned.lessons(tx, connection_id + 1) == []
