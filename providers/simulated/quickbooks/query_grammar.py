"""The query language: from text to a question that can be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from providers.simulated.quickbooks.refusals import Refusal, invalid_query, unparsable_query

ROWS_DEFAULT = 100
ROWS_MAX = 1000
OPERATORS = ("=", "<", ">", "<=", ">=", "IN", "LIKE")
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*')
    | (?P<operator><=|>=|!=|<>|=|<|>)
    | (?P<mark>[(),*])
    | (?P<word>[A-Za-z_][\w.]*|-?\d[\w.:+-]*)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Condition:
    """`name` is as written; `values` hold one value, or several for IN."""

    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    descending: bool


@dataclass(frozen=True, slots=True)
class Query:
    entity: str
    counts: bool
    conditions: tuple[Condition, ...]
    orders: tuple[Order, ...]
    start: int
    rows_max: int


def parse(text: str) -> Query:
    """Raises Refusal: 4000 for what cannot be read, 4001 for what makes no sense."""
    reader = _Reader(_tokens(text))
    counts = reader.selection()
    reader.word("FROM")
    entity = reader.take("word")
    conditions: list[Condition] = []
    if reader.skip("WHERE"):
        conditions.append(reader.condition())
        while reader.skip("AND"):
            conditions.append(reader.condition())
    orders: list[Order] = []
    if reader.skip("ORDERBY") or reader.skip_both("ORDER", "BY"):
        orders.append(reader.order())
        while reader.skip(","):
            orders.append(reader.order())
    start, rows_max = reader.window()
    reader.end()
    return Query(entity, counts, tuple(conditions), tuple(orders), start, rows_max)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, at, text = [], 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise unparsable_query(f'Encountered "{text[at : at + 20]}" at position {at + 1}')
        kind = str(match.lastgroup)
        tokens.append((kind, match.group(kind)))
        at = match.end()
    return tokens


class _Reader:
    """Takes tokens one by one. Every method raises Refusal where the text goes wrong."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def selection(self) -> bool:
        """Whether only a count is asked for; the names of columns are read and passed over."""
        self.word("SELECT")
        if self.skip("COUNT"):
            for mark in "(*)":
                self.word(mark)
            return True
        while not self._sees("FROM"):
            self._next()
        return False

    def condition(self) -> Condition:
        name = self.take("word")
        if self.skip("IN"):
            return Condition(name, "IN", self._several())
        operator = "LIKE" if self.skip("LIKE") else self.take("operator")
        if operator not in OPERATORS:
            raise unparsable_query(f'Encountered "{operator}"; known are {", ".join(OPERATORS)}')
        return Condition(name, operator, (self._value(),))

    def order(self) -> Order:
        name = self.take("word")
        descending = self.skip("DESC")
        if not descending:
            self.skip("ASC")
        return Order(name, descending)

    def window(self) -> tuple[int, int]:
        """STARTPOSITION and MAXRESULTS, in either order."""
        start, rows_max = 1, ROWS_DEFAULT
        while not self._is_at_end():
            if self.skip("STARTPOSITION"):
                start = self._count()
            elif self.skip("MAXRESULTS"):
                rows_max = self._count()
            else:
                break
        if rows_max > ROWS_MAX:
            raise invalid_query(f"value {rows_max} is too large. Max allowed value is {ROWS_MAX}")
        return start, rows_max

    def end(self) -> None:
        if not self._is_at_end():
            raise self._unexpected()

    def word(self, word: str) -> None:
        if not self.skip(word):
            raise self._unexpected(word)

    def skip(self, word: str) -> bool:
        if not self._sees(word):
            return False
        self._at += 1
        return True

    def skip_both(self, first: str, second: str) -> bool:
        if not self.skip(first):
            return False
        self.word(second)
        return True

    def take(self, kind: str) -> str:
        if self._is_at_end() or self._tokens[self._at][0] != kind:
            raise self._unexpected()
        return self._next()

    def _several(self) -> tuple[str, ...]:
        self.word("(")
        values = [self._value()]
        while self.skip(","):
            values.append(self._value())
        self.word(")")
        return tuple(values)

    def _value(self) -> str:
        if self._is_at_end():
            raise self._unexpected()
        kind, token = self._tokens[self._at]
        if kind not in {"text", "word"}:
            raise self._unexpected()
        self._at += 1
        return re.sub(r"\\(.)", r"\1", token[1:-1]) if kind == "text" else token

    def _count(self) -> int:
        text = self._value()
        if not text.lstrip("-").isdigit():
            raise unparsable_query(f'Encountered "{text}" where a number was expected')
        if int(text) < 1:
            raise invalid_query(f"value {text} is too small. Min allowed value is 1")
        return int(text)

    def _sees(self, word: str) -> bool:
        if self._is_at_end():
            return False
        kind, token = self._tokens[self._at]
        return kind != "text" and token.upper() == word

    def _next(self) -> str:
        if self._is_at_end():
            raise self._unexpected()
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _is_at_end(self) -> bool:
        return self._at >= len(self._tokens)

    def _unexpected(self, wanted: str = "") -> Refusal:
        seen = "<EOF>" if self._is_at_end() else self._tokens[self._at][1]
        hint = f"; was expecting {wanted}" if wanted else ""
        return unparsable_query(f'Encountered "{seen}"{hint}')
