"""Who belongs together with whom, in words; strangers never do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from matching.book.relations import Families
from matching.facts.items import Party

ACME = [
    Party("acme", "Acme"), Party("berlin", "Acme Berlin", parent_id="acme"),
    Party("shop", "Corner Shop", parent_id="berlin"), Party("paris", "Lutetia", parent_id="acme"),
    Party("oak", "Oak Dental"),
]  # fmt: skip


def related(customer_id: str) -> list[tuple[str, str, bool]]:
    found = Families(ACME).related(customer_id, limit=9)
    assert {one.of for one in found} <= {customer_id}
    return [(one.customer_id, one.relation, one.below) for one in found]


def test_a_parent_sees_everybody_below() -> None:
    assert related("acme") == [
        ("berlin", "Acme Berlin is a sub-customer of Acme", True),
        ("shop", "Corner Shop is a sub-customer of Acme", True),
        ("paris", "Lutetia is a sub-customer of Acme", True),
    ]


def test_a_sub_customer_sees_those_below_above_and_beside() -> None:
    assert related("berlin") == [
        ("shop", "Corner Shop is a sub-customer of Acme Berlin", True),
        ("acme", "Acme Berlin is a sub-customer of Acme", False),
        ("paris", "Acme Berlin and Lutetia are sub-customers of Acme", False),
    ]


def test_who_has_no_family_or_is_not_known_has_no_relatives() -> None:
    assert related("oak") == related("nobody") == []


def test_more_than_is_looked_at_is_told_by_one() -> None:
    assert len(Families(ACME).related("acme", limit=1)) == 2


PARENTS = st.lists(st.integers(-1, 7), min_size=1, max_size=8)


@given(PARENTS)
def test_belonging_together_goes_both_ways_and_rings_end(parents: list[int]) -> None:
    """A number is the parent's place; -1 and places that are not there are no parent."""
    names = [Party(f"c{n}", f"C{n}", parent_id=f"c{up}") for n, up in enumerate(parents)]
    families = Families(names)
    pairs = {
        (one.id, other.customer_id) for one in names for other in families.related(one.id, limit=99)
    }
    assert pairs == {(other, one) for one, other in pairs}
    assert all(one != other for one, other in pairs)
    if all(up < n for n, up in enumerate(parents)):
        assert {(f"c{n}", f"c{up}") for n, up in enumerate(parents) if up >= 0} <= pairs
