"""`ledgerhand receipts set-aside` and `bring-back`: money of which nothing is to be applied."""

from __future__ import annotations

from argparse import Namespace

from connector.commands.arguments import Verbs
from connector.commands.finding import money_of
from connector.commands.output import CommandError, say
from connector.commands.people import me
from connector.deps import Deps
from connector.money import set_aside
from connector.money.set_aside import As, CannotSetAside


def add(money: Verbs) -> None:
    aside = money.verb("set-aside", put, "money of which nothing is to be applied, and why")
    aside.takes("id").option("--client", required=True)
    aside.option(
        "--as", dest="as_", required=True, choices=[it.value for it in As],
        help="not-a-customer: nobody's of your customers; returned: the bank took it back;"
        " same-as: another record of the same money, see --of; told-twice: the bank told of it in"
        " one sum and as its payments",
    )  # fmt: skip
    aside.option("--of", default="", metavar="ID", help="with same-as: the other record's id")
    aside.option("--reason", required=True, help="why; kept with the money")
    back = money.verb("bring-back", bring_back, "decide again about money that was set aside")
    back.takes("id").option("--client", required=True)
    back.option("--reason", default="", help="why; kept in the audit log")


def put(deps: Deps, given: Namespace) -> None:
    """`id` and `--of` are as `receipts list` shows them."""
    if bool(given.of) != (given.as_ == As.SAME):
        raise CommandError("--of ID belongs to --as same-as: which record is the same money")
    with deps.reading() as tx:
        connection, item = money_of(tx, given.client, given.id)
    try:
        set_aside.by_person(
            deps, connection.id, item.subject, As(given.as_), of=given.of, reason=given.reason,
            by=me(),
        )  # fmt: skip
    except CannotSetAside as error:
        raise CommandError(f"{error}; nothing was changed") from None
    say(
        f"{item.subject} is set aside. `ledgerhand receipts bring-back {item.subject} --client"
        f" {given.client}` brings it back."
    )


def bring_back(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        connection, item = money_of(tx, given.client, given.id)
    try:
        set_aside.take_back(deps, connection.id, item.subject, reason=given.reason, by=me())
    except CannotSetAside as error:
        raise CommandError(f"{error}; nothing was changed") from None
    say(f"{item.subject} is decided on again, and by a person only.")
