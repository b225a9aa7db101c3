"""The people of a firm, on both databases: invited once, linked, taken out, and told of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from connector import audit
from connector.access import colleagues
from connector.access.colleagues import LIVES, Declined
from connector.clients import persons, sessions, tenants
from connector.clients.persons import Person
from connector.clients.tenants import State
from connector.deps import Deps
from tests.connector import office

ANN, BEN = ("quickbooks", "ann"), ("xero", "ben")


def sign_in(deps: Deps, who: tuple[str, str]) -> Person:
    issuer, name = who
    with deps.writing() as tx:
        return persons.sign_in(
            tx, issuer=issuer, subject=name, email=f"{name}@firm.example", name=name.title()
        )


def invite(deps: Deps, person: Person) -> str:
    with deps.writing() as tx:
        return colleagues.invite(tx, person.reseller_id, by=person.email, now=deps.now())


def join(deps: Deps, person: Person, token: str) -> None:
    with deps.writing() as tx:
        colleagues.join(tx, person, token, now=deps.now())


def look_after(deps: Deps, person: Person) -> int:
    """A company of the person's firm."""
    with deps.writing() as tx:
        client_id = tenants.add_client(tx, person.reseller_id, f"Client of {person.name}")
    return office.connect(deps, f"Client of {person.name}", client_id=client_id)


def link(deps: Deps, person: Person, who: tuple[str, str]) -> None:
    with deps.writing() as tx:
        colleagues.link(
            tx, person, issuer=who[0], subject=who[1], email=f"{who[1]}@firm.example",
            now=deps.now(),
        )  # fmt: skip


def firms(deps: Deps) -> int:
    with deps.reading() as tx:
        return len(tenants.resellers(tx))


def events(deps: Deps, connection_id: int) -> list[tuple[str, str, str]]:
    with deps.reading() as tx:
        found = audit.entries(tx, connection_id)
    return [(e.event, e.actor, e.what["who"]) for e in found if e.event.startswith("people.")]


def test_who_is_invited_joins_the_firm_and_their_empty_one_is_gone(both: Deps) -> None:
    ann = sign_in(both, ANN)
    company = look_after(both, ann)
    ben = sign_in(both, BEN)
    assert firms(both) == 2
    join(both, ben, invite(both, ann))
    assert sign_in(both, BEN).reseller_id == ann.reseller_id
    assert firms(both) == 1
    assert events(both, company) == [("people.joined", ann.email, ben.email)]


def test_an_invitation_is_good_once_and_for_seven_days(both: Deps) -> None:
    ann, ben, eve = sign_in(both, ANN), sign_in(both, BEN), sign_in(both, ("xero", "eve"))
    token = invite(both, ann)
    join(both, ben, token)
    with pytest.raises(Declined, match="used up"):
        join(both, eve, token)
    later = invite(both, ann)
    office.clock_of(both).at += LIVES + timedelta(seconds=1)
    with pytest.raises(Declined, match="older than 7 days"):
        join(both, eve, later)
    with pytest.raises(Declined, match="used up"):
        join(both, eve, "guess")
    assert sign_in(both, ("xero", "eve")).reseller_id == eve.reseller_id


def test_who_looks_after_companies_elsewhere_does_not_lose_sight_of_them(both: Deps) -> None:
    ann, ben = sign_in(both, ANN), sign_in(both, BEN)
    company = look_after(both, ben)
    token = invite(both, ann)
    with pytest.raises(Declined, match="no longer see them"):
        join(both, ben, token)
    with both.writing() as tx:
        tenants.set_state(tx, company, State.DISCONNECTED)
    join(both, ben, token)
    assert sign_in(both, BEN).reseller_id == ann.reseller_id


def test_a_second_way_in_leads_to_the_same_person(both: Deps) -> None:
    ann = sign_in(both, ANN)
    company = look_after(both, ann)
    link(both, ann, ("xero", "ann too"))
    assert sign_in(both, ("xero", "ann too")) == ann
    with both.reading() as tx:
        assert persons.issuers(tx, ann.id) == ["quickbooks", "xero"]
    assert [event for event, _, _ in events(both, company)] == ["people.linked"]


def test_a_way_in_is_taken_over_from_nobody_who_needs_it(both: Deps) -> None:
    ann, ben = sign_in(both, ANN), sign_in(both, BEN)
    look_after(both, ben)
    with pytest.raises(Declined, match="somebody else signs in"):
        link(both, ann, BEN)
    assert sign_in(both, BEN) == ben
    colleague = sign_in(both, ("xero", "cleo"))
    join(both, colleague, invite(both, ann))
    with pytest.raises(Declined, match="somebody else signs in"):
        link(both, ann, ("xero", "cleo"))


def test_a_way_in_that_led_to_an_empty_firm_is_taken_over(both: Deps) -> None:
    """The second vendor's button was pressed before the two were linked."""
    ann, stray = sign_in(both, ANN), sign_in(both, BEN)
    link(both, ann, BEN)
    assert sign_in(both, BEN) == ann
    assert firms(both) == 1
    with both.reading() as tx:
        assert persons.person(tx, stray.id) is None


def test_who_leaves_is_signed_out_everywhere_and_comes_back_as_a_stranger(both: Deps) -> None:
    ann, ben = sign_in(both, ANN), sign_in(both, BEN)
    company = look_after(both, ann)
    join(both, ben, invite(both, ann))
    ben = sign_in(both, BEN)
    with both.writing() as tx:
        token = sessions.start(tx, ben.id, now=both.now())
        colleagues.leave(tx, ben, by=ann.email, now=both.now())
    with both.reading() as tx:
        assert sessions.holder(tx, token, now=both.now()) is None
        assert [one.id for one in persons.of_reseller(tx, ann.reseller_id)] == [ann.id]
    assert sign_in(both, BEN).reseller_id != ann.reseller_id
    assert events(both, company)[0] == ("people.left", ann.email, ben.email)


def test_the_last_one_stays(both: Deps) -> None:
    ann = sign_in(both, ANN)
    with both.writing() as tx, pytest.raises(Declined, match="invite a colleague"):
        colleagues.leave(tx, ann, by=ann.email, now=both.now())
    assert sign_in(both, ANN) == ann


def at_once(*acts: Callable[[], None]) -> int:
    """How many of them were not declined, all begun at the same moment."""
    start, declined = Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        start.wait()
        try:
            act()
        except Declined as why:
            declined.append(why)

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))
    return len(acts) - len(declined)


def test_of_two_who_follow_one_invitation_at_once_one_joins(both: Deps) -> None:
    ann = sign_in(both, ANN)
    for number in range(5):
        token = invite(both, ann)
        pair = [sign_in(both, ("xero", f"{number}{side}")) for side in "ab"]
        assert at_once(*(partial(join, both, one, token) for one in pair)) == 1


def test_of_the_last_two_who_leave_at_once_one_stays(both: Deps) -> None:
    def leave(person: Person) -> None:
        with both.writing() as tx:
            colleagues.leave(tx, person, by="tests", now=both.now())

    ann = sign_in(both, ANN)
    for number in range(5):
        ben = sign_in(both, ("xero", f"ben{number}"))
        join(both, ben, invite(both, ann))
        with both.reading() as tx:
            last = persons.of_reseller(tx, ann.reseller_id)
        assert at_once(*(partial(leave, one) for one in last)) == 1
        with both.reading() as tx:
            (ann,) = persons.of_reseller(tx, ann.reseller_id)
