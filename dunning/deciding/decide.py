"""One customer's account, a policy and a moment in; one next step, with its reasons, out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.deciding import moments, part_promises, reasons, recipients, standstill
from dunning.deciding.decision import Ask, Matter, Send, Wait
from dunning.deciding.desk import Desk, at_once, latest
from dunning.deciding.limits import above
from dunning.deciding.manner import manner
from dunning.deciding.reach import within_reach
from dunning.deciding.sequence import Progress, exclusion, unarrived, undemanded, unposted
from dunning.rules.policy import EVERYBODY, DunningPolicy
from dunning.rules.steps import ALWAYS_A_PERSON, Do, Step, Tone
from providers.money import Money


def next_step(
    account: Account, policy: DunningPolicy, now: datetime, *, ordered: Collection[str] = (),
    among: Collection[str] | None = None,
) -> Send | Wait | Ask:  # fmt: skip
    """What to do for this customer in this currency at `now` (aware UTC).

    At most one message, for every invoice that a step is due for, in the tone of the latest step.
    Each invoice takes each step once at most; of the steps missed only the latest is made up. While
    a person is asked about a formal step, the other invoices are decided on all the same. Where a
    person `ordered` a formal step for invoices (their ids), no other joins it or comes before it.
    With `among` (ids) it is decided about these invoices alone, as if no step were due for another.
    """
    decision = _decided(account, policy, now, ordered, among)
    if isinstance(decision, Send) or not any(i.maybe_paid for i in account.invoices):
        return decision
    # Whatever becomes of money that waits for a person, it is looked at again.
    hours = hours_of(policy, account.time_zone)
    tomorrow = hours.opening(hours.today(now) + timedelta(days=1))
    return replace(decision, until=min(decision.until or tomorrow, tomorrow))


def _decided(
    account: Account, policy: DunningPolicy, now: datetime, ordered: Collection[str],
    among: Collection[str] | None,
) -> Send | Wait | Ask:  # fmt: skip
    today = hours_of(policy, account.time_zone).today(now)
    segment, rules = policy.applying_to(account, today)
    hours = hours_of(rules, account.time_zone)
    account = part_promises.set_apart(within_reach(account, rules, now), rules, hours, now)
    notes = tuple(why for invoice in account.invoices if (why := exclusion(invoice, rules)))
    asked = (i for i in account.invoices if among is None or i.id in among)
    usable = tuple((i, i.due) for i in asked if i.due and not exclusion(i, rules))
    if not usable:
        return Wait(None, "no invoice can be reminded of", notes)
    if still := _stands_still(account, rules, today):
        return Wait(hours.opening(still[1]) if still[1] else None, still[0], notes)
    desk = Desk(account, segment, rules, hours, usable, notes).for_order(ordered, now)
    return _with_the_rest(desk, now) or _as_usual(desk, now)


def _as_usual(desk: Desk, now: datetime) -> Send | Wait | Ask:
    times = (moments.next_due(desk, now), moments.next_formal(desk, now))
    moment = min(filter(None, times), default=None)
    if moment is None:
        return _ended(desk, now)
    if moment > now:
        return _nothing_due(desk, moment, now)
    return _act(desk, desk.progress(now), now)


def _with_the_rest(desk: Desk, now: datetime) -> Ask | None:
    """The question about a formal step, and what is done about the other invoices meanwhile. None
    where there is no such question."""
    asked = _formal(desk, now)
    if asked is None or asked.matter is Matter.APPLY_CREDIT:
        return asked
    taken = asked.proposed.credits if asked.proposed else Money.zero(desk.account.currency)
    rest = desk.without(desk.formal(now), taken)
    meanwhile = _as_usual(rest, now) if rest.invoices else Wait(None, "nothing else is open")
    ends = (asked.until, None if isinstance(meanwhile, Send) else meanwhile.until)
    rested = desk.rested_at(now)
    return replace(
        asked,
        meanwhile=meanwhile,
        until=min(filter(None, ends), default=None),
        not_before=rested if rested > now else None,
    )


def _formal(desk: Desk, now: datetime) -> Ask | None:
    """What a person is asked about the invoices that have come to a formal step; None where none
    has, or where it is not taken."""
    found = desk.formal(now)
    asked = _at_any_hour(desk, found, now) if found else None
    return asked if isinstance(asked, Ask) and asked.matter is not Matter.ENDED else None


def _stands_still(
    account: Account, rules: DunningPolicy, today: date
) -> tuple[str, date | None] | None:
    """Why nothing is sent, and up to which day, as far as that is known."""
    if held := standstill.held(account):
        return held, None
    if paused := standstill.paused(rules, today):
        return paused, rules.paused_until
    if lag := standstill.bank_lag(account, rules, today):
        return lag, today + timedelta(days=1)
    return None


def _meanwhile(desk: Desk, wait: Wait, now: datetime) -> Wait | Ask:
    """An overdue invoice that has taken its last step is a person's, also while others wait: it
    does not fall silent behind them."""
    left = {one.invoice.number: desk.time_to_pay(one) for one in desk.progress(now) if one.ended}
    ahead = (wait.until, *(until for until in left.values() if until > now))
    until = min(filter(None, ahead), default=None)
    if over := [number for number, passed in left.items() if passed <= now]:
        others = (wait.reason, *reasons.besides(over, wait.reasons))
        return Ask(reasons.ended(", ".join(over)), others, Matter.ENDED, until=until)
    return replace(wait, until=until)


def _nothing_due(desk: Desk, moment: datetime, now: datetime) -> Wait | Ask:
    """Nothing goes out before the moment. A person can be asked out of business hours too: a
    question does not end with the day."""
    found = desk.progress(now)
    later = _by_then(desk, moment)
    then = _formal(later, moment) or _at_any_hour(later, later.progress(moment), moment)
    ahead = reasons.of_next(desk.account, then, moment, desk.hours)
    closed = desk.closed(found, now)
    why = (closed, ahead) if closed else (ahead,)
    wait = Wait(moment, why[0], (*why[1:], *reasons.of_waiting(found), *desk.notes))
    if desk.rested_at(now) > now or not any(one.step for one in found):
        return _meanwhile(desk, wait, now)
    decision = _at_any_hour(desk, found, now)
    return decision if isinstance(decision, Ask) else wait


def _by_then(desk: Desk, moment: datetime) -> Desk:
    """The same with what is promised at a moment to come."""
    account = part_promises.set_apart(desk.account, desk.policy, desk.hours, moment)
    if account is desk.account:
        return desk
    found = {i.id: i for i in account.invoices}
    invoices = tuple((found[i.id], due) for i, due in desk.invoices)
    return Desk(account, desk.segment, desk.policy, desk.hours, invoices, desk.notes)


def _ended(desk: Desk, now: datetime) -> Wait | Ask:
    """No step is left for any invoice: those that are overdue are a person's from now on."""
    names = ", ".join(invoice.number for invoice, _ in desk.invoices)
    oldest = min(due for _, due in desk.invoices)
    late_from = desk.hours.opening(oldest + timedelta(days=1))
    moment = max(desk.rested_at(now), late_from)
    if moment > now:
        return Wait(moment, f"no step is left for {names}; there is still time to pay", desk.notes)
    return Ask(reasons.ended(names), desk.notes, Matter.ENDED)


