"""Which messages go out on a day ahead if nothing changes, by the decisions of the collector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from connector import local_days
from connector.account.collection_rules import Rules
from connector.clients.tenants import Connection
from connector.config import Config
from connector.db import Tx
from connector.mail import addresses
from connector.next_step import course
from connector.next_step.course import Ahead, How
from dunning.customer.channels import Channel

LINES_MAX = 200
BY = {
    Channel.EMAIL: "by e-mail", Channel.TEXT: "by text message", Channel.CALL: "by telephone",
    Channel.LETTER: "as a letter",
}  # fmt: skip


def of(tx: Tx, rules: Rules, day: date) -> list[Ahead]:
    """The messages of a day that is today or ahead, in the order in which they go out; none where
    the mode lets none out."""
    start, end = local_days.span(rules.connection, day)
    goes = (How.ON_ITS_WAY, How.BY_ITSELF, How.APPROVED)
    found = course.of(tx, rules, end)
    return [one for one in found if one.how in goes and start <= one.at < end]


def text_of(config: Config, connection: Connection, day: date, found: Iterable[Ahead]) -> str:
    """The forewarning as a mail says it."""
    by_itself = [one for one in found if one.how is not How.APPROVED]
    asks = [one for one in found if one.how is How.APPROVED]
    told = [f"{connection.name} on {day:%A, %d %B %Y}\n"]
    if by_itself:
        told.append("These messages go out unless something changes\n")
        told += _lines(config, connection, by_itself)
    if asks:
        told.append("These are put before you first\n")
        told += _lines(config, connection, asks)
    told.append(
        "Each account is read from the ledger and decided on once more just before. To hold one"
        f" back, pause it; the plan is at\n{addresses.of_client(config, connection, 'plan')}\n"
    )
    return "\n".join(told)


def _lines(config: Config, connection: Connection, found: Sequence[Ahead]) -> list[str]:
    lines = [
        f"* {one.name or one.customer_id}: {_step(one)}, {one.asked}\n"
        f"  {addresses.customer(config, connection, one.customer_id)}\n"
        for one in found[:LINES_MAX]
    ]
    if len(found) > LINES_MAX:
        lines.append(f"* and {len(found) - LINES_MAX} more\n")
    return ["".join(lines)]


def _step(one: Ahead) -> str:
    return f"{one.step}, {BY[one.channel]}" if one.channel else one.step
