"""A customer that is named for people alone, and ids in a policy that nobody has."""

from __future__ import annotations

import pytest

from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.clients.tenants import State
from connector.rule_changes import allowing, own_rules, ruling
from connector.rule_changes.allowing import NeedsReason
from connector.rules import policy
from connector.rules.modes import Mode
from connector.rules.policy import Policy
from dunning.customer import customer_names
from tests.connector.collecting.reading import Opens, reason
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

NOBODY = {"with_a_person": "key account"}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"remind": Mode.AUTOPILOT})


def save(firm: Firm, dunning: dict[str, object]) -> int:
    rules = Policy.model_validate({"dunning": dunning})
    client_id = firm.connection.client_id
    return allowing.set_policy(firm.deps, client_id, rules, by="ann", reason="tests")


def customers(firm: Firm) -> dict[str, dict[str, object]]:
    with firm.deps.reading() as tx:
        return policy.current(tx, firm.connection.client_id).policy.dunning.customers


def named(firm: Firm, customer_id: str) -> str:
    return customer_names.written(customer_id, firm.connection_id)


def test_a_customer_that_is_left_to_people_gets_nothing_until_somebody_says_why_it_may(
    firm: Firm,
) -> None:
    ash = firm.books.customer("Ash")
    firm.pass_time(minutes=20)
    own_rules.keep_for_people(firm.deps, firm.connection, ash, " the owner's brother ", by="ann")
    firm.owe(ash, "INV-1", "120.00", late_days=8)
    firm.pass_days(8, every=4)
    assert (firm.mails(), len(firm.asked())) == ([], 1)
    assert "the owner's brother: the step" in reason(firm, ash)
    with pytest.raises(NeedsReason, match=f"customers.{named(firm, ash)}.with_a_person; say"):
        own_rules.let_go(firm.deps, firm.connection, ash, by="ann", reason=" ")
    own_rules.let_go(firm.deps, firm.connection, ash, by="ann", reason="he sold the shop")
    assert customers(firm) == {}
    told = {(it.event, it.about, it.what["reason"]) for it in firm.log("key_account")}
    assert told == {
        ("key_account.named", f"customer:{ash}", "the owner's brother"),
        ("key_account.ended", f"customer:{ash}", "he sold the shop"),
    }


def test_what_else_the_policy_says_of_the_customer_and_of_others_stays(firm: Firm) -> None:
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    firm.pass_time(minutes=20)
    own = {"locale": "fr_FR"}
    save(firm, {"customers": {ash: own, birch: {"locale": "de_DE"}}, "ramp_per_day": 7})
    own_rules.keep_for_people(firm.deps, firm.connection, ash, "a friend", by="ann")
    assert customers(firm) == {
        named(firm, ash): own | {"with_a_person": "a friend"}, birch: {"locale": "de_DE"},
    }  # fmt: skip
    own_rules.let_go(firm.deps, firm.connection, ash, by="ann", reason="no friend")
    assert customers(firm)[named(firm, ash)] == own
    with pytest.raises(CannotAnswer, match="is no key account"):
        own_rules.let_go(firm.deps, firm.connection, ash, by="ann", reason="again")


@pytest.mark.parametrize("why", ["", "  ", "x" * 201])
def test_nobody_is_left_to_people_without_a_reason_that_fits(firm: Firm, why: str) -> None:
    ash = firm.books.customer("Ash")
    firm.pass_time(minutes=20)
    with pytest.raises(CannotAnswer, match="reason"):
        own_rules.keep_for_people(firm.deps, firm.connection, ash, why, by="ann")
    assert customers(firm) == {}


@pytest.mark.parametrize("place", ["dunning.customers", "dunning.segments.own.when.customers"])
def test_an_id_that_no_company_has_is_refused_with_what_to_write(firm: Firm, place: str) -> None:
    larch = firm.books.customer("Larch Brewing")
    firm.pass_time(minutes=20)

    def naming(*ids: str) -> dict[str, object]:
        if place == "dunning.customers":
            return {"customers": dict.fromkeys(ids, NOBODY)}
        own = {"name": "own", "when": {"customers": ids}, "change": NOBODY}
        return {"segments": [own]}

    told = f"not saved: customer 'Larch Brewing' in {place} is a name; write .* '{larch}'"
    with pytest.raises(CannotAnswer, match=told):
        save(firm, naming("Larch Brewing", larch))
    with pytest.raises(CannotAnswer, match=f"'zz' in {place} is in no connected company"):
        save(firm, naming(larch, "zz"))
    assert save(firm, naming(larch)) == 1


def test_what_an_older_policy_named_already_keeps_nobody_from_changing_it(firm: Firm) -> None:
    with firm.deps.writing() as tx:
        rules = Policy.model_validate({"dunning": {"customers": {"gone": NOBODY}}})
        policy.save(tx, firm.connection.client_id, rules, at=firm.deps.now(), by="ann")
    assert save(firm, {"customers": {"gone": NOBODY}, "ramp_per_day": 7}) == 2


@pytest.mark.parametrize("state", [State.IMPORTING, State.DISCONNECTED])
def test_where_nobody_can_know_yet_an_id_is_kept_and_told(firm: Firm, state: State) -> None:
    with firm.deps.writing() as tx:
        tenants.set_state(tx, firm.connection_id, state)
    assert save(firm, {"customers": {"to come": NOBODY}}) == 1
    with firm.deps.reading() as tx:
        rules = policy.current(tx, firm.connection.client_id).policy
        (doubt,) = ruling.doubts(tx, firm.connection.client_id, rules)
    assert doubt.startswith("customer 'to come' in dunning.customers is in no connected company")