def _act(desk: Desk, found: Sequence[Progress], now: datetime) -> Send | Wait | Ask:
    """What is due, at an hour at which it may go out, unless the law forbids it all the same."""
    decision = _at_any_hour(desk, found, now)
    if not isinstance(decision, Send):
        return decision
    forbidden = desk.forbidden(decision, now, until=_ahead(found))
    if isinstance(forbidden, Wait):
        return _meanwhile(desk, forbidden, now)
    return forbidden or decision


def _ahead(found: Sequence[Progress]) -> datetime | None:
    return min((one.next_at for one in found if one.next_at is not None), default=None)


def _at_any_hour(desk: Desk, found: Sequence[Progress], now: datetime) -> Send | Wait | Ask:
    """What is due, whatever the clock says."""
    account, due, ahead = desk.account, at_once(found), _ahead(found)
    owed = Money.total((p.invoice.asked for p, _ in due), account.currency)
    at_hand = max(account.credits, Money.zero(account.currency))
    if at_hand >= owed:
        why = f"apply credit: {at_hand} is at hand for the {owed} that is due"
        return Ask(why, desk.notes, Matter.APPLY_CREDIT, until=ahead)
    total, last = owed - at_hand, latest(due)
    if too_little := _too_little(desk, due, found, total):
        others = _others(desk, found, last, now)
        return _meanwhile(desk, too_little, now) if isinstance(others, Wait | None) else others
    proposed, unreachable = _proposed(desk, due, last, total, now=now)
    told = (*reasons.of_steps(found, at_hand), *proposed.reasons)
    proposed = replace(proposed, credits=at_hand, reasons=told)
    if waits := unposted(found):
        return Ask(waits, told, Matter.UNPOSTED, until=ahead)
    matter, why = _gate(desk, last, proposed, unreachable)
    if matter:
        held_up = reasons.held_up(found, proposed.invoice_ids)
        why = "; ".join((why, *undemanded(found), *unarrived(found), *held_up))
        return Ask(why, told, matter, proposed, ahead)
    return proposed


