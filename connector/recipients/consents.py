"""Who may be written to or called by machine, and who said no: every word of it is kept.

Nobody is texted or called by machine without a consent that is on record (47 CFR 64.1200(a)), and
a no counts at once, for texts and calls together (47 CFR 64.1200(a)(10): any reasonable means).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx
from connector.redaction import DIGEST, ERASED, digest
from dunning.customer.channels import Channel

WORDS_MAX = 500
NO = frozenset({
    "stop", "stopall", "stop all", "quit", "end", "revoke", "opt out", "optout", "cancel",
    "unsubscribe", "unsubscribe me", "remove me",
    "stopp", "abmelden", "abbestellen", "austragen",
    "arret", "arreter", "arretez", "desabonner", "me desabonner", "se desabonner", "desabonnement",
    "desinscription", "desinscrire", "me desinscrire",
    "baja", "dar de baja", "darme de baja", "darse de baja", "parar", "alto",
    "stoppen", "afmelden", "uitschrijven",
})  # fmt: skip
"""47 CFR 64.1200(a)(10), the words that Twilio heeds (support.twilio.com 223134027), and those of
our other languages, without accents. What may mean money is none: "cancelar" is also to pay."""

consent_table = db.table(
    "consent",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("address", sa.String(254), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_consent_address", "connection_id", "address"),
    sa.Index("ix_consent_everywhere", "address"),
)
c = consent_table.c
_LAST_WORDS = (
    sa.select(c.address, c.state)
    .where(
        c.connection_id == db.CONNECTION,
        c.channel == sa.bindparam("channel"),
        c.address.in_(sa.bindparam("addresses", expanding=True)),
    )
    .order_by(c.id)
)


class State(StrEnum):
    GIVEN = "given"
    REVOKED = "revoked"


MACHINE = (Channel.TEXT, Channel.CALL)
"""What a no by telephone takes back, whichever of them it answers."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One thing that was said: `words` are the source's own, or tell where they are kept. `address`
    is a number in E.164 or an e-mail address in lower case; the latest word on it counts."""

    channel: Channel
    address: str
    customer_id: str
    state: State
    words: str
    by: str
    at: datetime


def is_no(text: str) -> bool:
    """Whether a whole message is one of the words that take consent back in one of our languages,
    in any case, with or without accents, and with any punctuation around or inside."""
    plain = "".join(
        it for it in unicodedata.normalize("NFKD", text) if not unicodedata.combining(it)
    )
    bare = " ".join(re.sub(r"[\W_]+", " ", plain).split()).casefold()
    return bare in NO


def give(
    tx: Tx, connection_id: int, channel: Channel, address: str, *, customer_id: str, words: str,
    by: str, at: datetime,
) -> None:  # fmt: skip
    """Keep that somebody consented, and what shows it."""
    _say(tx, connection_id, Consent(
        channel, of(channel, address), customer_id, State.GIVEN, words, by, at
    ))  # fmt: skip


def revoke(
    tx: Tx, connection_id: int, channel: Channel, address: str, *, customer_id: str, words: str,
    by: str, at: datetime,
) -> None:  # fmt: skip
    """Keep that somebody said no. From this moment on the address is suppressed."""
    _say(tx, connection_id, Consent(
        channel, of(channel, address), customer_id, State.REVOKED, words, by, at
    ))  # fmt: skip


def revoke_number(
    tx: Tx, connection_id: int, number: str, *, customer_id: str, words: str, by: str, at: datetime
) -> None:
    """A no by telephone: texts and machine calls end together."""
    for channel in MACHINE:
        revoke(
            tx, connection_id, channel, number, customer_id=customer_id, words=words, by=by, at=at
        )


def suppressed(tx: Tx, connection_id: int, channel: Channel, address: str) -> bool:
    """Whether the last word about an address was no."""
    last = _last(tx, connection_id, channel, address)
    return last is not None and last.state is State.REVOKED


def all_suppressed(
    tx: Tx, connection_id: int, channel: Channel, addresses: Collection[str]
) -> set[str]:
    """Those of many addresses about which the last word was no, as they are kept."""
    plain = {of(channel, address) for address in addresses}
    kept = {form: address for address in plain for form in _forms(connection_id, address)}
    told = {"connection": connection_id, "channel": channel, "addresses": list(kept)}
    rows = tx.execute(_LAST_WORDS, told)
    last = {kept[row.address]: row.state for row in rows}
    return {address for address, state in last.items() if state == State.REVOKED}


def given(tx: Tx, connection_id: int, channel: Channel, address: str, customer_id: str) -> bool:
    """Whether this customer's last word about the address was yes."""
    last = _last(tx, connection_id, channel, address)
    return last is not None and (last.state, last.customer_id) == (State.GIVEN, customer_id)


