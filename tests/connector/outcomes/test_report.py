"""The whole report: from both simulated ledgers, through the mirror, to the command."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from connector import cases, meter, mirror, policy, sweeps, tenants
from connector.commands import explain
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.costs import BadDebt, Costs
from connector.deps import Deps
from connector.modes import Mode
from connector.outcomes import facts, report
from connector.outcomes.activity import Promises
from connector.outcomes.book import Period, books_of
from connector.policy import Policy
from providers.ledger import Allocation, CreditNote, Status
from providers.money import Money
from providers.past import PaidBy
from tests.connector import office
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.office import NOW, TODAY, customer, invoice, payment, usd

Opens = Callable[..., Firm]
UTC_ZONE = ZoneInfo("UTC")


def typed(deps: Deps, *words: str) -> None:
    parser = ArgumentParser()
    explain.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(deps, given)


def told(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    typed(firm.deps, "report", "outcomes", firm.company, "--json", *words)
    (document,) = json.loads(capsys.readouterr().out)
    found: dict[str, Any] = document
    return found


def by_name(figures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {figure["name"]: figure for figure in figures}


def test_a_quarter_at_a_real_company(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Installed on 2 March. Ash owes 300 that was due on the 1st, and is written to on the 4th;
    the bookkeeper enters the payment of 300 on the 6th. Birch, 200 due on the 1st, is written to
    as well and does not pay. Cedar buys for 100 on the 3rd and pays at once, without a message.

    Receivables at the end: 200. Sales since the 2nd: 100. Recovered: 300 of 400 received.
    """
    firm = open_firm(ledger, modes=AUTOPILOT, fill=two_who_are_late)
    firm.pass_days(1)
    cedar = firm.books.customer("Cedar")
    third = firm.books.invoice(
        cedar, "INV-3", amount=Decimal(100), issued=firm.today, due=firm.today + timedelta(30)
    )
    firm.pass_days(1)
    firm.books.pay_by_hand(cedar, third, Decimal(100), firm.today)
    firm.pass_days(2)
    first = {it.number: it for it in mirrored(firm)}["INV-1"]
    firm.books.pay_by_hand(first.customer_id, first.id, Decimal(300), firm.today)
    firm.pass_days(2)
    document = told(firm, capsys)
    assert (document["since"], document["until"]) == ("2026-03-02", "2026-03-08")
    (part,) = document["currencies"]
    found = by_name(part["figures"])
    assert found["dso"]["worked"] == "200.00 / 100.00 x 7 = 14.0 days"
    assert found["dso_best"]["value"] == "0.0"
    assert found["dso_countback"]["shown"] == "n/a"
    assert found["collection_effectiveness"]["worked"] == (
        "(500.00 + 100.00 - 200.00) / (500.00 + 100.00 - 0.00) x 100 = 66.7 %"
    )
    assert (found["recovered"]["value"], found["recovered"]["unit"]) == ("300.00", "USD")
    (evidence,) = found["recovered"]["evidence"]
    assert (evidence["customer"], evidence["amount"]) == ("Ash", "USD 300.00")
    assert evidence["decision_id"]
    assert found["contact_rate"]["inputs"] == {"contacted": 2, "overdue": 2}
    assert found["first_contact"]["shown"] == "3.0 days"
    assert found["resolved_alone"]["inputs"] == {"alone": 1, "with_help": 0, "open": 1}
    assert found["promises_kept"]["shown"] == found["bad_debt_rate"]["shown"] == "n/a"
    assert part["age"]["buckets"]["1-30"] == part["age"]["total"] == "200.00"
    assert [row["customer"] for row in part["age"]["top"]] == ["Birch"]
    assert by_name(part["before"])["dso"]["shown"] == "n/a"
    cost = by_name(document["costs"])["cost"]
    assert cost["shown"] == "n/a"
    assert cost["inputs"]["messages"] == len(firm.mails())
    with firm.deps.reading() as tx:
        counted = meter.totals(tx, [firm.connection_id], date.min)[firm.connection_id]
    assert cost["inputs"]["calls"] == sum(counted.values())


