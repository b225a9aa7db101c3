"""Which messages go out on a day ahead if nothing changes, by the decisions of the collector."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from connector import addresses, collecting, holds, local_days, messages, mirror, preview, taking
from connector.config import Config
from connector.db import Tx
from connector.modes import Mode
from connector.taking import Rules
from connector.tenants import Connection
from dunning.account import Account, SentMessage
from dunning.channels import Channel
from dunning.decide import next_step
from dunning.decision import Send
from dunning.persons import Contact
from dunning.ramp import admit
from providers.money import Money

LINES_MAX = 200
BY = {
    Channel.EMAIL: "by e-mail", Channel.TEXT: "by text message", Channel.CALL: "by telephone",
    Channel.LETTER: "as a letter",
}  # fmt: skip
Place = tuple[str, str]
"""(customer id, currency)"""


@dataclass(frozen=True, slots=True)
class Coming:
    """One message; `asks` tells that a person is asked before it goes out."""

    at: datetime
    customer_id: str
    name: str
    step: str
    channel: Channel
    total: Money
    asks: bool


@dataclass
class _Walk:
    """The collector's looks from now on, each message taken as sent."""

    tx: Tx
    rules: Rules
    next_at: dict[str, datetime]
    sent: dict[Place, list[SentMessage]] = field(default_factory=lambda: defaultdict(list))
    reached: dict[str, list[Contact]] = field(default_factory=lambda: defaultdict(list))
    written: Counter[date] = field(default_factory=Counter)

    def look(self, customer_ids: Sequence[str], moment: datetime) -> list[Coming]:
        """Look at some accounts at a moment, and set when each is looked at next."""
        ready: list[tuple[Account, Send]] = []
        for one in preview.accounts(self.tx, self.rules.connection, customer_ids, moment):
            account = self._after_all(one)
            step = next_step(account, self.rules.dunning, moment)
            if isinstance(step, Send):
                if not preview.is_under_way(self.tx, self.rules.connection, account):
                    ready.append((account, step))
                    self._reach(account, step, moment)
            elif step.until is not None:
                self._again(account.customer_id, step.until)
        self._after_holds(customer_ids, moment)
        day = local_days.today(self.rules.connection, moment)
        _, midnight = local_days.span(self.rules.connection, day)
        now, later = admit(ready, self.rules.dunning, written_today=self.written[day])
        self.written[day] += len({account.customer_id for account, _ in now})
        for account, _ in later:
            self._again(account.customer_id, midnight)
        return [self._take(account, step, moment) for account, step in now]

    def _after_holds(self, customer_ids: Sequence[str], moment: datetime) -> None:
        for hold in holds.in_force(self.tx, self.rules.connection.id, moment, customer_ids):
            for id_ in (hold.customer_id,) if hold.customer_id else customer_ids:
                if hold.until is not None:
                    self._again(id_, hold.until)

    def _after_all(self, account: Account) -> Account:
        others = {
            contact for place in collecting.places_of(account) for contact in self.reached[place]
        }  # fmt: skip
        sent = self.sent[account.customer_id, account.currency]
        own = {Contact(it.channel, it.at, it.invoice_ids) for it in sent}
        return replace(
            account, sent=(*account.sent, *sent), contacts=(*account.contacts, *(others - own))
        )

    def _reach(self, account: Account, step: Send, moment: datetime) -> None:
        for place in collecting.places_of(account):
            self.reached[place].append(Contact(step.channel, moment, step.invoice_ids))

    def _take(self, account: Account, step: Send, moment: datetime) -> Coming:
        self.sent[account.customer_id, account.currency].append(
            SentMessage(step.step, moment, step.invoice_ids, step.stages, step.channel)
        )
        self._again(account.customer_id, moment + taking.SETTLE)
        asks = step.draft or self.rules.mode is Mode.COPILOT
        return Coming(moment, account.customer_id, account.name, step.step, step.channel,
                      step.total, asks)  # fmt: skip

    def _again(self, customer_id: str, at: datetime) -> None:
        self.next_at[customer_id] = min(at, self.next_at.get(customer_id, at))


def of(tx: Tx, rules: Rules, day: date) -> list[Coming]:
    """The messages of a day that is today or ahead, in the order in which they go out; none where
    the mode lets none out."""
    if rules.mode not in (Mode.COPILOT, Mode.AUTOPILOT):
        return []
    connection, now = rules.connection, rules.now
    start, end = local_days.span(connection, day)
    owing = {customer_id for customer_id, _ in mirror.owed(tx, connection.id, gross=True)}
    walk = _Walk(tx, rules, dict.fromkeys(owing, now))
    today = local_days.today(connection, now)
    midnight, _ = local_days.span(connection, today)
    walk.written[today] = messages.customers_asked_since(tx, connection.id, midnight)
    found: list[Coming] = []
    while walk.next_at and (moment := min(walk.next_at.values())) < end:
        due = sorted(id_ for id_, at in walk.next_at.items() if at <= moment)
        for id_ in due:
            del walk.next_at[id_]
        for portion in preview.portions(due):
            found += walk.look(portion, moment)
    return [one for one in found if one.at >= start]


def text_of(config: Config, connection: Connection, day: date, found: Iterable[Coming]) -> str:
    """The forewarning as a mail says it."""
    by_itself = [one for one in found if not one.asks]
    asks = [one for one in found if one.asks]
    told = [f"{connection.name} on {day:%A, %d %B %Y}\n"]
    if by_itself:
        told.append("These messages go out unless something changes\n")
        told += _lines(config, connection, by_itself)
    if asks:
        told.append("These are put before you first\n")
        told += _lines(config, connection, asks)
    told.append(
        "Each account is read from the ledger and decided on once more just before. To hold one"
        f" back, pause it; the plan is at\n{addresses.of_client(config, connection, 'plan')}\n"
    )
    return "\n".join(told)


def _lines(config: Config, connection: Connection, found: Sequence[Coming]) -> list[str]:
    lines = [
        f"* {one.name or one.customer_id}: {one.step}, {BY[one.channel]}, {one.total}\n"
        f"  {addresses.customer(config, connection, one.customer_id)}\n"
        for one in found[:LINES_MAX]
    ]
    if len(found) > LINES_MAX:
        lines.append(f"* and {len(found) - LINES_MAX} more\n")
    return ["".join(lines)]
