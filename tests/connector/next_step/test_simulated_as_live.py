"""What a policy would have done is what it did on the same days, on both ledgers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from connector.correspondence import messages
from connector.next_step import whatif
from connector.rules import policy
from connector.rules.modes import Mode
from dunning.checking import shipped
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.simulation.clerk import Clerk, clerk_of

DAYS = 44
STEADY, SLOW, NEW = "Steady", "Slow", "New"
RULES: dict[str, Any] = shipped.body("services") | {
    "segments": [
        {"name": "old friends", "when": {"years_at_least": 4}, "change": {"steps": [
            {"name": "a word", "offset_days": 5, "tone": "friendly"},
            {"name": "another", "offset_days": 15, "tone": "reminder"},
        ]}},
    ]
}  # fmt: skip
Line = tuple[date, str, str]
"""(the client's day, customer, step)"""


def clerk(firm: Firm) -> Clerk:
    return clerk_of(firm.universe.vendors, firm.ledger, firm.company, firm.world.store)


def bill(firm: Firm, customer: str, number: str, due: date) -> str:
    issued = min(due - timedelta(days=30), firm.today)
    return firm.books.invoice(customer, number, amount=Decimal(900), issued=issued, due=due)


def past(firm: Firm, name: str, *, paid: int, apart: int, late: int) -> str:
    customer = firm.books.customer(name)
    for place in range(paid):
        day = firm.today - timedelta(days=6 + apart * place)
        number = f"{name}-{place}"
        sold = bill(firm, customer, number, day - timedelta(days=late))
        clerk(firm).pay(customer, day, number, {sold: "900"})
    return customer


def live(firm: Firm, until: datetime) -> None:
    """Time goes from one look to the next, and the books stay as they are."""
    while (now := firm.world.clock.now()) < until:
        ahead = [it.look_at for it in firm.plan().values() if it.look_at and it.look_at > now]
        firm.universe.pass_time(min([*ahead, until, now + timedelta(hours=12)]) - now)


def morning(firm: Firm, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(firm.connection.time_zone))


def sent(firm: Firm) -> list[Line]:
    zone = ZoneInfo(firm.connection.time_zone)
    with firm.deps.reading() as tx:
        found = messages.sent(tx, firm.connection_id)
    return sorted((it.sent_at.astimezone(zone).date(), it.customer_id, it.step) for it in found)


def simulated(firm: Firm, since: date, until: date) -> list[Line]:
    with firm.deps.reading() as tx:
        rules = policy.dunning_of(tx, firm.connection)
    _, rows = whatif.of_connection(firm.deps, firm.connection, rules, since, until)
    return sorted(
        (date.fromisoformat(row["at"][:10]), row["customer_id"], row["step"])
        for row in rows
        if row["action"] == "send"
    )


def test_what_was_sent_is_what_would_have_been_sent(open_firm: Opens, ledger: str) -> None:
    """Nobody pays for three weeks, so that the books lie behind for a while; then one does."""
    ids: dict[str, str] = {}

    def fill(firm: Firm) -> None:
        """Payments of eight years, all of them entered lately, as after a conversion."""
        ids[STEADY] = past(firm, STEADY, paid=33, apart=91, late=1)
        ids[SLOW] = past(firm, SLOW, paid=8, apart=40, late=30)
        ids[NEW] = firm.books.customer(NEW)

    firm = open_firm(ledger, fill=fill, dunning=RULES)
    first = firm.today + timedelta(days=1)
    for name, late in ((STEADY, -4), (SLOW, 2), (NEW, -6)):
        bill(firm, ids[name], f"{name}-now", first - timedelta(days=late))
    soon = bill(firm, ids[NEW], "New-soon", first + timedelta(days=3))
    live(firm, morning(firm, first))
    firm.switch(remind=Mode.AUTOPILOT)
    live(firm, morning(firm, first + timedelta(days=24)))
    clerk(firm).pay(ids[NEW], firm.today, "New-soon", {soon: "900"})
    live(firm, morning(firm, first + timedelta(days=DAYS)))

    real = sent(firm)

    assert {customer for _, customer, _ in real} == set(ids.values())
    days = sorted({(day - first).days for day, _, _ in real})
    assert max(later - earlier for earlier, later in pairwise(days)) > 9
    assert any(step == "another" for _, _, step in real)
    assert simulated(firm, first, first + timedelta(days=DAYS - 1)) == real
