"""The segments in force on the policy page: who is in each now, and pausing one until a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from connector import agenda, local_days
from connector.answering.answers import CannotAnswer
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.local_days import NoDay
from connector.rule_changes import membership, own_rules
from connector.rule_changes.membership import Membership, Names
from connector.rules import named_customers
from connector.rules.policy import Policy
from dunning.rules.policy import EVERYBODY, DunningPolicy
from dunning.rules.segments import Segment, When
from ui_embed import documents, ownership, session, words
from webhooks import parts

pages = Blueprint("segments", __name__)
CUSTOMERS_A_PAGE = 200
"""Of each company, the customers whose accounts are looked at for one page."""


@dataclass(frozen=True, slots=True)
class Group:
    """A segment, or those who are in none (`is_rest`). `when` says who belongs to it, `differs`
    which fields of the policy are its own; `members` are by company."""

    name: str
    when: str
    differs: str
    left_to_people: str
    paused_until: date | None
    paused_because: str
    members: Sequence[tuple[Connection, Names]]
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Segments:
    """Every segment in the order of precedence and those in none. A customer's accounts tell where
    it belongs, so that only some are looked at for one page: `number` from 1 on, of `last`. Of
    those, `unreadable` could not be read by a fault of ours."""

    groups: Sequence[Group]
    number: int = 1
    last: int = 1
    customers: int = 0
    unreadable: int = 0


def of(
    deps: Deps, tx: Tx, companies: Sequence[Connection], rules: Policy, number: int
) -> Segments:  # fmt: skip
    """Page `number`; without groups where the rules have no segment."""
    if not rules.dunning.segments:
        return Segments(())
    counts = [agenda.count(tx, one.id) for one in companies]
    last = max(1, -(-max(counts, default=0) // CUSTOMERS_A_PAGE))
    number = min(max(number, 1), last)
    found = [(one, _members(deps, tx, one, rules.dunning, number - 1)) for one in companies]
    named = _names(tx, companies, rules.dunning.segments)

    def members(name: str) -> list[tuple[Connection, Names]]:
        return [(one, it.members[name]) for one, it in found]

    today = [local_days.today(one, deps.now()) for one in companies]
    groups = [_group(it, members(it.name), named, today) for it in rules.dunning.segments]
    rest = Group(EVERYBODY, "in none of these", "", "", None, "", members(EVERYBODY), is_rest=True)
    unreadable = sum(it.unreadable for _, it in found)
    return Segments([*groups, rest], number, last, sum(counts), unreadable)


def _members(
    deps: Deps, tx: Tx, company: Connection, rules: DunningPolicy, number: int
) -> Membership:
    some = agenda.portion(tx, company.id, number=number, most=CUSTOMERS_A_PAGE)
    return membership.membership(tx, company, rules, rules, deps.now(), among=some)


@pages.post("/clients/<int:client_id>/segments/pause")
def pause(client_id: int) -> Response:
    deps, segment = parts.here(), request.form.get("segment", "")
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    try:
        until = _day(request.form.get("until", ""))
        own_rules.pause_segment(
            deps,
            client.id,
            segment,
            until,
            by=session.me().email,
            reason=_reason(),
            base=documents.base(),
        )
    except CannotAnswer as error:
        flash(words.sentence(f"Not paused: {error}"), "danger")
    else:
        flash(f"Paused until {until:%d %b %Y}: the segment {segment}.", "success")
    return _back(client.id)


@pages.post("/clients/<int:client_id>/segments/resume")
def resume(client_id: int) -> Response:
    deps, segment = parts.here(), request.form.get("segment", "")
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    try:
        own_rules.resume_segment(
            deps,
            client.id,
            segment,
            by=session.me().email,
            reason=documents.reason().strip(),
            base=documents.base(),
        )
    except CannotAnswer as error:
        flash(words.sentence(f"Not resumed: {error}"), "danger")
    else:
        flash(f"Resumed: the segment {segment}.", "success")
    return _back(client.id)


def _group(
    segment: Segment, members: Sequence[tuple[Connection, Names]], named: Mapping[str, str],
    today: Sequence[date],
) -> Group:  # fmt: skip
    own = segment.change
    until = date.fromisoformat(own["paused_until"]) if own.get("paused_until") else None
    if until and today and until <= min(today):
        until = None
    return Group(
        segment.name, "; ".join(_when(segment.when, named)) or "everybody who is left",
        ", ".join(name for name in own if name not in _SAID), str(own.get("with_a_person", "")),
        until, str(own.get("paused_because", "")), members,
    )  # fmt: skip


_SAID = ("with_a_person", "paused_until", "paused_because")


def _when(when: When, named: Mapping[str, str]) -> Iterator[str]:
    if when.customers:
        yield ", ".join(named.get(id_, f"unknown id {id_}") for id_ in when.customers)
    if when.payer:
        yield f"payer {' or '.join(when.payer)}"
    for least, what in (
        (when.years_at_least, "customer for {} years or more"),
        (when.days_late_at_least, "pays {} days late or more"),
        (when.broken_promises_at_least, "{} broken promises or more"),
    ):
        if least is not None:
            yield what.format(least)
    if when.on_time_share_at_most is not None:
        yield f"at most {when.on_time_share_at_most:.0%} paid on time"
    if when.year_at_least:
        told = " or ".join(
            f"{currency} {least:,}" for currency, least in when.year_at_least.items()
        )
        yield f"invoiced {told} or more in a year"


def _names(
    tx: Tx, companies: Sequence[Connection], segments: Sequence[Segment]
) -> Mapping[str, str]:
    called = {name for segment in segments for name in segment.when.customers}
    found: dict[str, str] = {}
    for one in companies if called else ():
        found |= named_customers.known(tx, one, called)
    return found


def _day(text: str) -> date:
    try:
        return local_days.written(text)
    except NoDay as wrong:
        raise CannotAnswer(str(wrong)) from None


def _reason() -> str:
    """Said by whoever looks here next; a pause without one is still a pause."""
    said = documents.reason().strip()[: own_rules.REASON_CHARACTERS_MAX]
    return said or "asked for on the policy page"


def _back(client_id: int) -> Response:
    return redirect(url_for("policy.show", client_id=client_id), code=303)