def two_who_are_late(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash"), "INV-1", "300.00", late_days=1)
    firm.owe(firm.books.customer("Birch"), "INV-2", "200.00", late_days=1)


def mirrored(firm: Firm) -> list[Any]:
    with firm.deps.reading() as tx:
        return mirror.everything(tx, firm.connection_id, [mirror.Kind.INVOICE])


def test_a_payment_that_is_taken_out_again_opens_the_case_again(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    customer_id = firm.books.customer("Ash")
    firm.owe(customer_id, "INV-1", "60.00")
    firm.settle()
    firm.bank("line", "60.00", "INV-1", payer="Ash")
    firm.sweep()
    share = by_name(told(firm, capsys)["currencies"][0]["figures"])["resolved_alone"]
    assert share["inputs"] == {"alone": 1, "with_help": 0, "open": 0}
    (entered,) = (it for it in firm.intents() if it.receipt and it.facts)
    firm.books.remove(entered.receipt)
    firm.sweep()
    share = by_name(told(firm, capsys)["currencies"][0]["figures"])["resolved_alone"]
    assert share["inputs"] == {"alone": 0, "with_help": 0, "open": 1}


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


def test_promises_are_asked_of_whoever_keeps_them(deps: Deps) -> None:
    connection_id = installed(deps)
    keep(deps, connection_id, customer(), invoice(issued=TODAY))

    def counted(_tx: Any, of: int, currency: str, period: Period) -> Promises:
        assert (of, currency) == (connection_id, "USD")
        return Promises(kept=1, broken=int(TODAY in period))

    with deps.reading() as tx:
        known = facts.read(tx, tenants.connection(tx, connection_id), deps.now())
        made = report.made(
            tx, connection_id, known, Period(TODAY, TODAY), promises=counted
        )  # fmt: skip
    (part,) = made.parts
    names = [it.name for it in part.figures]
    place = names.index("promises_kept")
    assert (part.figures[place].shown, part.before[place].shown) == ("50.0 %", "100.0 %")
    assert part.figures[place].change_from(part.before[place]) == -50


def test_an_invoice_was_open_until_the_day_on_which_its_money_came() -> None:
    """100, of which 60 came on 2 March, 40 by a credit that the mirror has no day for: the day of
    the last change. Another's payment in euro, a voided and one of a credit pay nothing."""
    changed = datetime(2026, 3, 9, 2, tzinfo=UTC)
    paid = payment("p1", "60", received=date(2026, 3, 2), allocations=(
        Allocation("i1", usd(60)), Allocation("credit", usd(-5)),
    ), status=Status.PAID)  # fmt: skip
    euro = replace(paid, id="p2", allocations=(Allocation("i1", Money.of(7, "EUR")),))
    book = books_of(
        [invoice(issued=date(2026, 3, 1), left="0", changed_at=changed)],
        [paid, euro, replace(paid, id="p3", status=Status.VOID)],
        begins=date(2026, 3, 1), zone=ZoneInfo("America/New_York"),
    )["USD"]  # fmt: skip
    assert [book.receivable(date(2026, 3, day)).amount for day in (1, 2, 7, 8)] == [100, 40, 40, 0]
    assert book.undated(Period(TODAY, date(2026, 3, 31))) == usd(40)
    (sale,) = book.sales
    assert sale.settled_on() == date(2026, 3, 8)
    assert [one.id for one in book.receipts] == ["payment:p1", "payment:p2"]


def test_what_was_paid_before_the_mirror_began_was_not_open_when_it_did() -> None:
    """Of 100 the mirror found 60 open on 2 March; those came on the 20th and changed it last."""
    paid = payment("p1", "60", received=date(2026, 3, 20), allocations=(
        Allocation("i1", usd(60)),
    ))  # fmt: skip
    changed = datetime(2026, 3, 20, tzinfo=UTC)
    old = invoice(issued=date(2026, 1, 5), left="0", changed_at=changed)
    book = books_of([old], [paid], begins=TODAY, zone=UTC_ZONE)["USD"]
    assert [book.receivable(date(2026, 3, day)).amount for day in (1, 19, 20)] == [60, 60, 0]


def test_money_that_came_before_the_invoice_settles_it_on_its_first_day() -> None:
    early = payment("p1", received=date(2026, 2, 1), allocations=(Allocation("i1", usd(100)),))
    book = books_of(
        [invoice(issued=TODAY, left="0"), invoice("i2", status=Status.VOID)], [early],
        begins=TODAY, zone=UTC_ZONE,
    )["USD"]  # fmt: skip
    assert [one.settled_on() for one in book.sales] == [TODAY]


def test_a_payment_that_the_invoice_shows_counts_once_with_the_one_that_was_read() -> None:
    shown = tuple(PaidBy(id_, usd(50), date(2026, 3, 4)) for id_ in ("p1", "p2"))
    read = payment("p1", "50", received=date(2026, 3, 4), allocations=(Allocation("i1", usd(50)),))
    book = books_of(
        [invoice(issued=TODAY, left="0", payments=shown)], [read], begins=TODAY, zone=UTC_ZONE
    )["USD"]
    assert [one.id for one in book.receipts] == ["payment:p1", "payment:p2"]
    assert book.sales[0].settled_on() == date(2026, 3, 4)
    assert not book.undated(Period(TODAY, date(2026, 3, 31)))


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--from", "2026-13-01"), "--from '2026-13-01' is no date"),
        (("--to", "soon"), "--to 'soon' is no date"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "swap them"),
        (("--to", "2027-01-01"), "still to come; the last day is 2026-03-02"),
        (("--from", "2001-01-01"), "too long"),
    ],
)
def test_days_that_cannot_be_meant_are_named(
    deps: Deps, words: tuple[str, ...], named: str
) -> None:
    installed(deps)
    with pytest.raises(CommandError, match=named):
        typed(deps, "report", "outcomes", "1", *words)


