"""A fault of our own while customers are looked at: who it lies in is told apart and put before a
person, the others go on, and it is tried again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog

from connector.account.collection_rules import Rules
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.approvals import Approval
from connector.mirroring import mirror
from connector.outgoing import faults
from connector.rules.modes import Capability

log = structlog.get_logger()
Part = TypeVar("Part")
AGAIN = timedelta(minutes=15)
ASKED_FOR = timedelta(days=1)
"""How long the same fault is not asked about again after somebody answered."""


class CannotRead(Exception):
    """A fault of ours keeps the customer from being read; the text tells it to people."""


def told(connection_id: int, customer_id: str, fault: BaseException) -> str:
    """In words for people, that nothing could be decided; the log has it as well."""
    name = logged(connection_id, customer_id, fault)
    return (
        f"Ledgerhand could not decide on this customer by a fault of its own ({name}): nothing new"
        " goes out to them meanwhile, and it is tried again every 15 minutes; ask whoever runs it"
    )


def unread(connection_id: int, customer_id: str, fault: BaseException) -> str:
    """In words for people, that the customer could not be read; the log has it as well."""
    name = logged(connection_id, customer_id, fault)
    return (
        f"Ledgerhand could not read this customer by a fault of its own ({name});"
        " ask whoever runs it"
    )


def tried(
    connection_id: int, customer_id: str, read: Callable[[], Part]
) -> tuple[Part | None, str]:
    """What is read of a customer; where a fault of ours prevents it, what `unread` says of it."""
    try:
        return read(), ""
    except faults.FAULTS as fault:
        return None, unread(connection_id, customer_id, fault)


def needed(connection_id: int, customer_id: str, read: Callable[[], Part]) -> Part:
    """The same where nothing can be done without it. Raises CannotRead."""
    try:
        return read()
    except faults.FAULTS as fault:
        raise CannotRead(unread(connection_id, customer_id, fault)) from fault


def apart(
    customer_ids: Sequence[str], read: Callable[[Sequence[str]], Part]
) -> tuple[list[tuple[Sequence[str], Part]], dict[str, Exception]]:
    """What is read of customers, all together; where that fails by a fault of ours, each half by
    itself, down to the one whose fault it is: what was read, with whom it is of, in the order in
    which they were asked for, and the faults by customer. `read` changes nothing."""
    try:
        return [(customer_ids, read(customer_ids))], {}
    except faults.FAULTS as fault:
        if len(customer_ids) <= 1:
            return [], dict.fromkeys(customer_ids, fault)
    half = len(customer_ids) // 2
    first, second = (apart(some, read) for some in (customer_ids[:half], customer_ids[half:]))
    return first[0] + second[0], first[1] | second[1]


def logged(connection_id: int, customer_id: str, fault: BaseException) -> str:
    """Tell the log where in the code it arose, and of whom no more than the id; returns what kind
    of fault it is."""
    name = type(fault).__name__
    log.error(
        "a fault in one account", connection_id=connection_id, customer_id=customer_id, fault=name,
        at=faults.where(fault),
    )  # fmt: skip
    return name


def ask(tx: Tx, rules: Rules, customer_id: str, fault: str) -> None:
    """Put the customer before a person, once for as long as it is the same fault."""
    subject, summary = _subject(customer_id), f"{_name(tx, rules, customer_id)}: {fault}"
    last = approvals.newest(tx, rules.connection.id, subject)
    if last and last.summary == summary and _is_fresh(last, rules):
        return
    questions.show(
        tx, rules.connection, subject=subject, rule="fault", reasons=[summary], at=rules.now,
        about=Capability.REMIND, mode=rules.mode,
    )  # fmt: skip


def over(tx: Tx, rules: Rules, customer_ids: Collection[str]) -> None:
    """They were decided on: nobody needs to look into it any more."""
    subjects = [_subject(customer_id) for customer_id in customer_ids]
    approvals.lapse_all(tx, rules.connection.id, subjects, at=rules.now)


def _is_fresh(asked: Approval, rules: Rules) -> bool:
    """Whether it waits, or was answered not long ago."""
    if asked.ended_at is None:
        return True
    return asked.state != "lapsed" and rules.now - asked.ended_at < ASKED_FOR


def _subject(customer_id: str) -> str:
    return f"fault:{customer_id}"


def _name(tx: Tx, rules: Rules, customer_id: str) -> str:
    try:
        return mirror.names(tx, rules.connection.id, {customer_id})[customer_id]
    except faults.FAULTS:
        return f"customer {customer_id}"
