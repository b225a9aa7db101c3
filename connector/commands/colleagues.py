"""The people of a firm: listed, invited, taken out."""

from __future__ import annotations

from argparse import Namespace

from connector.access import colleagues
from connector.access.colleagues import Declined
from connector.clients import persons
from connector.commands.arguments import Verbs, whole_number
from connector.commands.firms import firm_of
from connector.commands.output import CommandError, say, show
from connector.commands.people import me
from connector.deps import Deps

UNKNOWN = "`ledgerhand people list` tells their ids"


def add(verbs: Verbs) -> None:
    people = verbs.group("people", "who may look into the clients of a firm")
    told = people.verb("list", list_people, "everybody, and how each signs in").lists()
    asked = people.verb("invite", invite, "a link for one colleague, good once and for 7 days")
    people.verb("remove", remove, "signed out everywhere; sees no client any more").takes("person")
    for verb in (told, asked):
        verb.option("--firm", default="", metavar="NAME", help="one of several")


def list_people(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        firm = firm_of(tx, given)
        rows = [
            {"id": one.id, "name": one.name, "email": one.email,
             "signs_in_with": persons.issuers(tx, one.id)}
            for one in persons.of_reseller(tx, firm.id)
        ]  # fmt: skip
    show(rows, as_json=given.json, empty="Nobody has signed in yet.")


def invite(deps: Deps, given: Namespace) -> None:
    with deps.writing() as tx:
        firm = firm_of(tx, given)
        token = colleagues.invite(tx, firm.id, by=me(), now=deps.now())
    say(f"{deps.config.base_url}/join/{token}")


def remove(deps: Deps, given: Namespace) -> None:
    try:
        with deps.writing() as tx:
            found = persons.person(
                tx, whole_number(given.person, f"{given.person!r} is no id; {UNKNOWN}")
            )
            if found is None:
                raise CommandError(f"there is no person {given.person}; {UNKNOWN}")
            colleagues.leave(tx, found, by=me(), now=deps.now())
    except Declined as declined:
        raise CommandError(str(declined)) from None
    say(f"{found.name} no longer sees any client of this firm.")
