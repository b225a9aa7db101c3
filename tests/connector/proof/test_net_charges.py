"""The proof reads what processors kept of charges once, and only of those that the ledger holds
with less."""

from __future__ import annotations

from datetime import timedelta

from connector.deps import Deps
from connector.evidence import payouts
from connector.mirroring import mirror
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.proof import conservation
from providers.receipts import PartKind, Payout, PayoutPart, Receipt
from tests.connector.office import TODAY, connect, payment, usd
from tests.connector.pairs import statements

GROSS, FEE, NET = usd("100"), usd("3"), usd("97")
FEW, MANY = 3, payouts.NAMED_MAX + 10


def sold(deps: Deps, count: int, *, others: int = 0) -> int:
    """So many charges that the ledger holds with what their fees left, and others that are no
    customer's; a payout each."""
    id_ = connect(deps, f"Shop of {count} and {others}")
    with deps.writing() as tx:
        for n in range(count + others):
            day = TODAY - timedelta(days=n)
            part = PayoutPart(f"ch_{n}", PartKind.CHARGE, day, GROSS, FEE, NET, payer_name="X")
            payouts.store(tx, id_, Payout("stripe", f"po_{n}", day, NET, (part,)), deps.now())
            cash.arrive(tx, id_, [Receipt("stripe", part.id, day, GROSS, "X", "x")])
            item = cash.find(tx, id_, cash.BANK, f"stripe:ch_{n}")
            assert item
            record = payment(f"p{n}", "97", left="0")
            as_, of = (As.SAME, f"payment:p{n}") if n < count else (As.NO_CUSTOMER, "")
            if of:
                mirror.store(tx, id_, [record], read_at=deps.now())
            set_aside.put(tx, id_, item, as_, of=of, reason="x", by="ann", at=deps.now(),
                          nets=payouts.nets(tx, id_, item))  # fmt: skip
    return id_


def proven(deps: Deps, id_: int) -> tuple[list[str], int]:
    """What was kept of each charge, and how many queries on payouts it takes to say so."""
    with statements(deps) as sent, deps.reading() as tx:
        found = conservation.receipts(tx, id_)
    fees = [str(it.parts.fee) for it in found if it.parts.fee]
    return fees, sum("payout.body" in it for it in sent)


def test_the_payouts_are_read_once_for_all_charges(deps: Deps) -> None:
    for count in (1, FEW, MANY):
        assert proven(deps, sold(deps, count)) == (["USD 3.00"] * count, 1)


def test_for_other_charges_that_are_set_aside_none_is_read(deps: Deps) -> None:
    assert proven(deps, sold(deps, 0, others=FEW)) == ([], 0)


def test_what_a_payout_of_another_time_or_with_nothing_kept_tells_is_no_fee(deps: Deps) -> None:
    id_ = connect(deps)
    day = TODAY - timedelta(days=90)
    free = PayoutPart("ch_1", PartKind.CHARGE, day, GROSS, GROSS - GROSS, GROSS)
    late = PayoutPart("ch_2", PartKind.CHARGE, TODAY, GROSS, FEE, NET)
    with deps.writing() as tx:
        for n, (on, part) in enumerate([(day, free), (TODAY, late)]):
            one = Payout("stripe", f"po_{n}", on, part.net, (part,))
            payouts.store(tx, id_, one, deps.now())
        came = [Receipt("stripe", f"ch_{n}", day, GROSS, "X", "x") for n in (1, 2)]
        came += [Receipt("main", "ch_2", TODAY, GROSS, "X", "x")]
        cash.arrive(tx, id_, came)
        items = cash.of_days(tx, id_, day, TODAY)
        assert len(items) == len(came)
        assert payouts.nets_of(tx, id_, items) == {}
