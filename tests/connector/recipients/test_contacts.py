"""Who gets the reminders: the first choice that may be written to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector import audit
from connector.deps import Deps
from connector.recipients import contacts
from connector.recipients.contacts import BadContact, Contact, Role
from dunning.customer.channels import Channel
from tests.connector.office import NOW

LEDGERS = ("Pay@ash.example", "office@ash.example")


def person(email: str, role: Role) -> Contact:
    return Contact("ash", role, email=email)


DUN, DUN2 = person("dun@ash.example", Role.DUNNING), person("dun2@ash.example", Role.DUNNING)
BILL = person("bill@ash.example", Role.BILLING)
OWNER = person("owner@ash.example", Role.OWNER)
BOSS = person("boss@ash.example", Role.ESCALATION)


@pytest.mark.parametrize(("_case", "known", "stopped", "expected"), [
    ("nobody", [], [], LEDGERS),
    ("dunning goes first", [BILL, DUN, DUN2], [], ("dun@ash.example", "dun2@ash.example")),
    ("billing is next", [BILL, OWNER], [], ("bill@ash.example",)),
    ("owners and escalation get no reminders", [OWNER, BOSS], [], LEDGERS),
    ("one of two is stopped", [DUN, DUN2], ["dun@ash.example"], ("dun2@ash.example",)),
    ("the whole choice is stopped", [DUN, BILL], ["dun@ash.example"], ("bill@ash.example",)),
    ("whatever the case", [], ["pay@ash.example"], ("office@ash.example",)),
    ("all of them", [DUN], ["dun@ash.example", *(e.lower() for e in LEDGERS)], ()),
    ("a telephone alone is no address", [Contact("ash", Role.DUNNING, phone="+14155552671")], [],
     LEDGERS),
])  # fmt: skip
def test_who_gets_reminders(
    _case: str, known: list[Contact], stopped: list[str], expected: tuple[str, ...]
) -> None:
    assert contacts.usable(known, LEDGERS, set(stopped)) == expected


@pytest.mark.parametrize(("_case", "known", "stopped", "expected"), [
    ("nobody else", [], [], ()),
    ("billing, the ledger's own, the owner, whoever is asked last", [BOSS, OWNER, BILL, DUN], [],
     ("bill@ash.example", *LEDGERS, "owner@ash.example", "boss@ash.example")),
    ("not who is written to anyway", [BILL, OWNER], [], (*LEDGERS, "owner@ash.example")),
    ("nor who said no", [DUN, OWNER], ["pay@ash.example", "owner@ash.example"],
     ("office@ash.example",)),
    ("one person in two roles is one", [DUN, person("dun@ash.example", Role.OWNER)], [], LEDGERS),
])  # fmt: skip
def test_who_is_tried_next(
    _case: str, known: list[Contact], stopped: list[str], expected: tuple[str, ...]
) -> None:
    assert contacts.others(known, LEDGERS, stopped) == expected


def test_how_somebody_asked_to_be_written_to_is_kept_and_heard_by_role(both: Deps) -> None:
    owner = replace(OWNER, prefers=Channel.EMAIL)
    bill = replace(BILL, phone="+14155552671", prefers=Channel.TEXT)
    with both.writing() as tx:
        for one in (owner, DUN, bill):
            contacts.add(tx, 1, one, by="ann", at=NOW)
        with pytest.raises(BadContact, match="prefers text needs"):
            contacts.add(tx, 1, replace(DUN, prefers=Channel.TEXT), by="ann", at=NOW)
    with both.reading() as tx:
        kept = contacts.of_customers(tx, 1, ["ash"])["ash"]
    assert [one.prefers for one in kept] == [Channel.EMAIL, None, Channel.TEXT]
    assert contacts.preferred(kept) is Channel.TEXT, "owners get no reminders"
    assert contacts.preferred([DUN]) is None


def test_a_contact_is_kept_once_in_each_role_and_told(both: Deps) -> None:
    with both.writing() as tx:
        contacts.add(tx, 1, DUN, by="ann", at=NOW)
        contacts.add(tx, 1, Contact("ash", Role.DUNNING, "Ann", DUN.email), by="bob", at=NOW)
        contacts.add(tx, 1, Contact("ash", Role.BILLING, "Ann", DUN.email), by="bob", at=NOW)
        contacts.add(tx, 1, Contact("ash", Role.OWNER, phone="+14155552671"), by="bob", at=NOW)
        contacts.add(tx, 1, Contact("ash", Role.OWNER, phone="+14155552672"), by="bob", at=NOW)
        contacts.add(tx, 2, BILL, by="ann", at=NOW)
    with both.reading() as tx:
        kept = contacts.of_customers(tx, 1, ["ash", "birch"])
        entries = audit.entries(tx, 1)
    assert [(it.role, it.name, it.by) for it in kept["ash"]] == [
        ("dunning", "Ann", "bob"), ("billing", "Ann", "bob"), ("owner", "", "bob"),
        ("owner", "", "bob"),
    ]  # fmt: skip
    assert {entry.event for entry in entries} == {"contact.added"}
    with both.writing() as tx:
        contacts.drop(tx, 2, kept["ash"][0], by="bob", at=NOW)
        contacts.drop(tx, 1, kept["ash"][1], by="bob", at=NOW)
    with both.reading() as tx:
        assert [it.role for it in contacts.of_customers(tx, 1, ["ash"])["ash"]] == [
            "dunning", "owner", "owner",
        ]  # fmt: skip


@pytest.mark.parametrize(("wrong", "words"), [
    (Contact("ash", Role.OWNER), "needs an e-mail address or a telephone number"),
    (person("ann@ash.example, bob@ash.example", Role.OWNER), "not one plain e-mail address"),
    (person(f"{'a' * 250}@ash.example", Role.OWNER), "not one plain e-mail address"),
    (Contact("ash", Role.OWNER, phone="415 555 2671"), "E.164"),
    (Contact("ash", Role.OWNER, "x" * 201, "ann@ash.example"), "more than 200 characters"),
])  # fmt: skip
def test_what_cannot_be_written_to_is_not_kept(deps: Deps, wrong: Contact, words: str) -> None:
    with deps.writing() as tx:
        with pytest.raises(BadContact, match=words):
            contacts.add(tx, 1, wrong, by="ann", at=NOW)
        assert contacts.of_customers(tx, 1, ["ash"]) == {}
