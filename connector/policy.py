"""The rules that a client sets, as one versioned document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connector import db
from connector.costs import BadDebt, Costs
from connector.db import Moment, Tx
from connector.notice_settings import Notices
from dunning.own_template import KEPT
from dunning.policy import DunningPolicy
from matching.discounts import Discounts
from matching.policy import MatchPolicy
from matching.shortfalls import Tolerance

SHOWN = {"version", "at", "by", "policy"}
policy_table = sa.Table(
    "policy",
    db.metadata,
    sa.Column("client_id", sa.ForeignKey("client.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)


class PolicyError(ValueError):
    """The document cannot be used; each of `faults` names a field and what is wrong with it."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Policy(BaseModel):
    """`tolerances` book small differences to accounts, the first one that covers it; a difference
    that none covers is a deduction case. `discounts` are granted to who pays early.
    `freshness_minutes_max` is how old the mirror may be before messages stop. `costs` and
    `bad_debt` are for reports alone. `notices` are what is told or said unasked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    matching: MatchPolicy = Field(default_factory=MatchPolicy)
    dunning: DunningPolicy = Field(default_factory=DunningPolicy)
    tolerances: tuple[Tolerance, ...] = ()
    discounts: Discounts = Field(default_factory=Discounts)
    freshness_minutes_max: int = Field(default=30, ge=1, le=24 * 60)
    costs: Costs | None = None
    bad_debt: BadDebt = Field(default_factory=BadDebt)
    notices: Notices = Field(default_factory=Notices)

    def allows_more_than(self, other: Policy) -> bool:
        """Whether more is applied, or booked as a difference, without a person."""
        new = [one for one in self.tolerances if one not in other.tolerances]
        books_more = self.discounts.books_more_than(other.discounts)
        return bool(new or books_more or self.matching.freer_than(other.matching))


@dataclass(frozen=True, slots=True)
class Version:
    """Version 0 is the policy that everybody starts with."""

    number: int
    policy: Policy
    at: datetime | None = None
    by: str = ""


def parse(text: str | bytes) -> Policy:
    """Read a policy document (JSON), also as `policy show` prints it. Raises PolicyError."""
    try:
        document = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PolicyError([f"document: no JSON: {error}"]) from None
    if isinstance(document, dict) and document.keys() == SHOWN:
        document = document["policy"]
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']) or 'document'}: {fault['msg']}"
            for fault in error.errors()
        ]
        raise PolicyError(faults) from None


def changes(earlier: Policy, later: Policy) -> list[str]:
    """What differs, a line for each place, as a person reads it."""
    old, new = (dict(_places("", it.model_dump(mode="json"))) for it in (earlier, later))
    return [
        f"{place}: {old.get(place, 'nothing')} -> {new.get(place, 'nothing')}"
        for place in sorted({*old, *new})
        if old.get(place) != new.get(place)
    ]


def _places(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every value by its place; lists of named parts by the names."""
    if isinstance(value, list) and all(isinstance(it, dict) and "name" in it for it in value):
        value = {it["name"]: it for it in value}
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _places(f"{place}.{name}".strip("."), part)
    else:
        yield place, json.dumps(value)


def current(tx: Tx, client_id: int) -> Version:
    row = tx.execute(
        sa.select(policy_table)
        .where(policy_table.c.client_id == client_id)
        .order_by(policy_table.c.version.desc())
        .limit(1)
    ).first()
    return _version(row) if row else Version(0, Policy())


def save(tx: Tx, client_id: int, policy: Policy, *, at: datetime, by: str) -> int:
    """Keep a new version beside the old ones; returns its number."""
    number = current(tx, client_id).number + 1
    tx.execute(
        sa.insert(policy_table).values(
            client_id=client_id, version=number, at=at, by=by, body=policy.model_dump(mode="json")
        )
    )
    return number


def versions(tx: Tx, client_id: int) -> list[Version]:
    """All saved versions, the newest first."""
    rows = tx.execute(
        sa.select(policy_table)
        .where(policy_table.c.client_id == client_id)
        .order_by(policy_table.c.version.desc())
    )
    return [_version(row) for row in rows]


def _version(row: Any) -> Version:
    return Version(row.version, Policy.model_validate(row.body, context=KEPT), row.at, row.by)
