"""Why something is done or not, and what comes next, in the words of a decision."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from dunning.contact_hours.hours import Hours
from dunning.customer.account import Account
from dunning.deciding.decision import Ask, Send, Wait
from dunning.deciding.sequence import Progress
from providers.money import Money

ENDED = "no step is left; a person decides what comes next"


def of_steps(found: Sequence[Progress], at_hand: Money) -> Iterator[str]:
    """What is due for each invoice, what waits, and the credits taken off."""
    for one in found:
        if one.step:
            skipped = f"; missed: {', '.join(one.skipped)}" if one.skipped else ""
            due = f"due {one.due}"
            if one.invoice.plan:
                due = f"{one.invoice.asked} {due} by payment plan {one.invoice.plan}"
            first = f", and {one.put_off.name!r} only after it" if one.put_off else ""
            yield f"{one.invoice.number}: {due}, step {one.step.name!r} is due{first}{skipped}"
    yield from of_waiting(found)
    if at_hand:
        yield f"{at_hand} at hand for the customer is taken off the total"


def of_waiting(found: Sequence[Progress]) -> Iterator[str]:
    """What is promised, and which invoices have no step left."""
    for one in found:
        if one.promised:
            yield f"{one.invoice.number}: {one.promised.amount} promised for {one.promised.on}"
        elif one.ended:
            yield ended(one.invoice.number)


def ended(number: str) -> str:
    return f"{number}: {ENDED}"


def held_up(found: Sequence[Progress], asked: Collection[str]) -> Iterator[str]:
    """That invoices with a step of their own wait for the answer about the invoices `asked`."""
    due = [one for one in found if one.step and one.step.offset_days > 0]
    names = [one.invoice.number for one in due if one.invoice.id not in asked]
    if names:
        is_due = "waits" if len(names) == 1 else "wait"
        yield f"until this is answered {', '.join(names)} {is_due} too, though due for a step"


def besides(numbers: Collection[str], reasons: Sequence[str]) -> tuple[str, ...]:
    """The reasons without those that say of these invoices that they have no step left."""
    told = {ended(number) for number in numbers}
    return tuple(why for why in reasons if why not in told)


def of_next(account: Account, then: Send | Wait | Ask, moment: datetime, hours: Hours) -> str:
    """What is decided at a moment to come (aware UTC) if nothing changes until then."""
    when = hours.told(moment)
    if isinstance(then, Wait):
        return f"nothing is due before {when}"
    if isinstance(then, Ask) and then.proposed is None:
        return f"a person is asked on {when}: {then.reason}"
    step = then if isinstance(then, Send) else then.proposed
    assert step is not None
    numbers = ", ".join(one.number for one in account.invoices if one.id in step.invoice_ids)
    due = "is due on" if isinstance(then, Send) else "is put before a person on"
    return f"the next step, {step.step!r} about {numbers}, {step.total}, {due} {when}"
