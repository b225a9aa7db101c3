"""The daily rounds of a company: the firm's digest and forewarning, what fell due overnight, and
old words that are let go of."""

from __future__ import annotations

from datetime import timedelta

from connector import agenda, local_days
from connector.account import collection_rules, looking
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.firm_news import notice_rounds, notices
from connector.firm_news.notice_rounds import Due, Round
from connector.firm_news.notices import Notice
from connector.lease import Fence
from connector.next_step import forewarning
from connector.notifications import customer_news, digest
from connector.privacy import retention

DAY = timedelta(days=1)


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Make each round whose hour has come, once for its day: of days on which nobody worked, only
    the last is told of."""
    with deps.reading() as tx:
        due = notice_rounds.due(tx, connection.id, deps.now())
    for one in due:
        if one.kind is Round.CUSTOMERS:
            _look_at_customers(deps, connection, fence)
        if one.kind is Round.RETENTION:
            retention.run(deps, connection, fence)
        notice = _notice(deps, connection, one)
        with deps.writing() as tx:
            fence.check(tx)
            if notice:
                notices.tell_firm(tx, connection, notice, at=deps.now())
            notice_rounds.done(tx, connection, one.kind, now=deps.now())
        fence.renew()


def _notice(deps: Deps, connection: Connection, due: Due) -> Notice | None:
    """What there is to tell; None on a day without anything."""
    today = local_days.today(connection, deps.now())
    with deps.reading() as tx:
        if due.kind is Round.DIGEST:
            return digest_of(tx, deps, connection)
        if due.kind is Round.FOREWARNING and local_days.today(connection, due.at) == today:
            return forewarning_of(tx, deps, connection)
    return None


def digest_of(tx: Tx, deps: Deps, connection: Connection) -> Notice | None:
    """The digest of yesterday."""
    day = local_days.today(connection, deps.now()) - DAY
    found = digest.of(tx, deps.config, connection, day)
    if found.is_empty:
        return None
    subject = f"what happened on {day:%d %B %Y}"
    return Notice(subject, digest.text_of(found), key=("digest", day.isoformat()))


def forewarning_of(tx: Tx, deps: Deps, connection: Connection) -> Notice | None:
    """The messages of tomorrow."""
    day = local_days.today(connection, deps.now()) + DAY
    found = forewarning.of(tx, collection_rules.of(tx, connection, deps.now()), day)
    if not found:
        return None
    many = "1 message" if len(found) == 1 else f"{len(found)} messages"
    text = forewarning.text_of(deps.config, connection, day, found)
    return Notice(f"{many} on {day:%d %B %Y}", text, key=("forewarning", day.isoformat()))


def _look_at_customers(deps: Deps, connection: Connection, fence: Fence) -> None:
    with deps.reading() as tx:
        everybody = agenda.everybody(tx, connection.id)
    for portion in looking.portions(everybody):
        with deps.writing() as tx:
            fence.check(tx)
            customer_news.observe(tx, deps.config, connection, portion, now=deps.now())
        fence.renew()
