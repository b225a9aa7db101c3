"""What a person is offered for money that waits: the key of all that is shown, and how likely each
option is, with what speaks for it and against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from connector.db import Tx
from connector.decided.approvals import Approval
from connector.decided.decisions import Made
from connector.mirroring import documents
from connector.money import cash
from connector.money.cash import Item
from connector.rules.modes import Mode
from connector.vault import digest
from matching.facts.items import Evidence
from providers.money import Money

EVIDENCE = TypeAdapter(tuple[Evidence, ...])
KEY_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class Weight:
    """How likely an option is, from 0 to 1 or None where nobody counted, and why. `rival` is the
    explanation that comes next after the best, and how likely that is."""

    share: float | None = None
    evidence: tuple[Evidence, ...] = ()
    against: tuple[str, ...] = ()
    rival: str = ""
    rival_share: float | None = None


def key(tx: Tx, approval: Approval, option: int) -> str:
    """Changes with the money, with what the option places, and with what is open there."""
    kind, _, id_ = approval.subject.partition(":")
    item = cash.find(tx, approval.connection_id, kind, id_)
    ids = [part["invoice_id"] for part in approval.options[option]["allocations"]]
    open_ = {it.id: it.open for it in documents.of_ids(tx, approval.connection_id, ids)}
    return key_of(approval, option, item, open_)


def key_of(approval: Approval, option: int, item: Item | None, open_: Mapping[str, Money]) -> str:
    """The same of what was read already; `open_` by the id of the document."""
    parts = approval.options[option]["allocations"]
    there = [(part["invoice_id"], str(open_.get(part["invoice_id"]))) for part in parts]
    money = (item.state, str(item.left)) if item else None
    return digest(f"{approval.id} {option} {money} {parts} {there}")[:KEY_CHARACTERS]


def why_asked(made: Made, approval: Approval) -> tuple[str, ...]:
    """Why a person is asked, other than for what speaks against the options."""
    if made.action == "apply":
        alone = made.mode != Mode.COPILOT
        return (approval.summary if alone else "every match is put before a person here",)
    if made.outcome.get("sure") or not made.outcome.get("candidates"):
        return tuple(_bare(str(why), made) for why in made.outcome.get("reasons", ()))
    return ()


def weights(made: Made, options: Sequence[Mapping[str, Any]]) -> list[Weight]:
    """Of each option, in their order; nobody counts how often money is rightly set aside."""
    candidates: list[dict[str, Any]] = made.outcome.get("candidates", [])
    found = [
        Weight(
            one.get("confidence"), EVIDENCE.validate_python(one.get("evidence", ())),
            tuple(one.get("against", ())),
        )
        for one in candidates
    ]  # fmt: skip
    for rival in candidates[1:2]:
        found[0] = replace(found[0], rival=rival["reason"], rival_share=rival.get("confidence"))
    rest = iter(found)
    return [next(rest, Weight()) if it["allocations"] else Weight() for it in options]


def candidate_of(options: Sequence[Mapping[str, Any]], chosen: int) -> int:
    """Which of the matcher's explanations an option is: setting aside is none of them."""
    return sum(bool(it["allocations"]) for it in options[:chosen])


def _bare(why: str, made: Made) -> str:
    """Without the best explanation, which stands below."""
    best = made.outcome["candidates"][0]["reason"] if made.outcome.get("candidates") else ""
    return why.removesuffix(f"; at best: {best}")
