"""A step that names who approves it: every door holds to it; who left is told of."""

from __future__ import annotations

import html
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.access import colleagues
from connector.answering import answers, envelopes
from connector.answering.answers import CannotAnswer
from connector.clients import persons, tenants
from connector.commands import asking
from connector.decided import approvals
from connector.notifications import digest
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.modes import Capability, Mode
from tests.ui_embed.books import Shop, owner_at
from tests.ui_embed.office import Office
from tests.ui_embed.test_drafts import LETTER, fields, mails
from tests.ui_embed.test_reminders import reminding

pytestmark = pytest.mark.either_ledger

BEN = "ben@firm.example"


@pytest.fixture
def shop(desk: Office, ledger: str) -> Iterator[Shop]:
    """Birch owes 80.00 since some days, and reminders wait for a person."""
    with reminding(desk, ledger) as made:
        yield made


def ben(shop: Shop) -> persons.Person:
    """A colleague of the owner."""
    deps = shop.desk.universe.deps
    with deps.writing() as tx:
        made = persons.sign_in(
            tx, issuer="xero", subject="ben", email="Ben@firm.example", name="Ben"
        )
        owner = persons.person(tx, 1)
        assert owner is not None
        persons.move(tx, made.id, owner.reseller_id)
    return made


def rule(shop: Shop, who: str) -> None:
    """`who` approves every step."""
    deps = shop.desk.universe.deps
    with deps.reading() as tx:
        rules = policy.current(tx, 1).policy
    steps = [{**step.model_dump(mode="json"), "approver": who} for step in rules.dunning.steps]
    document = rules.model_dump(mode="json")
    document["dunning"]["steps"] = steps
    allowing.set_policy(deps, 1, policy.Policy.model_validate(document), by="ann", reason="tests")
    shop.tick()


def switch(shop: Shop, mode: Mode) -> None:
    allowing.switch(shop.desk.universe.deps, 1, Capability.REMIND, mode, by="ann")
    shop.tick()


def number(shop: Shop) -> int:
    with shop.desk.universe.deps.reading() as tx:
        (asked,) = (it for it in approvals.waiting(tx, 1) if it.capability == "remind")
    return asked.id


def page_approves(shop: Shop, id_: int) -> None:
    shop.owner.post(f"/approvals/{id_}/approve", on="/clients/1", option="0")


def page_rejects(shop: Shop, id_: int) -> None:
    shop.owner.post(f"/approvals/{id_}/reject", on="/clients/1")


def letter_is_approved(shop: Shop, id_: int) -> None:
    path = LETTER.replace("2", str(id_))
    shop.owner.post(path, on=path, **fields(shop.owner.page(path)))


def command_approves(shop: Shop, id_: int) -> None:
    given = Namespace(id=str(id_), option="1", text="", subject="", said="", pays_on="")
    with pytest.raises(CannotAnswer, match=BEN):
        asking.approve(shop.desk.universe.deps, given)


def command_rejects(shop: Shop, id_: int) -> None:
    with pytest.raises(CannotAnswer, match=BEN):
        asking.reject(shop.desk.universe.deps, Namespace(id=str(id_)))


DOORS: list[Callable[[Shop, int], Any]] = [
    page_approves, page_rejects, letter_is_approved, command_approves, command_rejects,
]  # fmt: skip


@pytest.mark.parametrize("mode", [Mode.COPILOT, Mode.AUTOPILOT])
def test_nobody_but_the_named_colleague_answers_at_any_door(shop: Shop, mode: Mode) -> None:
    ben(shop)
    rule(shop, BEN)
    switch(shop, mode)
    id_ = number(shop)
    page_approves(shop, id_)
    assert f"leaves this to {BEN}" in shop.owner.page("/clients/1")
    for door in DOORS:
        door(shop, id_)
        shop.tick()
        assert number(shop) == id_, door
    assert mails(shop) == []
    assert f"Waits for {BEN}" in shop.owner.page("/clients/1")
    answers.approve(shop.desk.universe.deps, id_, 0, "Ben@firm.example")
    shop.tick()
    assert len(mails(shop)) == 1


def test_the_named_colleague_sees_it_first_and_others_last(shop: Shop, ledger: str) -> None:
    ben(shop)
    rule(shop, BEN)
    page = shop.owner.page("/clients/1")
    assert page.index("came in from Alder") < page.index("Waits for")
    rule(shop, owner_at(ledger))
    page = shop.owner.page("/clients/1")
    assert page.index(f"Waits for {owner_at(ledger)}") < page.index("came in from Alder")


def test_where_the_named_colleague_left_it_is_said_and_anybody_may_answer(
    shop: Shop, ledger: str
) -> None:
    colleague = ben(shop)
    rule(shop, BEN)
    with shop.desk.universe.deps.writing() as tx:
        colleagues.leave(tx, colleague, by=owner_at(ledger), now=shop.desk.universe.deps.now())
    gone = f"The policy names {BEN} for it, who is not of the firm: anybody may approve it"
    assert gone in shop.owner.page("/clients/1")
    assert f"names {BEN} to approve it, who is not of the firm" in shop.owner.page(
        "/clients/1/policy"
    )
    page_approves(shop, number(shop))
    shop.tick()
    assert len(mails(shop)) == 1


def test_nobody_from_outside_the_firm_is_newly_named(shop: Shop) -> None:
    with pytest.raises(CannotAnswer, match="names nobody"):
        rule(shop, "nobody@firm.example")


def test_the_digest_says_whom_a_question_waits_for(shop: Shop) -> None:
    ben(shop)
    switch(shop, Mode.AUTOPILOT)
    rule(shop, BEN)
    deps = shop.desk.universe.deps
    with deps.reading() as tx:
        connection = tenants.connection(tx, 1)
        told = digest.of(tx, deps.config, connection, deps.now().date()).asked
    (line,) = (one.text for one in told if one.text.endswith(")"))
    assert line.endswith(f"(waits for {BEN} alone)")
    assert len(told) > 1, "what anybody may answer names nobody"


def test_who_approves_sees_from_whom_and_to_whom_it_goes(shop: Shop) -> None:
    id_ = number(shop)
    told = f"to pay@birch.example, copy to {envelopes.NOBODY}"
    for page in ("/clients/1", f"/approvals/{id_}/letter"):
        text = html.unescape(shop.owner.page(page))
        assert "By e-mail from Corner Shop &lt;" not in text
        assert "By e-mail from Corner Shop <" in text, page
        assert told in text, page
