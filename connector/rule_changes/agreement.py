"""How often the rules did what people would have done: shown before they are trusted with more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.learning import backtest, experience
from connector.next_step import shadow
from connector.next_step.shadow import Answers
from connector.rules.modes import Capability
from matching.facts.items import Tally
from matching.facts.policy import MatchPolicy
from matching.facts.rules import WORDS

LATELY = timedelta(days=30)
NOTHING = Tally(decided=0, right=0)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One rule at one company: `lately` in the last 30 days, `past` in the newest backtest."""

    company: str
    rule: str
    words: str
    lately: Tally
    past: Tally


def of_reminders(
    tx: Tx, connections: Sequence[Connection], segment: str, *, now: datetime
) -> Answers:
    """What people made of the messages to one segment that they were asked about lately."""
    found = (
        shadow.answers(tx, it.id, Capability.REMIND, since=now - LATELY, segment=segment)
        for it in connections
    )
    return sum(found, Answers())


def of_freed(
    tx: Tx, connections: Sequence[Connection], before: MatchPolicy, after: MatchPolicy,
    *, now: datetime,
) -> list[Agreement]:  # fmt: skip
    """The rules that are to be applied more freely, at each company."""
    freed = after.freer_than(before)
    found: list[Agreement] = []
    for connection in connections if freed else ():
        lately = experience.counted(tx, connection.id, since=now - LATELY)
        past = backtest.agreement(tx, connection.id)
        for rule in freed:
            found.append(
                Agreement(
                    connection.name, rule, WORDS[rule], lately.get(rule, NOTHING),
                    past.get(rule, NOTHING),
                )
            )  # fmt: skip
    return found
