"""A payout that somebody entered as a payment of an invoice, which Xero shows on that alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest

from connector.clients import tenants
from connector.deps import Deps
from connector.evidence import payout_clashes, payout_pairs
from connector.mirroring import inbox, mirror
from connector.money.cash import Standing
from connector.rules.modes import Mode
from providers.ledger import Allocation
from providers.money import Money
from providers.past import PaidBy
from providers.receipts import PartKind, Payout, PayoutPart
from tests.connector.evidence.test_payout_clashes import asked
from tests.connector.evidence.test_payouts import listed, money
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect, customer, invoice, payment, usd
from tests.connector.undoing.test_still_held import entered, read_singly

Opens = Callable[..., Firm]
CHARGE = "stripe:ch_1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def payout(firm: Firm | None = None) -> Payout:
    gross, fee = Money.of("500.00", "USD"), Money.of("15.00", "USD")
    on = firm.today if firm else TODAY
    part = PayoutPart(
        "ch_1", PartKind.CHARGE, on, gross, fee, gross - fee, invoice_number="INV-1001",
        payer_name="Cedar Works Ltd",
    )  # fmt: skip
    return Payout("stripe", "po_1", on, gross - fee, (part,))


def tell(firm: Firm) -> None:
    with firm.deps.writing() as tx:
        payout_pairs.keep(tx, firm.connection, [payout(firm)], by="tests", at=firm.deps.now())
    firm.deps.ring("decide", firm.connection_id)
    firm.settle()
    firm.sweep()


def arrive(firm: Firm) -> None:
    firm.bank("7", "485.00", "STRIPE TRANSFER", payer="STRIPE")
    firm.settle()
    firm.sweep()


def owe(firm: Firm) -> tuple[str, str, str]:
    """What the charge pays; and an invoice of the sum of the payout, with its customer."""
    charged = firm.owe(firm.books.customer("Cedar Works Ltd"), "INV-1001", "500.00")
    shop = firm.books.customer("Web Shop")
    other = firm.owe(shop, "WEB-MARCH", "485.00")
    firm.sweep()
    return charged, shop, other


def enter(firm: Firm, shop: str, invoice_id: str, amount: str = "485.00") -> None:
    firm.books.pay_by_hand(shop, invoice_id, Decimal(amount), firm.today)
    firm.sweep()


@pytest.mark.either_ledger
@pytest.mark.parametrize(("order", "nights"), [
    ("ELR", 0), ("ERL", 0), ("LER", 0), ("RLE", 0), ("REL", 0), ("LRE", 0), ("ELR", 3), ("REL", 3),
])  # fmt: skip
def test_in_whatever_order_they_come_a_person_is_asked(
    firm: Firm, order: str, nights: int
) -> None:  # fmt: skip
    """E: it is entered in the ledger; L: the bank's line comes; R: the report does."""
    charged, shop, other = owe(firm)
    acts = {
        "E": partial(enter, firm, shop, other), "L": partial(arrive, firm),
        "R": partial(tell, firm),
    }  # fmt: skip
    for letter in order:
        acts[letter]()
        firm.pass_days(nights)
    firm.sweep()
    found = asked(firm)
    assert found is not None
    assert "set against WEB-MARCH, which may be stripe payout po_1" in found.summary
    is_counted = order.index("R") < order.index("E")
    assert firm.books.balance(charged) == (0 if is_counted else 500)
    assert (CHARGE in money(firm.deps, firm.connection_id)) is is_counted


@pytest.mark.either_ledger
def test_once_it_is_taken_out_of_the_invoice_the_charges_count(firm: Firm) -> None:
    charged, shop, other = owe(firm)
    enter(firm, shop, other)
    tell(firm)
    assert asked(firm) is not None
    (id_,) = entered(firm)
    firm.books.remove(id_)
    firm.sweep()
    firm.sweep()
    assert asked(firm) is None
    assert [firm.books.balance(it) for it in (charged, other)] == [0, 485]


def test_nothing_is_read_where_no_payment_has_the_sum(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.AUTOPILOT})
    charged, shop, other = owe(firm)
    enter(firm, shop, other, "480.00")
    tell(firm)
    arrive(firm)
    assert firm.books.balance(charged) == 0
    assert read_singly(firm) == []


def shown(both: Deps) -> int:
    """A payout, kept while the ledger shows a payment of its sum."""
    id_ = connect(both, ledger="xero")
    with both.writing() as tx:
        paid = invoice("i1", "485", left="0", payments=(PaidBy("P9", usd(485), TODAY),))
        mirror.store(tx, id_, [customer(), paid], read_at=both.now())
        payout_pairs.keep(
            tx, tenants.connection(tx, id_), [payout()], by="tests", at=both.now()
        )  # fmt: skip
    return id_


def step(both: Deps, id_: int) -> list[str]:
    """Returns what people are told of."""
    with both.writing() as tx:
        connection = tenants.connection(tx, id_)
        payout_pairs.pair_up(tx, connection, at=both.now())
        new, _ = payout_clashes._next(tx, connection, at=both.now())
    return [reason for it in new.values() for reason in it.reasons]


def test_while_it_is_not_read_the_payout_is_held_and_nobody_is_asked(both: Deps) -> None:
    id_ = shown(both)
    assert step(both, id_) == []
    assert listed(both, id_)["po_1"] == ("review", "")
    assert money(both, id_) == {}
    with both.writing() as tx:
        (hint,) = inbox.due(tx, id_, both.now(), 9)
        assert (hint.kind, hint.record_id) == ("payment", "P9")
        ours = payment("P9", "100", left="0", received=TODAY, allocations=())
        mirror.store(tx, id_, [ours], read_at=both.now())
        inbox.handled(tx, id_, [hint.id])
    assert step(both, id_) == []
    assert listed(both, id_)["po_1"] == ("waiting", "")
    assert money(both, id_)[CHARGE] == (Standing.NEW, "USD 500.00")


def test_what_the_ledger_does_not_give_out_is_asked_about_in_the_end(both: Deps) -> None:
    id_ = shown(both)
    for _ in range(inbox.ATTEMPTS_MAX):
        assert step(both, id_) == []
        with both.writing() as tx:
            hints = inbox.due(tx, id_, both.now(), 9)
            inbox.failed(tx, id_, hints, "refused", next_at=both.now())
    (first, _) = step(both, id_)
    assert "payment P9, which it shows on an invoice and did not give out" in first
    with both.writing() as tx:
        record = payment("P9", "485", left="0", received=TODAY,
                         allocations=(Allocation("i1", usd(485)),))  # fmt: skip
        mirror.store(tx, id_, [record], read_at=both.now())
    (first, _) = step(both, id_)
    assert "payment P9 of" in first, "it came by another way"