def numbers_of(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> dict[str, dict[Channel, str]]:
    """By customer, the number at which it agreed to texts or to machine calls; the newest of
    several."""
    found: dict[str, dict[Channel, str]] = defaultdict(dict)
    for one in listed(tx, connection_id):
        if one.customer_id in customer_ids and one.state is State.GIVEN and one.channel in MACHINE:
            found[one.customer_id].setdefault(one.channel, one.address)
    return found


def listed(tx: Tx, connection_id: int, *, every: bool = False) -> list[Consent]:
    """The last word on every address, the newest first; or `every` word."""
    rows = tx.execute(
        sa.select(consent_table).where(c.connection_id == connection_id).order_by(c.id.desc())
    )
    found = [_consent(row) for row in rows]
    if every:
        return found
    last: dict[tuple[Channel, str], Consent] = {}
    for one in found:
        last.setdefault((one.channel, one.address), one)
    return list(last.values())


def places_of(tx: Tx, number: str) -> dict[int, str]:
    """Where a number is known: the customer by connection. A no counts in all of them."""
    return dict(holders(tx, number))


def holders(tx: Tx, number: str) -> list[tuple[int, str]]:
    """(connection id, customer id) of each word on a number, the oldest first: several customers
    may share it."""
    rows = tx.execute(
        sa.select(c.connection_id, c.customer_id).where(c.address == number).order_by(c.id),
        execution_options=db.across("who says no to one number says no to all who use it"),
    )
    return [(row.connection_id, row.customer_id) for row in rows]


def of(channel: Channel, address: str) -> str:
    """An address as it is kept: e-mail addresses in lower case, numbers as they are."""
    return address.strip().lower() if channel is Channel.EMAIL else address


def erase(tx: Tx, connection_id: int, customer_id: str) -> int:
    """Forget what one customer said; of an address that may not be used a digest stays, so that it
    is not used again. Returns how many words were forgotten."""
    last = {(one.channel, one.address): one for one in listed(tx, connection_id)}
    rows = tx.execute(
        sa.select(consent_table)
        .where(c.connection_id == connection_id, c.customer_id == customer_id)
        .where(sa.not_(c.address.startswith(DIGEST)))
    ).all()
    for row in rows:
        said = _consent(row)
        this = (c.connection_id == connection_id, c.id == row.id)
        if said.state is State.REVOKED and said == last[said.channel, said.address]:
            kept = {"address": digest(connection_id, said.address), "words": ERASED}
            tx.execute(sa.update(consent_table).where(*this).values(**kept))
        else:
            tx.execute(sa.delete(consent_table).where(*this))
    return len(rows)


def _forms(connection_id: int, address: str) -> tuple[str, str]:
    """How an address may be kept: as it is, or what erasing left of it."""
    return address, digest(connection_id, address)


def _say(tx: Tx, connection_id: int, said: Consent) -> None:
    tx.execute(
        sa.insert(consent_table).values(
            connection_id=connection_id, channel=said.channel, address=said.address,
            customer_id=said.customer_id, state=said.state, words=said.words[:WORDS_MAX],
            by=said.by, at=said.at,
        )
    )  # fmt: skip
    audit.add(
        tx, connection_id, at=said.at, actor=said.by, event=f"consent.{said.state}",
        about=f"customer:{said.customer_id}", channel=said.channel, address=said.address,
        words=said.words[:WORDS_MAX],
    )  # fmt: skip


def _last(tx: Tx, connection_id: int, channel: Channel, address: str) -> Consent | None:
    row = tx.execute(
        sa.select(consent_table)
        .where(
            c.connection_id == connection_id,
            c.channel == channel,
            c.address.in_(_forms(connection_id, of(channel, address))),
        )
        .order_by(c.id.desc())
        .limit(1)
    ).first()
    return _consent(row) if row else None


def _consent(row: sa.Row[tuple[object, ...]]) -> Consent:
    fields = {name: row._mapping[name] for name in Consent.__dataclass_fields__}
    return Consent(**fields | {
        "channel": Channel(row._mapping["channel"]), "state": State(row._mapping["state"]),
    })  # fmt: skip
