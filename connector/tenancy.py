"""Whose rows a statement means: each tenant's table in it must be tied to named connections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, Grouping

TENANT = "connection_id"
BLOCKS = (sa.Select, sa.Update, sa.Delete)
TYING = (operators.eq, operators.in_op)
Tie = tuple[Any, Any]
"""A table and what its connection is equal to: another table's, or None for a value."""


def untied(statement: Any) -> set[str]:
    """The tenants' tables in a statement, and in those inside it, that no connection is named for.

    What ties a table stands in a WHERE: `connection_id = value`, `IN (values)`, or equality with
    a table that is tied; alone or joined by AND, never beside an OR.
    """
    tables: set[Any] = set()
    blocks: list[Any] = [statement]
    if not isinstance(statement, BLOCKS):
        blocks = []
        _look_through(statement, tables, blocks)
    return {name for block in blocks for name in _untied(block, frozenset())}


def _untied(block: Any, outer: frozenset[Any]) -> Iterator[str]:
    tables: set[Any] = set()
    inner: list[Any] = []
    _look_through(block, tables, inner)
    own = frozenset(tables - outer or tables)
    tied = _spread(set(outer - own), list(_ties(block.whereclause)))
    for table in own - tied:
        yield getattr(table, "element", table).name
    for one in inner:
        yield from _untied(one, outer | own)


def _look_through(element: Any, tables: set[Any], blocks: list[Any]) -> None:
    """Collect the tenants' tables that an element takes rows from, and the statements inside."""
    for child in element.get_children():
        if isinstance(child, BLOCKS):
            blocks.append(child)
        elif isinstance(child, sa.Column):
            _take(child.table, tables)
        elif isinstance(child, (sa.Table, sa.Alias)):
            _take(child, tables)
        else:
            _look_through(child, tables, blocks)


def _take(source: Any, tables: set[Any]) -> None:
    table = getattr(source, "element", source)
    if isinstance(table, sa.Table) and table.info.get("tenant"):
        tables.add(source)


def _ties(condition: Any) -> Iterator[Tie]:
    if isinstance(condition, Grouping):
        yield from _ties(condition.element)
    elif isinstance(condition, BooleanClauseList) and condition.operator is operators.and_:
        for part in condition.clauses:
            yield from _ties(part)
    elif isinstance(condition, BinaryExpression) and condition.operator in TYING:
        left, right = _table_of(condition.left), _table_of(condition.right)
        if left is not None or right is not None:
            yield (right, None) if left is None else (left, right)


def _table_of(side: Any) -> Any:
    return side.table if isinstance(side, sa.Column) and side.name == TENANT else None


def _spread(tied: set[Any], ties: list[Tie]) -> set[Any]:
    tied |= {one for one, other in ties if other is None}
    links = [tie for tie in ties if tie[1] is not None]
    while fresh := [link for link in links if (link[0] in tied) != (link[1] in tied)]:
        tied.update(*fresh)
    return tied
