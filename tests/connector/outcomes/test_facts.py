"""What is read for a report: from a real company, and from a mirror filled by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from connector.clients import sweeps, tenants
from connector.commitments import promises
from connector.commitments.promises import State
from connector.deps import Deps
from connector.disputed import cases, disputes
from connector.disputed.disputes import Source, Type
from connector.mirroring import mirror
from connector.outcomes import client
from connector.outcomes.book import Period
from connector.rules import policy
from connector.rules.costs import BadDebt, Costs
from connector.rules.modes import Mode
from connector.rules.policy import Policy
from dunning.customer.account import Promise
from providers.ledger import CreditNote, Status
from providers.money import Money
from tests.connector import office
from tests.connector.firm import Firm
from tests.connector.office import NOW, TODAY, customer, invoice, payment, usd
from tests.connector.outcomes.company import (
    figure,
    installed,
    keep,
    report_of,
)
from tests.connector.writing_back.test_applying import banked
from tests.connector.writing_back.test_differences import missing, settle

Opens = Callable[..., Firm]


@pytest.mark.either_ledger
def test_what_was_booked_to_a_marked_account_is_bad_debt_once(
    open_firm: Opens, ledger: str
) -> None:
    """Five of a hundred were written off from here. The ledger holds that as a credit, too, whose
    number is marked as well; a hundred more are sold so that there is a rate: 5 / 100 x 100."""
    firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
    ash = firm.books.customer("Ash")
    old = firm.owe(ash, "INV-1")
    firm.books.invoice(ash, "INV-2", amount=Decimal(100), issued=firm.today, due=firm.today)
    banked(firm, "95.00")
    lost = missing(firm, old, "5")
    settle(firm, old, "95", lost)
    firm.sweep()
    with firm.deps.reading() as tx:
        notes = mirror.everything(tx, firm.connection_id, [mirror.Kind.CREDIT_NOTE])
    (credit,) = (one for one in notes if isinstance(one, CreditNote))
    marked = BadDebt(
        accounts=frozenset({lost.account}),
        credit_numbers=(credit.number[:2],) if credit.number else (),
    )
    with firm.deps.writing() as tx:
        policy.save(
            tx, firm.connection.client_id, Policy(bad_debt=marked), at=firm.deps.now(), by="tests"
        )
    made = report_of(firm.deps, firm.connection_id, Period(firm.today, firm.today))
    found = figure(made, "bad_debt_rate")
    assert found.worked == "5.00 / 100.00 x 100 = 5.0 %"
    (row,) = found.evidence
    assert row.text == f"USD 5.00 on {firm.today}, booked to account {lost.account}"
    assert row.decision_id


def test_two_currencies_are_never_mixed(deps: Deps) -> None:
    """100 USD and 900 EUR, both sold in March and open: each has its own DSO of 31 days."""
    connection_id = installed(deps)
    euro = Money.of(900, "EUR")
    keep(
        deps, connection_id, customer(), invoice("i1", issued=TODAY, due=TODAY),
        invoice("i2", issued=TODAY, due=TODAY, total=euro, open=euro),
        payment("p1", total=euro, unapplied=euro, received=TODAY),
    )  # fmt: skip
    made = report_of(deps, connection_id, Period(TODAY, TODAY + timedelta(days=9)))
    assert [part.currency for part in made.parts] == ["EUR", "USD"]
    for part, owed in zip(made.parts, (euro, usd(100)), strict=True):
        assert part.figures[0].value == 10
        assert part.figures[0].inputs["receivables"] == owed
        assert part.age is not None
        assert part.age.total == owed
        assert all(
            value.currency == part.currency
            for figure in part.figures
            for value in figure.inputs.values()
            if isinstance(value, Money)
        )


def test_the_number_of_queries_does_not_grow_with_the_book(deps: Deps) -> None:
    connection_id = installed(deps)
    counts = []
    for customers in (2, 60):
        for number in range(customers):
            keep(deps, connection_id, customer(f"c{number}"), invoice(
                f"i{number}", customer_id=f"c{number}", issued=TODAY
            ))  # fmt: skip
        statements: list[str] = []

        def note(_c: Any, _k: Any, text: str, *_: Any, kept: list[str] = statements) -> None:
            kept.append(text)

        sa.event.listen(deps.engine, "before_cursor_execute", note)
        report_of(deps, connection_id, Period(TODAY, TODAY))
        sa.event.remove(deps.engine, "before_cursor_execute", note)
        counts.append(len([it for it in statements if it.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 12


def test_bad_debt_is_what_the_policy_names_and_each_credit_counts_once(deps: Deps) -> None:
    """Of three credits one has a number that the client marks: 25 of 100 sold."""
    connection_id = installed(deps, bad_debt=BadDebt(credit_numbers=("BD-",)))
    keep(deps, connection_id, customer(), invoice(issued=TODAY), *(
        CreditNote(str(n), number, "c1", TODAY, usd(25), usd(0), Status.PAID, "1", NOW)
        for n, number in enumerate(("BD-7", "CN-8", "CN-BD-9"))
    ))  # fmt: skip
    found = figure(report_of(deps, connection_id, Period(TODAY, TODAY)), "bad_debt_rate")
    assert found.shown == "25.0 %"
    assert [row.text for row in found.evidence] == ["credit BD-7 of 2026-03-02"]


def test_a_closed_deduction_case_is_a_dispute_and_a_persons_answer(deps: Deps) -> None:
    prices = Costs(
        currency="USD", api_call=Decimal(0), message=Decimal(0), minute=Decimal(1),
        minutes_per_answer=Decimal(3),
    )  # fmt: skip
    connection_id = installed(deps, costs=prices)
    keep(deps, connection_id, customer(), invoice(issued=TODAY))
    with deps.writing() as tx:
        cases.open_case(
            tx, connection_id, decision_id=1, invoice_id="i1", customer_id="c1",
            kind="deduction", amount=usd(5), words="damaged", at=NOW,
        )  # fmt: skip
        cases.close(tx, connection_id, 1, outcome="credited", by="ann", at=NOW + timedelta(days=4))
    office.clock_of(deps).advance(days=5)
    made = report_of(deps, connection_id, Period(TODAY, TODAY + timedelta(days=5)))
    assert figure(made, "dispute_days").shown == "4.0 days"
    assert made.costs[0].shown == "USD 3.00"


def test_a_case_that_a_person_credited_counts_and_one_that_the_policy_booked_does_not(
    deps: Deps,
) -> None:
    connection_id = installed(deps)
    keep(deps, connection_id, customer(), invoice(issued=TODAY))
    with deps.writing() as tx:
        for number, (by, days) in enumerate((("ann", 2), ("ledgerhand", 4)), 1):
            cases.open_case(
                tx, connection_id, decision_id=number, invoice_id="i1", customer_id="c1",
                kind="deduction", amount=usd(5), words="damaged", at=NOW,
            )  # fmt: skip
            (case,) = cases.of_decision(tx, connection_id, number)
            assert cases.booked(
                tx, connection_id, case, outcome="credited", by=by, at=NOW + timedelta(days=days)
            )
    office.clock_of(deps).advance(days=5)
    made = report_of(deps, connection_id, Period(TODAY, TODAY + timedelta(days=5)))
    assert figure(made, "dispute_days").shown == "2.0 days"


def test_a_dispute_that_a_person_ended_counts_with_its_days(deps: Deps) -> None:
    connection_id = installed(deps)
    keep(deps, connection_id, customer(), invoice(issued=TODAY))
    claim = disputes.Claim("c1", "i1", usd(5), usd(100), Type.PRICE, "dear", Source.CUSTOMER)
    with deps.writing() as tx:
        made = disputes.add(tx, connection_id, claim, by="the customer", at=NOW)
        disputes.end(
            tx, connection_id, made, disputes.State.REJECTED, outcome="as agreed", by="ann",
            at=NOW + timedelta(days=3),
        )  # fmt: skip
    office.clock_of(deps).advance(days=5)
    report = report_of(deps, connection_id, Period(TODAY, TODAY + timedelta(days=5)))
    found = figure(report, "dispute_days")
    assert found.shown == "3.0 days"
    assert [row.text for row in found.evidence] == ["dispute D1 (price), rejected: as agreed"]


def test_promises_count_where_they_fell_due(deps: Deps) -> None:
    connection_id = installed(deps)
    keep(deps, connection_id, customer(), invoice(issued=TODAY))
    promise(deps, connection_id, State.BROKEN, on=TODAY)
    promise(deps, connection_id, State.KEPT, on=TODAY)
    promise(deps, connection_id, State.CANCELLED, on=TODAY)
    for state in (State.KEPT, State.BROKEN):
        promise(deps, connection_id, state, on=TODAY, by="the customer", amount=1)
    promise(deps, connection_id, State.KEPT, on=TODAY - timedelta(days=1))
    (told,) = reports_of(deps)
    assert told.report is not None
    (part,) = told.report.parts
    place = [it.name for it in part.figures].index("promises_kept")
    assert (part.figures[place].shown, part.before[place].shown) == ("50.0 %", "100.0 %")
    assert part.figures[place].change_from(part.before[place]) == -50


def test_several_companies_have_a_report_together(deps: Deps) -> None:
    """Their ids are alike. 100 of 100 sold is open at one, 300 of 300 at the other, that began a
    day later, and of ten days four hundred are open. One was promised something."""
    first = installed(deps)
    second = office.connect(deps, "Birch Books", client_id=1)
    with deps.writing() as tx:
        sweeps.keep(tx, second, imported_at=NOW + timedelta(days=1))
    tomorrow = TODAY + timedelta(days=1)
    keep(deps, first, customer(), invoice(issued=tomorrow, due=TODAY + timedelta(days=60)))
    keep(deps, second, customer(name="Other"), invoice(amount="300", issued=tomorrow))
    promise(deps, second, State.RETURNED, on=tomorrow)
    promise(deps, second, State.KEPT, on=tomorrow)
    promise(deps, second, State.KEPT, on=tomorrow)
    office.clock_of(deps).advance(days=10)
    *each, whole = reports_of(deps)
    assert [one.title for one in each] == ["Cedar Books", "Birch Books"]
    assert (whole.title, whole.connection) == ("All of Cedar Books", None)
    made = whole.report
    assert made is not None
    assert (made.begins, made.period.since) == (tomorrow, tomorrow)
    assert figure(made, "dso").worked == "400.00 / 400.00 x 10 = 10.0 days"
    assert figure(made, "dso_best").worked == "100.00 / 400.00 x 10 = 2.5 days"
    assert figure(made, "promises_kept").worked == "2 / 3 x 100 = 66.7 %"
    (part,) = made.parts
    assert part.age is not None
    assert [(made.names[id_], owed) for id_, owed in part.age.top] == [
        ("Other", usd(300)), ("Customer c1", usd(100)),
    ]  # fmt: skip


def test_one_company_that_is_not_imported_yet_does_not_hold_up_the_others(deps: Deps) -> None:
    keep(deps, installed(deps), customer(), invoice(issued=TODAY))
    office.connect(deps, "Birch Books", client_id=1)
    first, second = reports_of(deps)
    assert first.report is not None
    assert second.report is None
    assert "not over yet" in second.reason


def promise(
    deps: Deps, connection_id: int, state: State, *, on: date, by: str = "ann", amount: int = 100
) -> None:
    """A promise for a day that ended so."""
    with deps.writing() as tx:
        made = promises.add(
            tx, connection_id, "c1", Promise(("i1",), usd(amount), on, on, usd(100)),
            source="call", words="", by=by, at=NOW,
        )  # fmt: skip
        one = next(it for it in promises.listed(tx, connection_id) if it.id == made)
        promises.end(tx, connection_id, one, state, by="ledgerhand", at=NOW, why="tests")


def reports_of(deps: Deps) -> list[client.Told]:
    with deps.reading() as tx:
        named, companies = tenants.client(tx, 1), tenants.connections(tx, client_ids=[1])
        return client.of(tx, named, companies, deps.now())