def test_before_the_first_import_is_over_there_is_no_report(deps: Deps) -> None:
    office.connect(deps)
    with pytest.raises(CommandError, match="the first import of Cedar Books is not over yet"):
        typed(deps, "report", "outcomes", "1")


def test_for_people_each_figure_stands_with_its_formula(
    deps: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    connection_id = installed(deps)
    keep(deps, connection_id, customer(), invoice(issued=TODAY), invoice("i2", left="0"))
    typed(deps, "report", "outcomes", "1", "--from", "2026-03-01")
    out = capsys.readouterr().out
    assert "2026-03-01 to 2026-03-02 (2 days, UTC)" in out
    assert "the mirror knows every sale from 2026-03-02 on" in " ".join(out.split())
    assert "* Days sales outstanding: receivables at the end / sales of the period" in out
    assert "Customer c1: USD 100.00" in out
    assert "USD 100.00 was settled by credits" in out


def installed(deps: Deps, **rules: Any) -> int:
    """A company whose first import ended now, in UTC."""
    connection_id = office.connect(deps)
    with deps.writing() as tx:
        sweeps.keep(tx, connection_id, imported_at=NOW)
        policy.save(tx, 1, Policy(**rules), at=NOW, by="tests")
    return connection_id


def keep(deps: Deps, connection_id: int, *records: Any) -> None:
    with deps.writing() as tx:
        mirror.store(tx, connection_id, records, read_at=NOW)


def report_of(deps: Deps, connection_id: int, period: Period) -> report.Report:
    with deps.reading() as tx:
        known = facts.read(tx, tenants.connection(tx, connection_id), deps.now())
        return report.made(tx, connection_id, known, period)


def figure(made: report.Report, name: str) -> Any:
    return next(it for it in made.parts[0].figures if it.name == name)
