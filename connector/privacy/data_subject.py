"""Whose rows are whose: everything that is stored about the person behind one customer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from connector import schema
from connector.db import Tx
from connector.decided import account_subjects, decisions
from connector.disputed import disputes
from connector.mirroring import mirror
from connector.privacy.data_map import CHAINED, HOLDINGS, LEDGERS_OWN
from connector.recipients import consents
from connector.redaction import Redactor, leaves, searchable, sentences
from connector.tenancy import TENANT
from providers.ledger import Customer

OF_CUSTOMER = ("customer", "telephone", "unopened", "fault", "id", "promise", "note")
OF_DOCUMENT = ("invoice", "note")
OF_ACCOUNT = (*account_subjects.KINDS, account_subjects.ORDER, "letter", "thanks")
"""The kinds of subjects; those of accounts go on with a currency."""
NUMBERED = ("alias", "charge", "deduction", "remittance")
KNOWN_AS = ("name", "emails", "other_emails", "text_to", "call_to")
"""Of the account in a decision's inputs (`dunning.account.Account`)."""
TEXTS = (sa.String, sa.JSON, sa.LargeBinary)


@dataclass(frozen=True, slots=True)
class Subject:
    """The data subject: by what its rows are found. `subjects` are those of decisions, intents,
    approvals and audit entries."""

    connection_id: int
    customer_id: str
    invoices: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    decisions: frozenset[int] = frozenset()
    intents: frozenset[str] = frozenset()

    def rows_of(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Which rows of a table are the person's; where a row names its customer, that counts."""
        ties = sa.or_(sa.false(), *self._ties(table))
        if "customer_id" not in table.c:
            return ties
        named = table.c.customer_id
        return sa.or_(named == self.customer_id, sa.and_(named == "", ties))

    def others(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Which rows of a table name another customer."""
        if "customer_id" not in table.c:
            return sa.false()
        return table.c.customer_id.not_in(("", self.customer_id))

    def _ties(self, table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
        known: dict[str, frozenset[Any]] = {
            "invoice_id": self.invoices, "message_id": self.messages,
            "decision_id": self.decisions, "intent_key": self.intents,
        }  # fmt: skip
        yield from (table.c[name].in_(ids) for name, ids in known.items() if name in table.c)
        if table.name == "decision":
            yield table.c.id.in_(self.decisions)
        if table.name == "intent":
            yield table.c.key.in_(self.intents)
        if table.name == "cash":
            yield (table.c.kind + ":" + table.c.id).in_(self.subjects)
        if table.name == "remittance":
            yield (table.c.cash_kind + ":" + table.c.cash_id).in_(self.subjects)
        for name in {"subject", "about"} & set(table.c.keys()):
            yield table.c[name].in_(self.subjects)
            for kind in OF_ACCOUNT:
                yield table.c[name].startswith(f"{kind}:{self.customer_id}/", autoescape=True)


def tenants_tables() -> dict[str, sa.Table]:
    """The tables of tenants in which something of a person can stand."""
    return {
        name: table
        for name, table in sorted(schema.metadata().tables.items())
        if TENANT in table.c and name not in LEDGERS_OWN
    }


def found(tx: Tx, connection_id: int, customer_id: str) -> Subject:
    """Everything by which the rows of one customer are found."""
    tables = schema.metadata().tables
    bare = Subject(connection_id, customer_id)

    def of(name: str, who: Subject, *columns: str) -> list[Any]:
        table = tables[name]
        query = sa.select(*(table.c[column] for column in columns)).where(
            table.c[TENANT] == connection_id, who.rows_of(table)
        )
        return list(tx.execute(query))

    records = of("mirror", bare, "kind", "id")
    invoices = {row.id for row in records if row.kind == "invoice"}
    invoices |= {row.invoice_id for row in of("paid_invoice", bare, "invoice_id")}
    messages = {row.message_id for row in of("message", bare, "message_id")}
    subjects = {
        *(f"{kind}:{customer_id}" for kind in OF_CUSTOMER),
        *(f"{kind}:{id_}" for kind in OF_DOCUMENT for id_ in invoices),
        *(f"{row.kind}:{row.id}" for row in (*records, *of("cash", bare, "kind", "id"))),
        *(f"message:{id_}" for id_ in messages),
        *(f"{name}:{row.id}" for name in NUMBERED for row in of(name, bare, "id")),
        *(f"dispute:{disputes.PREFIX}{row.id}" for row in of("dispute", bare, "id")),
        *_of_effects(tx, tables["intent"], bare),
        customer_id, *invoices,
    }  # fmt: skip
    who = replace(bare, invoices=frozenset(invoices), messages=frozenset(messages),
                  subjects=frozenset(subjects))  # fmt: skip
    decided = {row.id for row in of("decision", who, "id")}
    who = replace(who, decisions=frozenset(decided))
    keys = {row.key for row in of("intent", who, "key")}
    return replace(who, intents=frozenset(keys | _hooks(tx, tables["intent"], bare)))


def owners(tx: Tx, connection_id: int, name: str, ids: Collection[int]) -> dict[int, str]:
    """The ids of the customers of numbered rows of one table."""
    table = schema.metadata().tables[name]
    rows = tx.execute(
        sa.select(table.c.id, table.c.customer_id).where(
            table.c[TENANT] == connection_id, table.c.id.in_(ids)
        )
    )
    return {row.id: row.customer_id for row in rows}


def redactor(tx: Tx, who: Subject, customer: Customer | None) -> Redactor:
    """What to look for: who the person is and what was said. What another customer of the same
    client is known by, too, is looked for in the person's own rows alone."""
    names = {customer.name, *customer.emails} if customer else set()
    said: set[str] = set()
    for name, holding in HOLDINGS.items():
        table = schema.metadata().tables[name]
        names |= _texts(tx, who, table, holding.names, who.rows_of(table))
        said |= _texts(tx, who, table, holding.words, who.rows_of(table))
    own = [one for one in _consents(tx, who) if one.customer_id == who.customer_id]
    names.update(one.address for one in own)
    names.update(_decided_on(tx, who))
    said.update(one.words for one in own)
    others = {name.casefold() for name in _of_others(tx, who)}
    shared = frozenset(name for name in searchable(names) if name.casefold() in others)
    return Redactor(who.customer_id, searchable(names) - shared, sentences(said) | shared)


def textual(table: sa.Table) -> list[sa.Column[Any]]:
    """The columns that can hold words and are not part of the key."""
    return [c for c in table.columns if isinstance(c.type, TEXTS) and not c.primary_key]


def is_chained(table: sa.Table) -> bool:
    return table.name == CHAINED


def _of_effects(tx: Tx, intent: sa.Table, who: Subject) -> Iterable[str]:
    """The subjects of cash and charges that were written for this customer."""
    rows = tx.execute(
        sa.select(intent.c.subject)
        .where(intent.c[TENANT] == who.connection_id, _names_customer(intent, who))
        .where(intent.c.name != "send_hook")
        .distinct()
    )
    return rows.scalars()


def _hooks(tx: Tx, intent: sa.Table, who: Subject) -> set[str]:
    """What the client's systems were told of this customer: its subject is the system."""
    rows = tx.execute(
        sa.select(intent.c.key)
        .where(intent.c[TENANT] == who.connection_id, _names_customer(intent, who))
        .where(intent.c.name == "send_hook")
    )
    return set(rows.scalars())


def _names_customer(intent: sa.Table, who: Subject) -> sa.ColumnElement[bool]:
    written = sa.cast(intent.c.effect, sa.Text)
    return written.contains(f'"customer_id": "{who.customer_id}"', autoescape=True)


def _of_others(tx: Tx, who: Subject) -> Iterator[str]:
    for customer in mirror.customers(tx, who.connection_id):
        if customer.id != who.customer_id:
            yield from (customer.name, *customer.emails)
    for name in ("alias", "contact"):
        table = schema.metadata().tables[name]
        yield from _texts(tx, who, table, HOLDINGS[name].names, who.others(table))
    yield from (one.address for one in _consents(tx, who) if one.customer_id != who.customer_id)


def _decided_on(tx: Tx, who: Subject) -> Iterator[str]:
    """As whom the person was known when it was decided on: the ledger may have forgotten it."""
    for decision in decisions.fetch(tx, who.connection_id, who.decisions).values():
        account = decision.inputs.get("account", {})
        if account.get("customer_id") == who.customer_id:
            yield from leaves([account.get(name) or "" for name in KNOWN_AS])


def _texts(
    tx: Tx, who: Subject, table: sa.Table, columns: Sequence[str], where: sa.ColumnElement[bool]
) -> set[str]:
    if not columns:
        return set()
    query = sa.select(*(table.c[name] for name in columns))
    rows = tx.execute(query.where(table.c[TENANT] == who.connection_id, where))
    return {text for row in rows for value in row for text in leaves(value)}


def _consents(tx: Tx, who: Subject) -> list[consents.Consent]:
    return consents.listed(tx, who.connection_id, every=True)
