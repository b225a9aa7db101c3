"""Who may answer a question: any person of the firm, unless a step of the policy names one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connector.clients import persons, tenants
from connector.db import Tx
from connector.decided.approvals import Approval
from dunning.customer.persons import plain
from dunning.rules.policy import DunningPolicy

NAMED = "approver"
"""The field of an option that holds the address of the one colleague; empty for anybody."""


def named(approval: Approval) -> str:
    """The address of the colleague that the policy names; empty where anybody may answer, as when
    that colleague has agreed and a second person confirms."""
    option: Mapping[str, Any] = next(iter(approval.options), {})
    return "" if first_by(approval) else str(option.get(NAMED, ""))


def are_the_same(approval: Approval, options: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these options wait for the person that was asked, write to the same contact, and ask
    for the same totals."""
    return _told(approval.options) == _told(options)


def asks_the_same(approval: Approval, option: Mapping[str, Any]) -> bool:
    """Whether the question is about this option, and goes to the same person."""
    keys = [it["key"] for it in approval.options[:1]]
    return keys == [option["key"]] and are_the_same(approval, [option])


def _told(options: Sequence[Mapping[str, Any]]) -> tuple[object, ...]:
    """Who is asked, who is written to where that is another than the usual contact, and what is
    asked for, which a payment of a part or a credit changes."""
    option: Mapping[str, Any] = next(iter(options), {})
    reminder: Mapping[str, Any] = option.get("reminder", {})
    totals = [it.get("total") for it in (reminder, *reminder.get("besides", ()))]
    return option.get(NAMED, ""), list(reminder.get("to", ())), totals


def is_asked(approval: Approval, summary: str, options: Sequence[Mapping[str, Any]]) -> bool:
    """Whether this is what the question says, in the same words or as far as it matters."""
    is_lacking = approval.lacking_key in [option["key"] for option in options]
    is_known = is_lacking or approval.summary == summary
    return is_agreed(approval, options) or (is_known and are_the_same(approval, options))


def first_by(approval: Approval) -> str:
    """Who has agreed to it as the first of two; empty where nobody has, or it takes one."""
    option: Mapping[str, Any] = next(iter(approval.options), {})
    return str(option.get("first_by", ""))


def is_agreed(approval: Approval, options: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one person has agreed to the first of these, and a second confirms it."""
    return bool(first_by(approval)) and any(asks_the_same(approval, it) for it in options[:1])


def colleagues(tx: Tx, connection_id: int) -> frozenset[str]:
    """The addresses of everybody of the firm that looks after a connection, in small letters."""
    return _of_client(tx, tenants.connection(tx, connection_id).client_id)


def awaited(approval: Approval, of_firm: Collection[str]) -> str:
    """The one colleague that a question waits for; empty where anybody may answer, as when the
    named one is not of the firm."""
    who = named(approval)
    return who if who in of_firm else ""


def refusal(tx: Tx, approval: Approval, by: str) -> str:
    """Why somebody may not answer a question, and who can; empty if they may."""
    who = awaited(approval, colleagues(tx, approval.connection_id))
    if not who or plain(by) == who:
        return ""
    return f"the policy leaves this to {who}, who answers it on the page for today"


def gone(who: str) -> str:
    """That a named colleague cannot be waited for."""
    return f"the policy names {who} for it, who is not of the firm: anybody may approve it"


def strangers(
    tx: Tx, client_id: int, policy: DunningPolicy, *, but_for: DunningPolicy | None = None
) -> list[str]:
    """The steps whose named approver is nobody of the firm, in words; but for those whom another
    policy names as well."""
    known = _of_client(tx, client_id) | (_approvers(but_for).keys() if but_for else set())
    return [
        f"step {step!r} names {who} to approve it, who is not of the firm: anybody may approve it"
        " until you name or invite somebody"
        for who, step in _approvers(policy).items()
        if who not in known
    ]


def _approvers(policy: DunningPolicy) -> dict[str, str]:
    """By address, the first step that names it."""
    found: dict[str, str] = {}
    for rules in policy.variants():
        for step in rules.steps:
            if step.approver:
                found.setdefault(step.approver, step.name)
    return found


def _of_client(tx: Tx, client_id: int) -> frozenset[str]:
    firm = tenants.client(tx, client_id).reseller_id
    return frozenset(plain(one.email) for one in persons.of_reseller(tx, firm))
