"""Money of a customer that belongs together with others, for what these owe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.book.gather import RELATIVES_LOOKED_INTO_MAX
from matching.deciding.settlement import CannotSettle, settle
from matching.facts.items import Cash, MatchDecision, OpenItem, Party
from matching.facts.policy import MatchPolicy
from matching.facts.rules import EVERY_FAMILY, Family
from providers.ledger import Allocation
from tests.matching.books import EVERY_RULE, cash, decided, item, line, taken, usd

ACME, BERLIN, PARIS = "Acme Ltd", "Berlin Tiles", "Lutetia Works"
PARTIES = (
    Party("acme", ACME), Party("berlin", BERLIN, parent_id="acme"),
    Party("paris", PARIS, parent_id="acme"), Party("oak", "Oak Dental"),
)  # fmt: skip
BOOK = [
    item("INV-10411", "512.37", customer="acme"),
    item("INV-10412", "733.01", customer="berlin"),
    item("INV-10413", "118.44", customer="berlin", due_days=3),
    item("INV-10414", "951.12", customer="paris", due_days=5),
    item("INV-10415", "640.07", customer="oak"),
]


def placed(money: Cash, *more: OpenItem, policy: MatchPolicy = EVERY_RULE) -> MatchDecision:
    return decided(money, [*BOOK, *more], policy, *PARTIES)


@pytest.mark.parametrize(
    ("_case", "money", "relation"),
    [
        ("a parent", line("733.01", "INV-10412", ACME), f"{BERLIN} is a sub-customer of {ACME}"),
        ("a sister", line("733.01", "INV-10412", PARIS),
            f"{PARIS} and {BERLIN} are sub-customers of {ACME}"),
        ("a child", line("512.37", "INV-10411", PARIS), f"{PARIS} is a sub-customer of {ACME}"),
        ("under the parent", cash("733.01", "INV-10412", customer="acme", bound=True),
            f"{BERLIN} is a sub-customer of {ACME}"),
    ],
)  # fmt: skip
def test_an_exact_number_is_as_good_as_the_payers_own(
    _case: str, money: Cash, relation: str
) -> None:
    decision = placed(money, policy=MatchPolicy())

    assert (decision.action, decision.rule) == ("apply", "named_exact")
    assert decision.reasons[0].endswith(f"; {relation}")


def test_a_short_number_that_several_have_is_the_relatives() -> None:
    twin = item("2025/10412", "733.01", customer="oak")

    decision = placed(line("733.01", "10412", ACME), twin)

    assert (decision.action, decision.rule) == ("apply", "named_exact")
    assert taken(decision.allocations).keys() == {"INV-10412"}


@pytest.mark.parametrize(
    ("_case", "money", "numbers"),
    [
        ("one of a sub-customer", line("733.01", "", ACME), {"INV-10412"}),
        ("all of a sub-customer", line("851.45", "", ACME), {"INV-10412", "INV-10413"}),
        ("the payer's own with it", line("1245.38", "", ACME), {"INV-10411", "INV-10412"}),
        ("one of a sister", line("951.12", "", BERLIN), {"INV-10414"}),
    ],
)
def test_without_a_number_the_policy_must_say_so(
    _case: str, money: Cash, numbers: set[str]
) -> None:
    allowed = placed(money)
    held = placed(money, policy=MatchPolicy(apply_by=EVERY_FAMILY - {Family.RELATED}))

    assert allowed.action == "apply"
    assert taken(allowed.allocations).keys() == numbers
    assert held.action == "review"
    assert taken(held.candidates[0].allocations).keys() == numbers
    assert "sub-customer" in held.candidates[0].reason


def test_what_a_sister_owes_is_weaker_than_what_the_payer_owes() -> None:
    decision = placed(line("733.01", "", PARIS), item("INV-10420", "733.01", customer="paris"))

    assert (decision.action, decision.rule) == ("apply", "amount_one")
    assert taken(decision.allocations).keys() == {"INV-10420"}


def test_a_parent_that_owes_as_much_as_its_sub_customer_is_asked_about() -> None:
    decision = placed(line("733.01", "", ACME), item("INV-10420", "733.01", customer="acme"))

    assert decision.action == "review"
    assert [taken(one.allocations).keys() for one in decision.candidates[:2]] == [
        {"INV-10420"}, {"INV-10412"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("_case", "amount", "more"),
    [
        ("two have the amount", "733.01", item("INV-10420", "733.01", customer="paris")),
        ("a common amount", "500.00", item("INV-10420", "500.00", customer="paris")),
        ("another number is named", "733.01", item("INV-10420", "20.00", customer="oak")),
    ],
)
def test_relatives_amounts_that_do_not_tell_are_left_to_a_person(
    _case: str, amount: str, more: OpenItem
) -> None:
    text = "INV-10420" if more.customer_id == "oak" else ""

    decision = placed(line(amount, text, ACME), more)

    assert decision.action == "review"
    assert any(one.rule == "related_amount" for one in decision.candidates)


def test_money_under_a_sub_customer_is_shown_what_it_may_be_for_and_stays_there() -> None:
    money = cash("512.37", "INV-10411", customer="berlin", bound=True)

    decision = placed(money)

    assert decision.action == "review"
    assert "money of a sub-customer pays its own invoices" in decision.reasons[0]
    assert taken(decision.candidates[0].allocations).keys() == {"INV-10411"}
    with pytest.raises(CannotSettle, match="another customer's"):
        settle(money, BOOK, decision.candidates[0].allocations)


def test_money_under_a_parent_may_be_set_against_what_is_below_only() -> None:
    money = cash("900", customer="acme", bound=True)
    parts = [Allocation("id:INV-10412", usd("733.01")), Allocation("id:INV-10411", usd("10"))]

    assert settle(money, BOOK, parts, below={"berlin"}) == usd("156.99")
    with pytest.raises(CannotSettle, match="another customer's"):
        settle(money, BOOK, parts, below={"paris"})


def test_a_large_family_is_not_seen_whole() -> None:
    sites = [Party(f"s{n}", f"Site {n:02}", parent_id="acme") for n in range(20)]
    owed = [item(f"INV-{20000 + n}", f"{300 + n}.17", customer=f"s{n}") for n in range(20)]
    seen = owed[RELATIVES_LOOKED_INTO_MAX]

    def of(text: str) -> MatchDecision:
        money = line("312.17", text, ACME)
        return decided(money, [*BOOK, *owed], EVERY_RULE, *PARTIES, *sites)

    assert (of("").action, of("").rule) == ("review", "related_amount")
    assert any("more in the book" in reason for reason in of("").reasons)
    assert of(seen.number).action == "apply"


AMOUNTS = st.sampled_from(["733.01", "118.44", "200.00", "851.45", "90.13"])
NUMBERS = [f"INV-{n}" for n in range(20411, 20417)]


@st.composite
def families(draw: st.DrawFn) -> tuple[list[Party], list[OpenItem], Cash]:
    """Two families that have nothing to do with each other, `a` and `z`, and a payer of `a`."""
    given_ = [Party(f"{of}{n}", f"{of * 4}{n} works") for of in "az" for n in range(3)]
    parents = {"a1": "a0", "a2": draw(st.sampled_from(["a0", "a1"])), "z1": "z0", "z2": "z0"}
    parties = [replace(one, parent_id=parents.get(one.id, "")) for one in given_]
    owners = st.sampled_from([one.id for one in parties])
    owed = [item(number, draw(AMOUNTS), customer=draw(owners)) for number in NUMBERS]
    payer = draw(st.sampled_from(parties[:3]))
    amount = draw(AMOUNTS | st.just("933.01") | st.just("208.57"))
    text = draw(st.sampled_from(["", "rent"]))
    bound = draw(st.booleans())
    money = cash(
        amount, text, customer=payer.id if bound else "", bound=bound,
        payer="" if bound else payer.name,
    )  # fmt: skip
    return parties, owed, money


@settings(max_examples=150, deadline=None)
@given(families())
def test_what_others_owe_is_never_explained_by_amounts(
    book: tuple[list[Party], list[OpenItem], Cash],
) -> None:
    parties, owed, money = book
    of = {one.invoice_id: one.customer_id for one in owed}
    decision = decided(money, owed, EVERY_RULE, *parties)

    for offered in (decision.allocations, *(one.allocations for one in decision.candidates)):
        assert {of[part.invoice_id][0] for part in offered} <= {"a"}
    below = {"a0": {"a1", "a2"}, "a1": {p.id for p in parties if p.parent_id == "a1"}, "a2": set()}
    if money.bound:
        paid = {of[part.invoice_id] for part in decision.allocations}
        assert paid <= below[money.customer_id] | {money.customer_id}


@settings(max_examples=100, deadline=None)
@given(families(), st.permutations(range(6)))
def test_other_ids_and_another_order_of_families_change_nothing(
    book: tuple[list[Party], list[OpenItem], Cash], order: list[int]
) -> None:
    parties, owed, money = book
    new = {party.id: f"id{place}" for party, place in zip(parties, order, strict=True)}
    first = decided(money, owed, EVERY_RULE, *parties)
    renamed = [
        replace(party, id=new[party.id], parent_id=new.get(party.parent_id, ""))
        for party in parties
    ]
    renamed = [renamed[place] for place in order]
    again = decided(
        replace(money, customer_id=new.get(money.customer_id, "")),
        [replace(one, customer_id=new[one.customer_id]) for one in owed], EVERY_RULE, *renamed,
    )  # fmt: skip

    assert (again.action, again.rule, again.allocations) == (
        first.action, first.rule, first.allocations,
    )  # fmt: skip
