"""What is on its way to a customer, which everything else that is decided on waits for."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector.account.collection_rules import Rules
from connector.db import Tx
from connector.decided import approvers
from connector.decided.account_subjects import subject_of
from connector.decided.approvals import Approval
from connector.outgoing import effects, intents
from connector.outgoing.effects import Reminder
from dunning.customer.account import Account
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask

SETTLE = timedelta(seconds=60)


def found(
    tx: Tx, rules: Rules, account: Account, *, ordered: bool = False
) -> tuple[datetime, str] | None:
    """When to look at the account again (aware UTC), and why; None where nothing goes first.

    In other currencies, and with `ordered` in its own, only what a person ordered does: that keeps
    its distance from every message, and would not get its turn if others went on meanwhile.
    """
    own = subject_of(account.customer_id, account.currency)
    others = [subject_of(one.customer_id, one.currency) for one in account.beside]
    under_way = intents.under_way(tx, rules.connection.id, [own, *others])
    first = [
        (ordered_by, next_at)
        for subject, going in under_way.items()
        for ordered_by, next_at in going
        if ordered_by or (subject == own and not ordered)
    ]
    if not first:
        return None
    is_ordered = any(ordered_by for ordered_by, _ in first)
    why = "what a person ordered goes out first" if is_ordered else "a message is on its way"
    return max(rules.now, *(next_at for _, next_at in first)) + SETTLE, why


def half_agreed(rules: Rules, account: Account, step: Ask, waiting: Approval) -> Ask | None:
    """What would be asked without the invoices that have come to a formal step since one of two
    people agreed to the question that is waiting: they wait for the second. None where nobody has
    agreed, or none of its own invoices is asked about any more."""
    if not (step.stands_apart and approvers.first_by(waiting)):
        return None
    agreed = effects.load(waiting.options[0]["reminder"])
    assert isinstance(agreed, Reminder)
    own = effects.invoices_of(agreed)
    alone = next_step(account, rules.dunning, rules.now, ordered=own)
    return alone if isinstance(alone, Ask) else None
