"""The rules that a firm sets for its clients, and a client for itself, as versioned documents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from connector import db
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Moment, Tx
from connector.rules.costs import BadDebt, Costs
from connector.rules.inheritance import laid_over, own_values, own_with_lists
from connector.rules.notice_settings import Notices
from connector.rules.retention_settings import Retention
from dunning.rules.own_template import KEPT
from dunning.rules.policy import DunningPolicy
from matching.deduction.credits import CreditAccount
from matching.deduction.discounts import Discounts
from matching.deduction.shortfalls import Tolerance
from matching.facts.policy import MatchPolicy

SHOWN = {"version", "at", "by", "policy"}
policy_table = sa.Table(
    "policy",
    db.metadata,
    sa.Column("client_id", sa.ForeignKey("client.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("own", sa.JSON),
    sa.Column("firm_version", sa.Integer, nullable=False, server_default="0"),
)
"""`body` is the whole document that was in force, whatever it came from: a decision names it."""
p = policy_table.c
CURRENT = (
    sa.select(policy_table)
    .where(p.client_id == sa.bindparam("client"))
    .order_by(p.version.desc())
    .limit(1)
)
_LAST = sa.select(p.client_id, sa.func.max(p.version).label("version")).group_by(p.client_id).cte()
BRANDS = sa.select(p.client_id, p.body["dunning", "brand"].label("brand")).join(
    _LAST, sa.and_(_LAST.c.client_id == p.client_id, _LAST.c.version == p.version)
)
"""By client with rules of its own, the brand in those in force."""
firm_policy_table = sa.Table(
    "firm_policy",
    db.metadata,
    sa.Column("reseller_id", sa.ForeignKey("reseller.id"), primary_key=True),
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
    `credit_accounts` are those of credits that a person approves, the first for its code.
    `freshness_minutes_max` is how old the mirror may be before messages stop. `costs` and
    `bad_debt` are for reports alone. `notices` are what is told or said unasked, `retention` how
    long words are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    matching: MatchPolicy = Field(default_factory=MatchPolicy)
    dunning: DunningPolicy = Field(default_factory=DunningPolicy)
    tolerances: tuple[Tolerance, ...] = ()
    discounts: Discounts = Field(default_factory=Discounts)
    credit_accounts: tuple[CreditAccount, ...] = ()
    freshness_minutes_max: int = Field(default=30, ge=1, le=24 * 60)
    costs: Costs | None = None
    bad_debt: BadDebt = Field(default_factory=BadDebt)
    notices: Notices = Field(default_factory=Notices)
    retention: Retention = Field(default_factory=Retention)


@dataclass(frozen=True, slots=True)
class Version:
    """Version 0 is the policy that everybody starts with.

    Of a client's version, `own` is what the client says itself, over version `firm` of its firm's
    document; the rest is the firm's.
    """

    number: int
    policy: Policy
    at: datetime | None = None
    by: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    firm: int = 0


def owner_of(client_id: int) -> str:
    """Whose rules a client's are, as a printed document says it."""
    return f"client {client_id}"


def owning_firm(reseller_id: int) -> str:
    """Whose rules a firm's are, as a printed document says it."""
    return f"firm {reseller_id}"


class Given(NamedTuple):
    """A document as somebody gives it; `base` is the version that it says it was printed from, and
    `owner` whose that version is, as `policy show` says it: None and empty where it says neither.
    """

    policy: Policy
    base: int | None = None
    owner: str = ""

    def base_for(self, owner: str) -> int | None:
        """The version of this owner's rules that it was printed from; None where it names none."""
        return self.base if self.owner in ("", owner) else None


def parse(text: str | bytes) -> Policy:
    """The policy of a document (JSON), also as `policy show` prints it. Raises PolicyError."""
    return read(text).policy


def read(text: str | bytes) -> Given:
    """A document (JSON), with the version that it was made from, where `policy show` printed it.
    Raises PolicyError."""
    try:
        document = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PolicyError([f"document: no JSON: {error}"]) from None
    if not (isinstance(document, dict) and document.keys() - {"of"} == SHOWN):
        return Given(_valid(document))
    base = document["version"]
    if not isinstance(base, int):
        raise PolicyError([f"version: {base!r} is no number"])
    return Given(_valid(document["policy"]), base, str(document.get("of", "")))


def _valid(document: Any, context: str = "") -> Policy:
    """Raises PolicyError."""
    try:
        return Policy.model_validate(document, context=context or None)
    except ValidationError as error:
        raise PolicyError(faults_of(error)) from None


def faults_of(error: ValidationError) -> list[str]:
    """Each place of a document with what is wrong there."""
    return [
        f"{'.'.join(str(part) for part in fault['loc']) or 'document'}: {fault['msg']}"
        for fault in error.errors()
    ]


def current(tx: Tx, client_id: int) -> Version:
    """The rules in force for a client."""
    row = tx.execute(CURRENT, {"client": client_id}).first()
    return _version(row) if row else Version(0, Policy())


