"""Calls: what one applied payment and its note cost in API calls, alone and in a crowd."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks import company, measures
from connector import jobs, logs
from connector.clients import meter
from connector.rules.modes import Mode
from providers.simulated.journal import Journal
from tests.simulation.universe import Universe

CROWDS = (1, 20)
WRITES = {
    "quickbooks": ("quickbooks.payment.write", "quickbooks.attachable.write"),
    "xero": ("xero.overpayments.allocations.create", "xero.invoices.history.create"),
}
"""The write that applies money and the write of a note: the least that there could be."""
MINUTE = timedelta(minutes=1)
IDLE_MAX = 6
"""After so many jobs that made no call, what is left waits for calls to be allowed again."""


@dataclass
class Spent:
    """Calls by job and kind; the jobs are sync (hints, polls) and deliver (the outbox)."""

    by_job: dict[str, Counter[str]] = field(default_factory=dict)
    waited: timedelta = timedelta(0)

    @property
    def kinds(self) -> Counter[str]:
        return sum(self.by_job.values(), Counter[str]())


def run() -> None:
    logs.start("error")
    for ledger in company.LEDGERS:
        found = {crowd: measure(ledger, crowd) for crowd in CROWDS}
        show(ledger, found)


def measure(ledger: str, crowd: int) -> Spent:
    """Money for `crowd` invoices of as many customers arrives in the ledger, within one minute."""
    with measures.folder() as folder:
        universe, customers = company.build(
            ledger, folder / "ledgerhand.db", customers=crowd, invoices=crowd
        )
        universe.settle()
        universe.switch(ledger, cash=Mode.AUTOPILOT, note=Mode.AUTOPILOT)
        universe.settle()
        logged, metered = logged_calls(universe, ledger), metered_calls(universe, ledger)
        till = universe.vendors.simulation.tills[ledger]
        for number, customer in enumerate(customers):
            till.receive(
                universe.companies[ledger], customer, amount=company.AMOUNT, currency="USD",
                day=universe.deps.now().date(), reference=f"Invoice INV-{number:05}",
            )  # fmt: skip
        spent = Spent()
        universe.world.clock.advance(MINUTE)
        work(universe, ledger, spent)
        in_meter = metered_calls(universe, ledger) - metered
        in_log = logged_calls(universe, ledger) - logged
        universe.deps.engine.dispose()
    if not in_meter == in_log == spent.kinds:
        raise SystemExit(f"the meter counts {in_meter}, the ledger's log {in_log}")
    done = [in_log[kind] for kind in WRITES[ledger]]
    if done != [crowd, crowd]:
        raise SystemExit(f"{crowd} payments led to {done} payments and notes in the ledger")
    return spent


def work(universe: Universe, ledger: str, spent: Spent) -> None:
    """Run what rings until all is written, and tell which job made which calls. Where the vendor's
    limit is reached, time passes."""
    start, idle = universe.deps.now(), 0
    while True:
        universe.vendors.simulation.pump()
        if idle > IDLE_MAX:
            universe.world.clock.advance(meter.SLOT)
            idle = 0
        if not universe.rung and not jobs.reconcile(universe.deps):
            spent.waited = universe.deps.now() - start
            return
        job, connection_id = universe.rung.pop(0)
        before = metered_calls(universe, ledger)
        jobs.RUN[job](universe.deps, connection_id)
        made = metered_calls(universe, ledger) - before
        spent.by_job.setdefault(job, Counter()).update(made)
        idle = 0 if made else idle + 1


def metered_calls(universe: Universe, ledger: str) -> Counter[str]:
    connection_id = universe.connections[ledger]
    with universe.deps.reading() as tx:
        today = universe.deps.now().date()
        return Counter(meter.totals(tx, [connection_id], today)[connection_id])


def logged_calls(universe: Universe, ledger: str) -> Counter[str]:
    rows = Journal(universe.world).rows()
    return Counter(row["kind"] for row in rows if row["company"] == universe.companies[ledger])


def show(ledger: str, found: dict[int, Spent]) -> None:
    rows = []
    places = {
        (job, kind) for one in found.values() for job, kinds in one.by_job.items() for kind in kinds
    }
    for job, kind in sorted(places):
        made = [one.by_job.get(job, Counter())[kind] for one in found.values()]
        rows.append((f"{job}: {kind}", *map(str, made), _what_for(ledger, job, kind)))
    totals = {crowd: one.kinds.total() for crowd, one in found.items()}
    least = {crowd: 2 * crowd for crowd in found}
    each = [f"{totals[crowd] / crowd:.2f}" for crowd in found]
    rows += [
        ("all", *(str(total) for total in totals.values()), ""),
        ("all, for each payment with its note", *each, ""),
        ("least: one write for each", *map(str, least.values()), ""),
        ("of the least", *(f"{totals[crowd] / least[crowd]:.2f}" for crowd in found), ""),
    ]
    columns = ("calls", *(f"{crowd} together" for crowd in found), "what for")
    title = f"Calls in {ledger} for payments that are applied and noted on the invoice"
    measures.show(title, columns, rows, "the product's meter and the ledger's request log agree")


def _what_for(ledger: str, job: str, kind: str) -> str:
    if kind in WRITES[ledger]:
        return "the write itself" if kind == WRITES[ledger][0] else "the note itself"
    if job == "deliver":
        return "re-read before the write"
    return "hints, sweeps, read back"


if __name__ == "__main__":
    run()
