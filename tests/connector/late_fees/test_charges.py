"""The table of charges on both databases: a period is kept once, whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from connector.deps import Deps
from connector.late_fees import charges
from connector.late_fees.charges import Charge, ChargeKind
from dunning.fees.late_fees import Fee, FeeState
from tests.connector.office import NOW, connect, usd

FEE = Fee("invoice:9:0", FeeState.DRAFTED, usd(3), ("9",), "1.5 % of USD 200.00", "invoice INV-9")
FACTS = {"invoice:9": "USD 200.00 open 1"}


def draft(deps: Deps, connection_id: int, fee: Fee = FEE) -> Charge | None:
    with deps.writing() as tx:
        return charges.draft(
            tx, connection_id, ChargeKind.LATE_FEE, "1", fee, working=("a line",), facts=FACTS,
            at=NOW,
        )  # fmt: skip


def listed(deps: Deps, connection_id: int) -> list[Charge]:
    with deps.reading() as tx:
        return charges.listed(tx, connection_id)


def test_two_at_once_keep_one_draft_as_it_was_given(both: Deps) -> None:
    connection_id = connect(both)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: draft(both, connection_id), range(8)))
    (one,) = listed(both, connection_id)
    assert (one.fee, one.working, one.facts) == (FEE, ("a line",), FACTS)
    assert (one.kind, one.customer_id, one.drafted_at) == (ChargeKind.LATE_FEE, "1", NOW)


def test_a_draft_gives_way_to_a_newer_one_and_a_decision_does_not(both: Deps) -> None:
    connection_id = connect(both)
    assert draft(both, connection_id)
    newer = draft(both, connection_id, replace(FEE, amount=usd(2)))
    assert newer
    with both.writing() as tx:
        assert charges.move(tx, newer, FeeState.WAIVED, by="ann", at=NOW, remark="why")
        assert not charges.move(tx, newer, FeeState.APPROVED, by="bob", at=NOW)
    assert draft(both, connection_id) is None
    (one,) = listed(both, connection_id)
    assert (one.state, one.fee.amount, one.by, one.remark) == (
        FeeState.WAIVED, usd(2), "ann", "why",
    )  # fmt: skip
    with both.reading() as tx:
        assert charges.keys_decided(tx, connection_id, ["1"]) == {FEE.key}
        assert charges.keys_decided(tx, connection_id, ["2"]) == set()


def test_an_invoice_is_known_to_be_a_charge(both: Deps) -> None:
    connection_id = connect(both)
    kept = draft(both, connection_id)
    assert kept
    with both.writing() as tx:
        charges.move(tx, kept, FeeState.POSTED, by="ann", at=NOW, receipt="77")
    with both.reading() as tx:
        assert charges.raised(tx, connection_id, ["77", "9"]) == {"77"}
        assert charges.raised(tx, connection_id + 1, ["77"]) == frozenset()
        assert charges.find(tx, connection_id + 1, kept.id) is None