def to_change(tx: Tx, client_id: int) -> Version:
    """The same, which nobody else changes before this transaction ends."""
    db.one_at_a_time(tx, "policy", client_id)
    return current(tx, client_id)


def firm_to_change(tx: Tx, reseller_id: int) -> Version:
    """The document of a firm, which nobody else changes before this transaction ends."""
    db.one_at_a_time(tx, "firm_policy", reseller_id)
    return firm_current(tx, reseller_id)


def dunning_of(tx: Tx, connection: Connection) -> DunningPolicy:
    """How a company collects: its client's rules in force, with the locale of its country where
    they name none."""
    return current(tx, connection.client_id).policy.dunning.spoken_in(connection.country)


def firm_of(tx: Tx, client_id: int) -> Version:
    """The document of the client's firm."""
    return firm_current(tx, tenants.client(tx, client_id).reseller_id)


def firm_current(tx: Tx, reseller_id: int) -> Version:
    return next(iter(firm_versions(tx, reseller_id)), Version(0, Policy()))


def save(tx: Tx, client_id: int, policy: Policy, *, at: datetime, by: str) -> int:
    """Keep a new version beside the old ones; returns its number. What it says otherwise than the
    firm's document is the client's own from now on."""
    firm = firm_of(tx, client_id)
    made = Version(0, policy, at, by, own_values(firm.policy, policy), firm.number)
    return _keep(tx, client_id, made)


def save_firm(tx: Tx, reseller_id: int, policy: Policy, *, at: datetime, by: str) -> Version:
    """Keep a new version of a firm's document; its clients' versions are not touched."""
    number = firm_to_change(tx, reseller_id).number + 1
    tx.execute(
        sa.insert(firm_policy_table).values(
            reseller_id=reseller_id, version=number, at=at, by=by,
            body=policy.model_dump(mode="json"),
        )
    )  # fmt: skip
    return Version(number, policy, at, by)


def under(version: Version, firm: Policy) -> Policy:
    """What a client's version would be over another document of its firm. Raises PolicyError."""
    return _valid(laid_over(firm, version.own), KEPT)


def inherit(tx: Tx, client_id: int, firm: Version, *, at: datetime, by: str) -> int:
    """Lay the client's own values over a document of its firm, as a new version. Raises
    PolicyError."""
    before = to_change(tx, client_id)
    policy = under(before, firm.policy)
    return _keep(tx, client_id, Version(0, policy, at, by, before.own, firm.number))


def start(tx: Tx, client_id: int, *, at: datetime, by: str) -> None:
    """A client that has no rules yet begins with those of its firm, where there are any."""
    before, firm = to_change(tx, client_id), firm_of(tx, client_id)
    if firm.number and not before.number:
        inherit(tx, client_id, firm, at=at, by=by)


def versions(tx: Tx, client_id: int) -> list[Version]:
    """All saved versions, the newest first."""
    query = sa.select(policy_table).where(p.client_id == client_id).order_by(p.version.desc())
    return [_version(row) for row in tx.execute(query)]


def version(tx: Tx, client_id: int, number: int) -> Version | None:
    """One version; number 0 is what everybody starts with. None where there is none of it."""
    query = sa.select(policy_table).where(p.client_id == client_id, p.version == number)
    row = tx.execute(query).first()
    if row is None:
        return None if number else Version(0, Policy())
    return _version(row)


def firm_version(tx: Tx, reseller_id: int, number: int) -> Version | None:
    """One version of a firm's document; None where there is none of this number."""
    known = [*firm_versions(tx, reseller_id), Version(0, Policy())]
    return next((it for it in known if it.number == number), None)


def firm_versions(tx: Tx, reseller_id: int) -> list[Version]:
    """All saved versions of a firm's document, the newest first."""
    rows = tx.execute(
        sa.select(firm_policy_table)
        .where(firm_policy_table.c.reseller_id == reseller_id)
        .order_by(firm_policy_table.c.version.desc())
    )
    return [Version(row.version, _read(json.dumps(row.body)), row.at, row.by) for row in rows]


def _keep(tx: Tx, client_id: int, made: Version) -> int:
    number = to_change(tx, client_id).number + 1
    tx.execute(
        sa.insert(policy_table).values(
            client_id=client_id, version=number, at=made.at, by=made.by,
            body=made.policy.model_dump(mode="json"), own=dict(made.own), firm_version=made.firm,
        )
    )  # fmt: skip
    return number


def _version(row: Any) -> Version:
    policy = _read(json.dumps(row.body))
    # What was saved before firms had documents stood over what everybody starts with.
    own = own_with_lists(Policy(), policy) if row.own is None else row.own
    return Version(row.version, policy, row.at, row.by, own, row.firm_version)


@lru_cache(maxsize=256)
def _read(document: str) -> Policy:
    """What is in force is read again and again, and is another only with another version."""
    return Policy.model_validate_json(document, context=KEPT)
