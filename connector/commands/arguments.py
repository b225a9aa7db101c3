"""The shape of the command line: groups, verbs, what each takes."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from connector import local_days
from connector.commands.output import CommandError
from connector.deps import Deps
from connector.local_days import NoDay
from providers.money import Money

DIGITS_MAX = 18
Work = Callable[[Deps, Namespace], None]
Alone = Callable[[Namespace], None]


class Verb:
    """One command; `alone` marks those that need neither configuration nor database."""

    def __init__(self, parser: ArgumentParser, work: Work | Alone, *, alone: bool) -> None:
        self._parser = parser
        parser.set_defaults(work=work, alone=alone, json=False)

    def takes(self, *names: str) -> Verb:
        for name in names:
            self._parser.add_argument(name)
        return self

    def option(self, name: str, **how: Any) -> Verb:
        self._parser.add_argument(name, **how)
        return self

    def lists(self) -> Verb:
        """Adds --json."""
        self._parser.add_argument("--json", action="store_true", help="print JSON")
        return self


class Verbs:
    """A level of the command line."""

    def __init__(self, parser: ArgumentParser) -> None:
        self._sub = parser.add_subparsers(required=True, metavar="COMMAND")

    def verb(self, name: str, work: Work | Alone, text: str, *, alone: bool = False) -> Verb:
        return Verb(self._sub.add_parser(name, help=text, description=text), work, alone=alone)

    def group(self, name: str, text: str) -> Verbs:
        return Verbs(self._sub.add_parser(name, help=text, description=text))


def whole_number(text: str, otherwise: str) -> int:
    """A number such as ids are, of plain digits. Raises CommandError with what is wrong."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise CommandError(otherwise)
    return int(text)


def day(option: str, text: str) -> date:
    """A day as it is typed. Raises CommandError."""
    if not text:
        raise CommandError(f"{option} is missing: a day such as 2026-01-31")
    try:
        return local_days.written(text)
    except NoDay as wrong:
        raise CommandError(f"{option} {wrong}") from None


def amount(option: str, text: str, currency: str) -> Money:
    """An amount above nothing, in whole minor units of the currency. Raises CommandError."""
    if not text:
        raise CommandError(f"{option} is missing: an amount such as 120.50")
    try:
        exact = Decimal(text)
        found = Money(exact, currency)
    except (InvalidOperation, ValueError):
        raise CommandError(f"{option} {text!r} is no amount; write it as 120.50") from None
    if found.amount != exact or exact <= 0:
        raise CommandError(f"{option} {text!r} is no amount above 0 in {currency}")
    return found