def _others(
    desk: Desk, found: Sequence[Progress], last: Step, now: datetime
) -> Send | Wait | Ask | None:
    """What is done for the other invoices where the latest step is not taken; None for none."""
    rest = [one for one in found if not (one.step and one.step.name == last.name)]
    return _at_any_hour(desk, rest, now) if any(one.step for one in rest) else None


def _too_little(
    desk: Desk, due: Sequence[tuple[Progress, Step]], found: Sequence[Progress], total: Money
) -> Wait | None:
    """Waiting where the total is below what anything, or this step, is asked for."""
    names, last = ", ".join(p.invoice.number for p, _ in due), latest(due)
    least = desk.policy.minimum.get(total.currency)
    if least is not None and total.amount < least:
        why = f"{total} is below the {least} that a message is written for: {names}"
        late = {p.invoice.id for p, step in due if step.offset_days > 0}
        others = (p.next_at for p in found if p.next_at and p.invoice.id not in late)
        return Wait(min(others, default=None), why, desk.notes)
    least = last.minimum.get(total.currency)
    if least is not None and total.amount < least:
        why = f"{total} is below the {least} that {last.name!r} is taken for: {names}"
        return Wait(_ahead(found), why, desk.notes)
    return None


def _proposed(
    desk: Desk, due: Sequence[tuple[Progress, Step]], last: Step, total: Money, *, now: datetime
) -> tuple[Send, str]:
    """The step as it would be taken, and why nothing reaches the customer; empty if it does."""
    account, today = desk.account, desk.hours.today(now)
    invoices = [p.invoice for p, _ in due]
    way = manner(account, desk.policy, desk.hours, last, today, invoices=invoices)
    by, why = desk.channel(last)
    unreachable = account.no_post if by is Channel.LETTER else ""
    if last.do is Do.MESSAGE and by is None:
        unreachable, why = why, ""
    is_mail = last.do is Do.MESSAGE and by is Channel.EMAIL
    to = recipients.another(account, desk.policy, partial(desk.is_free, now=now)) if is_mail else ()
    other = f"another contact is tried: {', '.join(to)}" if to else ""
    step = Send(
        step=last.name,
        tone=way.tone,
        on=today,
        invoice_ids=tuple(i.id for i in invoices),
        stages=tuple(step.name for _, step in due),
        total=total,
        credits=Money.zero(account.currency),
        reasons=(
            *filter(None, (why, other)),
            *way.reasons,
            _known_as(desk, today),
            *desk.notes,
        ),
        manner=way,
        do=last.do,
        channel=by or Channel.EMAIL,
        draft=last.draft,
        mode=last.mode,
        approver=last.approver,
        segment=desk.segment,
        to=to,
    )
    return step, unreachable


def _known_as(desk: Desk, today: date) -> str:
    words = desk.account.standing.words(today)
    return words if desk.segment == EVERYBODY else f"segment {desk.segment}: {words}"


def _gate(desk: Desk, last: Step, proposed: Send, unreachable: str) -> tuple[Matter | None, str]:
    """What a person must be asked before this step, and why; None where it may be taken."""
    account, policy, total = desk.account, desk.policy, proposed.total
    too_much = above(total, policy.remind_at_most, account.rates)
    disputed = standstill.disputed(account, last.name) if last.tone is Tone.FINAL else ""
    by_hand = policy.with_a_person
    gates = (
        (bool(by_hand), Matter.PERSON_WRITES,
         f"{by_hand}: the step {last.name!r} is left to you"),
        (bool(too_much), Matter.ABOVE_LIMIT, too_much),
        (bool(disputed), Matter.DISPUTED, disputed),
        (last.do in ALWAYS_A_PERSON, Matter.FORMAL, f"a {last.do} is a person's decision"),
        (last.do is Do.CALL and not account.reaches(Channel.CALL), Matter.CALL,
         "; ".join(filter(None, (f"a person calls about {total}", account.silent(Channel.CALL))))),
    )  # fmt: skip
    matter, why = next(((matter, why) for holds, matter, why in gates if holds), (None, ""))
    if unreachable:
        return Matter.NO_ADDRESS, "; ".join(filter(None, (unreachable, why)))
    return matter, why
