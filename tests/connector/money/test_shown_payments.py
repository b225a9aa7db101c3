"""Payments that a ledger shows on their invoices alone, of many sums at once."""

from __future__ import annotations

from datetime import timedelta

from connector.clients import tenants
from connector.deps import Deps
from connector.evidence import payout_pairs, payouts
from connector.mirroring import inbox, mirror
from connector.money import shown_payments
from connector.money.shown_payments import INVOICES_MAX, TOLD_APART_MAX
from providers.money import Money
from providers.past import PaidBy
from providers.receipts import PartKind, Payout, PayoutPart
from tests.connector.office import TODAY, connect, invoice, usd

MANY = INVOICES_MAX + 3


def amount(number: int) -> Money:
    return usd(f"{100 + number}.37")


def shown(both: Deps, connection_id: int, count: int) -> None:
    """Invoices that Xero shows to be paid, each with another sum."""
    with both.writing() as tx:
        paid = [
            invoice(
                f"i{it}", str(amount(it).amount), left="0",
                payments=(PaidBy(f"P{it}", amount(it), TODAY),),
            )
            for it in range(count)
        ]  # fmt: skip
        mirror.store(tx, connection_id, paid, read_at=both.now())


def test_however_many_sums_are_told_each_payment_is_found_once(both: Deps) -> None:
    connection_id = connect(both, ledger="xero")
    shown(both, connection_id, MANY)
    for count in (1, TOLD_APART_MAX, TOLD_APART_MAX + 1, MANY):
        sums = [amount(it) for it in range(count)]
        with both.reading() as tx:
            found = shown_payments.unread(tx, connection_id, sums, [TODAY, TODAY])
        assert sorted(it.paid.amount.amount for it in found) == [it.amount for it in sums]
        with both.reading() as tx:
            assert shown_payments.unread(tx, connection_id, [usd("7")] * count, [TODAY]) == []
            past = [TODAY - timedelta(days=60)]
            assert shown_payments.unread(tx, connection_id, sums, past) == []


def test_years_of_payouts_are_kept_at_once(both: Deps) -> None:
    connection_id = connect(both, ledger="xero")
    shown(both, connection_id, 3)
    told = []
    for number in range(1100):
        on, fee = TODAY - timedelta(days=number), usd("3")
        part = PayoutPart(
            f"ch_{number}", PartKind.CHARGE, on, amount(number) + fee, fee, amount(number)
        )
        told.append(Payout("stripe", f"po_{number}", on, amount(number), (part,)))
    with both.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        assert payout_pairs.keep(tx, connection, told, by="tests", at=both.now()) == 1100
        hints = inbox.due(tx, connection_id, both.now(), 9)
        assert {it.record_id for it in hints} == {"P0", "P1", "P2"}
        held = payouts.in_states(tx, connection_id, payouts.REVIEW)
        assert {it.id for it, _, _ in held} == {"po_0", "po_1", "po_2"}
