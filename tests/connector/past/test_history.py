"""How customers paid: years of it on the first day, and each night what came since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.account.accounts import account_of
from connector.clients import meter, sweeps
from connector.clients.meter import OutOfBudget
from connector.lease import held
from connector.past import history
from tests.connector.choosy import open_choosy
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
PAYMENTS = {"quickbooks": "FROM+Payment+WHERE+TxnDate", "xero": "/Payments?where=Date"}


def a_past(firm: Firm) -> None:
    """Two invoices of a year ago, paid two days late."""
    ash = firm.books.customer("Ash")
    for place in (1, 2):
        due = firm.today - timedelta(days=365 + place)
        sold = firm.books.invoice(
            ash, f"P-{place}", amount=Decimal(50), issued=due - timedelta(days=30), due=due
        )
        firm.books.pay_by_hand(ash, sold, Decimal(50), due + timedelta(days=2))


def known(firm: Firm) -> list[tuple[date, int]]:
    """(day, days late) of every invoice that is known to be paid."""
    with firm.deps.reading() as tx:
        found = history.everything(tx, firm.connection_id)
    return sorted((paid.on, paid.late_days) for paid in found)


@pytest.mark.either_ledger
def test_the_past_is_read_on_the_first_day_and_kept_up_each_night(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, fill=a_past)
    assert [late for _, late in known(firm)] == [2, 2]
    birch = firm.books.customer("Birch")
    sold = firm.owe(birch, "INV-1", late_days=5)
    firm.books.pay_by_hand(birch, sold, Decimal(100), firm.today)
    firm.pass_time(hours=2)
    assert len(known(firm)) == 2
    firm.pass_time(hours=24)
    assert known(firm)[-1] == (firm.today - timedelta(days=1), 5)


@pytest.mark.either_ledger
def test_of_whose_beginning_nothing_was_read_it_is_known_since_when_at_least(
    open_firm: Opens, ledger: str
) -> None:
    """Six years are read; Ash was a customer before."""

    who: dict[str, str] = {}

    def fill(firm: Firm) -> None:
        who.update({name: firm.books.customer(name) for name in ("Ash", "Birch")})
        for name, days in (("Ash", 14 * 365), ("Ash", 6 * 365 - 20), ("Birch", 3 * 365)):
            day = firm.today - timedelta(days=days)
            sold = firm.books.invoice(
                who[name], f"P-{name}-{days}", amount=Decimal(50), issued=day, due=day
            )
            firm.books.pay_by_hand(who[name], sold, Decimal(50), day)

    firm = open_firm(ledger, fill=fill)
    with firm.deps.reading() as tx:
        known = {
            name: account_of(tx, firm.connection, id_, "USD", firm.deps.now()).standing
            for name, id_ in who.items()
        }
    assert {name: (it.years(firm.today), it.is_cut) for name, it in known.items()} == {
        "Ash": (5, True), "Birch": (3, False),
    }  # fmt: skip


def reads(firm: Firm, after: int) -> int:
    """How often the ledger was asked for payments of a time gone by."""
    asked = (f"{one['path']}?{one['query']}" for one in firm.requests(after))
    return sum(PAYMENTS[firm.ledger] in one for one in asked)


@pytest.mark.either_ledger
def test_nothing_is_asked_for_where_nothing_can_have_been_paid(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, fill=a_past)
    birch = firm.books.customer("Birch")
    sold = firm.owe(birch, "INV-1", late_days=5)
    firm.pass_nights(3)
    seen = len(firm.requests())
    firm.pass_nights(3)
    assert reads(firm, seen) == 0
    firm.books.pay_by_hand(birch, sold, Decimal(100), firm.today)
    firm.pass_nights(1)
    assert reads(firm, seen) == 1
    assert known(firm)[-1] == (firm.today - timedelta(days=1), 11)


@pytest.mark.either_ledger
def test_a_past_that_was_refused_is_asked_for_again_though_nothing_happens(
    open_firm: Opens, ledger: str
) -> None:
    firm, gateway = open_choosy(open_firm, ledger, fill=a_past, poison=PAYMENTS[ledger])
    firm.pass_nights(3)
    assert known(firm) == []
    gateway.poison = "nothing any more"
    firm.pass_nights(1)
    assert [late for _, late in known(firm)] == [2, 2]


def progress(firm: Firm) -> sweeps.Progress:
    with firm.deps.reading() as tx:
        return sweeps.progress(tx, firm.connection_id)


def test_a_night_without_calls_left_is_made_up_and_nobody_waits_for_it(
    open_firm: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = open_firm("xero", fill=a_past)
    firm.owe(firm.books.customer("Birch"), "INV-1")
    firm.pass_time(minutes=20)
    last = progress(firm)
    monkeypatch.setattr(meter, "patiently", lambda *_: pytest.fail("it waited"))

    def none_left(*_: object, **__: object) -> Callable[[str], None]:
        def spend(kind: str) -> None:
            raise OutOfBudget(f"{kind}: no calls left", wait=timedelta(seconds=30))

        return spend

    with monkeypatch.context() as patch:
        patch.setattr(meter, "spender", none_left)
        with held(firm.deps, "sync", firm.connection_id) as fence:
            assert fence
            with pytest.raises(OutOfBudget):
                history.refresh(firm.deps, firm.connection, fence, last)
    assert progress(firm) == last
    assert len(known(firm)) == 2
