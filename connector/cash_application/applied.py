"""Cash that was applied, one decision after the other: what was written, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector import audit
from connector.cash_application import offers
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.decided.approvals import BY_HAND, Approval
from connector.decided.decisions import Decision
from connector.money.cash import Item
from connector.outgoing import intents
from connector.outgoing.intention import HAPPENED, OPEN, TAKEN_BACK, Intent, Step
from connector.undoing import undo_writes
from connector.writing_back import applying
from providers.ledger import Allocation, ApplyUnapplied, CreditDifference, RecordPayment, Undo


@dataclass(frozen=True, slots=True)
class Undoing:
    """The last try to take it back. `state` is that of the write that decided how it went, `why`
    what the ledger had against it; `at` is when it ended, or when it was asked for."""

    by: str
    state: Step
    why: str
    at: datetime

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Applied:
    """What one decision wrote, the oldest write first. `item` is the money, `approval` how a person
    decided; None where nobody was asked."""

    decision: Decision
    writes: list[Intent]
    item: Item | None
    approval: Approval | None
    undoing: Undoing | None

    @property
    def at(self) -> datetime:
        return max(it.ended_at or it.created_at for it in self.writes)

    @property
    def parts(self) -> list[Allocation]:
        return undo_writes.parts_of(self.writes)

    @property
    def differences(self) -> list[CreditDifference]:
        return [it.effect for it in self.writes if isinstance(it.effect, CreditDifference)]

    @property
    def taken_back(self) -> list[Intent]:
        """What no longer stands as it was written: undone by us, or changed by others."""
        return [it for it in self.writes if it.state in TAKEN_BACK]

    @property
    def can_be_undone(self) -> bool:
        under_way = self.undoing is not None and self.undoing.is_open
        return len(self.taken_back) < len(self.writes) and not under_way


def listed(
    tx: Tx, connection_id: int, *, before: int | None, limit: int
) -> tuple[list[Applied], int | None]:
    """The newest first, and where to go on: `before` which write, None at the end."""
    places = intents.decisions_applied(tx, connection_id, before=before, limit=limit + 1)
    shown = places[:limit]
    found = {it.decision.id: it for it in of(tx, connection_id, [id_ for id_, _ in shown])}
    rest = shown[-1][1] if len(places) > limit else None
    return [found[id_] for id_, _ in shown], rest


def of(tx: Tx, connection_id: int, decision_ids: Collection[int]) -> list[Applied]:
    """What these decisions wrote, of those that wrote cash."""
    by_decision: dict[int, list[Intent]] = {}
    for it in intents.of_decisions(tx, connection_id, decision_ids):
        by_decision.setdefault(it.decision_id, []).append(it)
    known = decisions.fetch(tx, connection_id, by_decision)
    approved = approvals.approved(tx, connection_id, by_decision)
    found: list[Applied] = []
    for decision_id, followed in by_decision.items():
        writes = [it for it in followed if wrote(it)]
        if writes:
            found.append(Applied(
                known[decision_id], writes, applying.item_of(tx, writes[0]),
                approved.get(decision_id), _undoing(tx, connection_id, followed),
            ))  # fmt: skip
    return found


def wrote(intent: Intent) -> bool:
    """Whether cash was written by it, whatever became of that; an undo writes none."""
    is_cash = isinstance(intent.effect, ApplyUnapplied | RecordPayment | CreditDifference)
    return is_cash and intent.state in HAPPENED


def reasons(one: Applied) -> tuple[str, list[str], str]:
    """The rule, why, and how sure it was: of the decision, or of what a person chose instead."""
    outcome, rule = one.decision.outcome, one.decision.rule
    if one.approval is None or one.approval.chosen is None:
        share = outcome.get("confidence")
        sure = f"{share:.2%} of decisions like this one turn out right" if share else ""
        return rule, [str(reason) for reason in outcome.get("reasons", [])], sure
    chosen = offers.candidate_of(one.approval.options, one.approval.chosen)
    option = one.approval.choice
    if option.get(BY_HAND):
        return "split by hand", [str(option["text"])], ""
    candidates: list[dict[str, Any]] = outcome.get("candidates", [])
    sure = ""
    if one.decision.action != "apply" and chosen < len(candidates):
        rule = str(candidates[chosen]["rule"])
        sure = f"{candidates[chosen]['score']:g} of 100 among the suggestions"
    return rule, [str(option["text"])], sure


def _undoing(tx: Tx, connection_id: int, followed: Sequence[Intent]) -> Undoing | None:
    """Of several tries the last; of its writes the first that is not done tells how it went."""
    tries = [it for it in followed if isinstance(it.effect, Undo)]
    if not tries:
        return None
    asked_at = max(it.created_at for it in tries)
    last = [it for it in tries if it.created_at == asked_at]
    telling = next((it for it in last if it.state is not Step.CONFIRMED), last[-1])
    asked = (
        entry.actor
        for entry in audit.entries(tx, connection_id, decision_id=telling.decision_id)
        if entry.event == undo_writes.ASKED
    )
    return Undoing(
        next(asked, ""), telling.state, telling.error, telling.ended_at or telling.created_at
    )
