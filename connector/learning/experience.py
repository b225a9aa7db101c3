"""How the matcher's decisions turned out for one client, by rule, in its past and since; a rule
that falls below what the policy asks for steps back by itself, and the firm is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from connector import audit
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.evidence import habits
from connector.firm_news import notices
from connector.learning import backtest
from connector.rules import policy
from connector.rules.modes import Capability
from connector.taken_back import reversals
from matching.deciding.confidence import expected
from matching.facts.items import Tally
from matching.facts.policy import MatchPolicy
from matching.facts.rules import RULES

REMEMBERED = timedelta(days=180)
BEST = 0
"""The option that the matcher put first."""


def refresh(tx: Tx, connection: Connection, *, now: datetime) -> None:
    """Count again, with what the newest backtest says of the time before, keep it for the next
    decisions, and say which rules step back."""
    since = now - REMEMBERED
    before = habits.experience(tx, connection.id)
    past = backtest.agreement(tx, connection.id, since=since.date())
    counts = _together(past, counted(tx, connection.id, since=since))
    habits.keep_experience(tx, connection.id, counts, now=now)
    after = habits.experience(tx, connection.id)
    rules = policy.current(tx, connection.client_id).policy.matching
    for rule in _stepping_back(before, after, rules):
        share, tally = expected(rule, after.get(rule)), after[rule]
        audit.add(
            tx, connection.id, at=now, actor="ledgerhand", event="rule.stepped_back", about=rule,
            decided=tally.decided, right=tally.right, expected=f"{share:.4f}",
        )  # fmt: skip
        notices.rule_stepped_back(tx, connection, rule=RULES[rule].words, tally=tally, at=now)


def counted(tx: Tx, connection_id: int, *, since: datetime) -> dict[str, Tally]:
    """What was applied alone is right unless people took it back; what only the policy left to a
    person is right where that person chose the first suggestion."""
    taken_back = reversals.corrected(tx, connection_id, since=since)
    decided: Counter[str] = Counter()
    right: Counter[str] = Counter()
    asked = approvals.asked_about(tx, connection_id, Capability.CASH, since=since)
    for id_, rule in decisions.decided_alone(tx, connection_id, Capability.CASH, since=since):
        if id_ in asked:
            continue
        decided[rule] += 1
        right[rule] += id_ not in taken_back
    answers = approvals.answered(tx, connection_id, Capability.CASH, since=since)
    rules = decisions.sure_rules_of(tx, connection_id, {id_ for id_, _, _ in answers})
    for id_, state, chosen in answers:
        if id_ in rules:
            decided[rules[id_]] += 1
            right[rules[id_]] += state == "approved" and chosen == BEST and id_ not in taken_back
    return {rule: Tally(count, right[rule]) for rule, count in decided.items()}


def _together(past: Mapping[str, Tally], lived: Mapping[str, Tally]) -> dict[str, Tally]:
    """A backtest leaves out what was applied by Ledgerhand, so nothing counts twice."""
    found = dict(lived)
    for rule, tally in past.items():
        if rule in RULES:
            own = lived.get(rule, Tally(decided=0, right=0))
            found[rule] = Tally(own.decided + tally.decided, own.right + tally.right)
    return found


def _stepping_back(
    before: Mapping[str, Tally], after: Mapping[str, Tally], rules: MatchPolicy
) -> list[str]:
    """The rules that were applied alone until now, and no longer are."""
    return [
        rule
        for rule in after
        if not rules.forbids(rule, expected(rule, before.get(rule)))
        and rules.forbids(rule, expected(rule, after[rule]))
    ]
