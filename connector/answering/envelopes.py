"""From whom and to whom a message goes that waits for a person: read beside its words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector import local_days
from connector.account.account_parts import Place
from connector.account.accounts import account_of, accounts_of
from connector.clients.tenants import Connection
from connector.config import Config
from connector.correspondence import postal
from connector.db import Tx
from connector.decided.approvals import Approval
from connector.mail import customer_mail
from connector.mirroring import mirror
from connector.outgoing import effects
from connector.outgoing.effects import (
    PlaceCall,
    PrintLetter,
    Reminder,
    SendReminder,
    SendText,
    SendThanks,
)
from connector.outgoing.faults import FAULTS
from connector.phone import telephone_line
from connector.recipients import domains
from connector.rules import policy
from dunning.customer.account import Account
from dunning.rules.brand import Brand

NOBODY = "nobody"
NO_LINE = "no number is set up"
Whom = tuple[Account, Brand]
"""Who is written to, and in whose name."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """`by` is the channel in words. `sender` and `to` are names, addresses and numbers as people
    read them; `answers_to` is where a mail is answered, `copies` who gets one beside `to`."""

    by: str
    sender: str
    to: str
    answers_to: str = ""
    copies: str = NOBODY

    @property
    def told(self) -> str:
        """In one line."""
        answers = f", answers to {self.answers_to}" if self.answers_to else ""
        return f"By {self.by} from {self.sender} to {self.to}, copy to {self.copies}{answers}"


def of(
    tx: Tx, config: Config, connection: Connection, approval: Approval, now: datetime
) -> Envelope | None:
    """Of one question; None where approving sends nothing."""
    return of_all(tx, config, connection, [approval], now).get(approval.id)


def of_all(
    tx: Tx, config: Config, connection: Connection, asked: Sequence[Approval], now: datetime
) -> dict[int, Envelope]:
    """By the id of a question, as it would be now (aware UTC), for those of which approving sends
    something."""
    said = {it.id: effect for it in asked if (effect := _said(it))}
    if not said:
        return {}
    places = {(effect.customer_id, effect.total.currency) for effect in said.values()}
    try:
        whom = _whom(tx, connection, places, now)
    except FAULTS:
        # One that cannot be read is asked about by itself; the page still shows the questions.
        return {}
    return {
        id_: _of(tx, config, connection, effect, whom[effect.customer_id])
        for id_, effect in said.items()
    }


def _whom(
    tx: Tx, connection: Connection, places: Collection[Place], now: datetime
) -> dict[str, Whom]:
    """By customer; read together, but for those of whom nothing is open any more."""
    rules, today = policy.dunning_of(tx, connection), local_days.today(connection, now)
    owing = accounts_of(tx, connection, sorted({id_ for id_, _ in places}), now)
    found: dict[str, Whom] = {}
    for customer_id, currency in places:
        account = next(iter(owing[customer_id]), None) or account_of(
            tx, connection, customer_id, currency, now
        )
        found[customer_id] = account, rules.applying_to(account, today)[1].brand
    return found


def _of(
    tx: Tx, config: Config, connection: Connection, said: Reminder | SendThanks, whom: Whom
) -> Envelope:
    account, _ = whom
    match said:
        case SendText(number=number) | PlaceCall(number=number):
            line = telephone_line.line_of(tx, config, connection.client_id)
            by = "text message" if isinstance(said, SendText) else "machine call"
            return Envelope(by, line.number if line else NO_LINE, number)
        case PrintLetter():
            customer = mirror.customer(tx, connection.id, account.customer_id)
            lines = postal.lines_of(tx, connection, customer) if customer else (account.name,)
            return Envelope("letter on paper", connection.name, ", ".join(lines))
        case _:
            return _mail(tx, config, connection, said, whom)


def _said(approval: Approval) -> Reminder | SendThanks | None:
    """What the first option sends; what a person does instead is none."""
    for option in approval.options[:1]:
        body = option.get("reminder") or option.get("thanks")
        if body and not option.get("by_person"):
            effect = effects.load(body)
            return effect if isinstance(effect, Reminder | SendThanks) else None
    return None


def _mail(
    tx: Tx, config: Config, connection: Connection, said: SendReminder | SendThanks,
    whom: Whom,
) -> Envelope:  # fmt: skip
    account, brand = whom
    sender = domains.sender_of(tx, config, connection.client_id)
    other = said.to if isinstance(said, SendReminder) else ()
    return Envelope(
        by="e-mail",
        sender=f"{brand.sender_name or connection.name} <{sender.address}>",
        to=", ".join(other or account.emails) or NOBODY,
        answers_to=customer_mail.answers_to(brand, sender),
    )
