"""The `where` grammar of Xero's lists: C#-like comparisons joined by AND, OR and brackets."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from providers.simulated.store import Doc
from providers.simulated.xero.refusals import bad_query

Value = Callable[[Doc], Any]
Predicate = Callable[[Doc], bool]
Resolve = Callable[[str], Value]
"""Turns a field's path, such as ``Contact.Name``, into the way to read it. Raises KeyError."""

TOKEN = re.compile(
    r"""\s*(?:
    (?P<text>"(?:[^"\\]|\\.)*")
  | (?P<number>-?\d+(?:\.\d+)?[mMdD]?)
  | (?P<sign>==|!=|<>|>=|<=|&&|\|\||[=<>(),!])
  | (?P<word>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_][A-Za-z_0-9]*)*)
    )""",
    re.VERBOSE,
)
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "=": operator.eq, "!=": operator.ne, "<>": operator.ne,
    ">": operator.gt, "<": operator.lt, ">=": operator.ge, "<=": operator.le,
}  # fmt: skip
METHODS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith, "endswith": str.endswith, "contains": operator.contains,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in a filter, as text that sorts like the moments in documents."""

    text: str


def parse(where: str, resolve: Resolve) -> Predicate:
    """Raises Turned (400) for a filter that Xero could not read."""
    parser = _Parser(_tokens(where), resolve)
    try:
        predicate = parser.either()
    except (IndexError, ValueError, TypeError) as error:
        raise bad_query(f"The where clause could not be read: {where}") from error
    except KeyError as error:
        raise bad_query(f"No property or field {error} exists for this endpoint") from error
    if parser.left():
        raise bad_query(f"The where clause could not be read: {where}")
    return predicate


def _tokens(where: str) -> list[tuple[str, str]]:
    tokens = []
    place = 0
    text = where.rstrip()
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise bad_query(f"Syntax error at index {place} of the where clause")
        tokens.append((found.lastgroup, found[found.lastgroup]))
        place = found.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]], resolve: Resolve) -> None:
        self._tokens = tokens
        self._place = 0
        self._resolve = resolve

    def left(self) -> bool:
        return self._place < len(self._tokens)

    def either(self) -> Predicate:
        parts = [self._both()]
        while self._take("||", "OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda doc: any(part(doc) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._take("&&", "AND"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda doc: all(part(doc) for part in parts)

    def _one(self) -> Predicate:
        if self._take("!", "NOT"):
            inside = self._one()
            return lambda doc: not inside(doc)
        if self._take("("):
            predicate = self.either()
            self._demand(")")
            return predicate
        return self._comparison()

    def _comparison(self) -> Predicate:
        left = self._value()
        if self.left() and self._tokens[self._place][1] in SIGNS:
            sign = SIGNS[self._next()[1]]
            right = self._value()
            return lambda doc: _compare(sign, left(doc), right(doc))
        return lambda doc: bool(left(doc))

    def _value(self) -> Value:
        group, text = self._next()
        if group == "text":
            return _constant(text[1:-1].replace('\\"', '"'))
        if group == "number":
            return _constant(Decimal(text.rstrip("mMdD")))
        if group != "word":
            raise ValueError(text)
        return self._word(text)

    def _word(self, text: str) -> Value:
        lower = text.lower()
        if lower in ("true", "false", "null"):
            return _constant({"true": True, "false": False, "null": None}[lower])
        if lower in ("datetime", "datetime.parse", "guid"):
            return _constant(_made(lower, self._arguments()))
        path, _, method = text.rpartition(".")
        if method.lower() in METHODS and path:
            return self._method(path, METHODS[method.lower()])
        if method.lower() in ("tolower", "toupper") and path:
            self._arguments()
            return self._resolve(path)
        return self._resolve(text)

    def _method(self, path: str, test: Callable[[str, str], bool]) -> Value:
        of = self._resolve(path)
        wanted = str(self._arguments()[0]).lower()
        return lambda doc: test(str(of(doc) or "").lower(), wanted)

    def _arguments(self) -> list[Any]:
        self._demand("(")
        values = []
        while not self._take(")"):
            values.append(self._value()({}))
            self._take(",")
        return values

    def _next(self) -> tuple[str, str]:
        token = self._tokens[self._place]
        self._place += 1
        return token

    def _take(self, *texts: str) -> bool:
        if self.left() and self._tokens[self._place][1].upper() in texts:
            self._place += 1
            return True
        return False

    def _demand(self, text: str) -> None:
        if not self._take(text):
            raise ValueError(text)


def _constant(value: Any) -> Value:
    return lambda _doc: value


def _made(name: str, arguments: list[Any]) -> Any:
    if name == "guid":
        return str(arguments[0]).lower()
    if name == "datetime.parse":
        at = datetime.fromisoformat(str(arguments[0])).replace(tzinfo=None)
    else:
        at = datetime(*(int(number) for number in arguments))  # type: ignore[arg-type]  # noqa: DTZ001
    return Instant(at.isoformat())


def _compare(sign: Callable[[Any, Any], bool], left: Any, right: Any) -> bool:
    if isinstance(right, Instant):
        right = right.text
        left = f"{left}T00:00:00" if isinstance(left, str) and len(left) == 10 else left
    elif isinstance(left, str) and isinstance(right, str):
        left, right = left.lower(), right.lower()
    if sign in (operator.eq, operator.ne):
        return sign(left, right)
    try:
        return left is not None and right is not None and sign(left, right)
    except TypeError:
        return False
