"""Money that a person lays by hand: on any open invoices, with credits beside it and a rest, by the
same door as an option that is approved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from connector.answering import ordering
from connector.cash_application import placeable
from connector.cash_application.placing import ALLOCATIONS
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, decisions
from connector.decided.approvals import BY_HAND, Approval
from connector.deps import Deps
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import BANK, Item, Standing
from matching.deciding.by_hand import Laid, NotLaid, lay
from matching.facts.items import Cash
from providers.money import Money

AMOUNT = re.compile(r"([1-9]\d{0,2}(,\d{3})+|\d{1,15})(\.\d{1,4})?")
REMARK_CHARACTERS_MAX = 500


class CannotSplit(ValueError):
    """The money was not split; `faults` say what is wrong, where, and how to mend it."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants: `amounts` as they were typed, by the id of the invoice or credit note.

    `shown` is what was open on each of them when the person looked, and `left` what there was of
    the money, as text; what is not given is not compared. `rest_for` is the customer on whose
    account the rest of money from the bank goes; empty for the one who pays most. `remark` is why.
    """

    amounts: Mapping[str, str]
    shown: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    rest_for: str = ""
    remark: str = ""


def waits(tx: Tx, connection_id: int, subject: str, *, locked: bool = False) -> Item:
    """Money that a person may split. Raises CannotSplit."""
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection_id, kind, id_, locked=locked)
    if item is None or item.state is not Standing.REVIEW or not item.left.amount:
        raise CannotSplit(
            "this money does not wait for a person; what was applied is undone before it is split"
        )
    return item


def weigh(tx: Tx, connection: Connection, item: Item, wish: Wish) -> Laid:
    """What the wish comes to now. Raises CannotSplit with all that is wrong with it."""
    currency = item.left.currency
    typed = {id_: text.strip() for id_, text in wish.amounts.items() if text.strip()}
    items = placeable.of_ids(tx, connection.id, typed, currency)
    numbers = {it.invoice_id: it.number or it.invoice_id for it in items}
    faults: list[str] = []
    wanted: dict[str, Money] = {}
    for id_, text in typed.items():
        number = numbers.get(id_) or placeable.known_number(tx, connection.id, id_)
        if id_ not in numbers:
            faults.append(f"{number} is not open in {currency} any more; take its amount out")
        elif (amount := _amount(text, currency)) is None:
            faults.append(f"{number}: {text[:30]!r} is no amount in {currency}; write it as 120.50")
        else:
            wanted[id_] = amount
    faults += _changed(item, {it.invoice_id: abs(it.open.amount) for it in items}, wish, numbers)
    if faults:
        raise CannotSplit(*faults)
    money = Cash(
        id=item.subject, customer_id=item.customer_id, amount=item.left, received=item.received,
        payer=item.payer, text=item.text, bound=item.kind != BANK,
    )  # fmt: skip
    try:
        below = placeable.below(tx, connection.id, item)
        laid = lay(money, items, wanted, below=below)
    except NotLaid as error:
        raise CannotSplit(*error.faults) from None
    if wish.rest_for and not mirror.customer(tx, connection.id, wish.rest_for):
        raise CannotSplit(f"there is no customer {wish.rest_for} for the rest of {laid.rest}")
    return laid


def split(deps: Deps, connection: Connection, subject: str, wish: Wish, *, by: str) -> Laid:
    """Lay the money so, in the ledger's own constructs; the rest stays on account, or unapplied.

    Raises CannotSplit; then nothing was changed.
    """
    with deps.writing() as tx:
        now = deps.now()
        item = waits(tx, connection.id, subject, locked=True)
        laid = weigh(tx, connection, item, wish)
        asked = _question(tx, connection.id, item, deps)
        made = _option(item, laid, wish, by)
        options, chosen = _among(asked.options, made)
        if not approvals.answer(
            tx, asked, state="approved", by=by, at=now, chosen=chosen, options=options
        ):
            raise CannotSplit("somebody else has just answered this")
        try:
            ordering.carry_out(tx, replace(asked, options=options), chosen, by=by, now=now)
        except (ValueError, LookupError) as error:
            raise CannotSplit(f"this cannot be done in the ledger: {error}") from None
    deps.ring("deliver", connection.id)
    return laid


def _changed(
    item: Item, open_: Mapping[str, Decimal], wish: Wish, numbers: Mapping[str, str]
) -> Iterator[str]:
    """What is not as the person saw it."""
    if wish.left and wish.left != str(item.left):
        yield f"{wish.left} was there when this was shown, and {item.left} is now; look again"
    for id_, now in open_.items():
        before = wish.shown.get(id_, "")
        if before and before != str(now):
            yield (
                f"{numbers[id_]} had {before} open when this was shown, and has {now} now; look"
                " again"
            )


def _amount(text: str, currency: str) -> Money | None:
    """An amount in whole minor units of the currency; None where the text is none."""
    if not AMOUNT.fullmatch(text):
        return None
    exact = Decimal(text.replace(",", ""))
    amount = Money(exact, currency)
    return amount if amount.amount == exact else None


def _question(tx: Tx, connection_id: int, item: Item, deps: Deps) -> Approval:
    """What the person answers with this: the question that waits, or was turned down before; where
    there was none, one that is asked now."""
    newest = approvals.newest(tx, connection_id, item.subject)
    if newest and newest.state in ("waiting", "rejected"):
        return newest
    if item.decision_id is None:
        raise CannotSplit(f"{item.subject} was not decided about yet; wait a few minutes")
    made = decisions.made(tx, connection_id, [item.decision_id])[item.decision_id]
    best = made.outcome.get("allocations")
    text = "; ".join(made.outcome.get("reasons", []))
    id_ = approvals.ask(
        tx, connection_id, decision_id=made.id, capability=made.capability, subject=item.subject,
        summary=text, options=[{"text": text, "allocations": best}] if best else [],
        at=deps.now(),
    )  # fmt: skip
    asked = approvals.find(tx, id_)
    assert asked is not None, "it was asked just now"
    return asked


def _option(item: Item, laid: Laid, wish: Wish, by: str) -> dict[str, Any]:
    remark = wish.remark.strip()[:REMARK_CHARACTERS_MAX]
    rest_for = wish.rest_for if laid.rest.amount and item.kind == BANK else ""
    return {
        "text": f"split by hand by {by}{': ' if remark else ''}{remark}",
        "allocations": ALLOCATIONS.dump_python(laid.allocations, mode="json"),
        BY_HAND: True, "remark": remark, "rest_for": rest_for,
    }  # fmt: skip


def _among(offered: list[dict[str, Any]], made: dict[str, Any]) -> tuple[list[dict[str, Any]], int]:
    """The options with the one that was made, and its place: what was offered as well is that."""
    for place, option in enumerate(offered):
        if not made["rest_for"] and _parts(option) == _parts(made):
            return offered, place
    return [*offered, made], len(offered)


def _parts(option: dict[str, Any]) -> list[tuple[str, Money]]:
    found = ALLOCATIONS.validate_python(option["allocations"])
    return sorted(((it.invoice_id, it.amount) for it in found), key=lambda it: it[0])
