"""Money of a person that the bank took back: what is kept of it."""

from __future__ import annotations

from connector.db import Tx
from connector.deps import Deps
from connector.money import cash, set_aside
from connector.money.cash import BANK, Item, Standing
from connector.money.set_aside import As
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import State
from providers.receipts import Receipt
from tests.connector.office import TODAY, usd


def returned(
    tx: Tx, deps: Deps, connection_id: int, customer_id: str, *, name: str, sign: str
) -> None:
    """A bank line that was set aside, and the line that took it back."""
    line, at = f"back-{customer_id}", deps.now()
    item = Item(
        kind=BANK, id=line, version="", customer_id=customer_id, total=usd(40), left=usd(40),
        received=TODAY, payer=name, text=sign, state=Standing.REVIEW, decision_id=None,
    )  # fmt: skip
    cash.enter(tx, connection_id, item)
    back = Receipt("main", line, TODAY, usd(40), name, f"returned, {sign}")
    bank_returns.keep(tx, connection_id, [back], by="ann", at=at)
    kept = bank_returns.find(tx, connection_id, f"main:{line}")
    assert kept is not None
    bank_returns.stand(tx, connection_id, kept, State.LEFT, subject=item.subject)
    set_aside.put(tx, connection_id, item, As.RETURNED, reason=f"{name} said {sign}", by="ann",
                  at=at)  # fmt: skip
