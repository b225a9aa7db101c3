"""Where payouts come from: a report that somebody downloaded, or the processor's API."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import structlog

from connector.clients import meter, tenants
from connector.clients.tenants import Connection, State
from connector.config import Config
from connector.db import Tx
from connector.deps import Deps
from connector.evidence import payout_pairs, payouts
from connector.evidence.payouts import PROCESSORS, CannotKeep
from connector.lease import Fence
from connector.receiving import payout_rounds, processor_keys
from connector.vault import Vault
from providers.errors import LedgerError, TryLater
from providers.http import Http
from providers.processors import paypal_api, reports, stripe_api
from providers.receipts import Payout

log = structlog.get_logger()
BY = "ledgerhand"
FIRST = timedelta(days=31)
"""How far back the first reading of an account goes."""
OVERLAP = timedelta(days=5)
"""PayPal takes hours to list what was done; Stripe settles a payout's parts a day later."""


class NoKey(LookupError):
    """No key is stored for this processor; the text says how to store one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`new` of the payouts that were `found` had not been seen before."""

    found: int
    new: int


def import_report(deps: Deps, connection_id: int, raw: bytes, *, by: str) -> Kept:
    """Keep the payouts of a report file, all or none. Raises reports.BadReport and CannotKeep."""
    return _keep(deps, connection_id, reports.payouts(raw), by=by)


def by_settings(
    tx: Tx, config: Config, connections: Sequence[Connection], now: datetime
) -> set[int]:
    """Of all connections that there are, the one whose payouts are to be fetched now with a key of
    the settings."""
    if not of_settings(config):
        return set()
    return {c.id for c in sole(connections) if processors_due(tx, config, c.id, now)}


def processors_due(tx: Tx, config: Config, connection_id: int, now: datetime) -> list[str]:
    """Whose payouts are to be fetched now for one connection.

    A key of the settings names no company: it is used by itself only where there is just one.
    """
    names = set(processor_keys.held(tx, connection_id))
    general = of_settings(config)
    if general and [c.id for c in sole(tenants.connections(tx))] == [connection_id]:
        names.update(general)
    rounds = payout_rounds.of(tx, connection_id)
    return sorted(n for n in names if n not in rounds or rounds[n].next_at <= now)


def of_settings(config: Config) -> list[str]:
    """The processors that the settings have a key for."""
    return [name for name in PROCESSORS if getattr(config, f"{name}_key")]


def sole(connections: Sequence[Connection]) -> list[Connection]:
    """The one company that there is; none where there are several."""
    found = [c for c in connections if c.state is not State.DISCONNECTED]
    return found if len(found) == 1 else []


def fetch_due(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Fetch what is due for one connection. Trouble of one processor is kept and tried again ever
    later; it holds up no other, and never the ledger."""
    with deps.reading() as tx:
        names = processors_due(tx, deps.config, connection.id, deps.now())
    for processor in names:
        with deps.writing() as tx:
            fence.check(tx)
            payout_rounds.begin(tx, connection.id, processor, now=deps.now())
        deps.reached("payouts.begun")
        try:
            fetch(deps, connection.id, processor, by=BY, fence=fence)
        except (LedgerError, NoKey, CannotKeep) as error:
            log.warning("payouts", processor=processor, connection_id=connection.id, why=str(error))
            # Any other answer than a wait would be the same a moment later.
            asked = error.wait if isinstance(error, TryLater) else payout_rounds.WAIT_MAX
            with deps.writing() as tx:
                fence.check(tx)
                payout_rounds.failed(
                    tx, connection.id, processor, str(error), asked=asked, now=deps.now()
                )


def fetch(
    deps: Deps, connection_id: int, processor: str, *, by: str, since: date | None = None,
    fence: Fence | None = None,
) -> Kept:  # fmt: skip
    """Read the payouts since the last one known, or since a day; a fence is renewed with each call.
    Raises NoKey, CannotKeep and the errors of a call to the outside."""
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
        newest = payouts.newest(tx, connection_id, processor)
    start = since or (newest - OVERLAP if newest else deps.now().date() - FIRST)
    header = {"stripe": stripe_api.REQUEST_ID_HEADER, "paypal": paypal_api.REQUEST_ID_HEADER}
    # A processor's calls are counted and shown, and take nothing from the ledger's budget.
    count = meter.counter(deps, connection_id)

    def spend(kind: str) -> None:
        if fence is not None:
            fence.renew()
        count(kind)

    with deps.http(spend, request_id_header=header[processor]) as http:
        found = list(_read(deps, http, connection, processor, start))
    return _keep(deps, connection_id, found, by=by, fetched=processor)


def _read(
    deps: Deps, http: Http, connection: Connection, processor: str, since: date
) -> Iterator[Payout]:
    key = _key(deps, connection, processor)
    bases = json.loads(deps.config.processor_bases)
    if processor == "stripe":
        stripe = stripe_api.StripePayouts(http, key=key, base=bases.get("stripe", stripe_api.API))
        return stripe.arrived_since(since)
    paypal = paypal_api.PayPalPayouts(http, key=key, base=bases.get("paypal", paypal_api.API))
    start = datetime.combine(since, datetime.min.time(), UTC)
    return paypal.arrived_since(start, deps.now())


def _key(deps: Deps, connection: Connection, processor: str) -> str:
    with deps.reading() as tx:
        own = processor_keys.find(tx, Vault(deps.config.keys), connection.id, processor)
    key = own or str(getattr(deps.config, f"{processor}_key"))
    if not key:
        raise NoKey(
            f"no {processor} key for {connection.name}; store one with `ledgerhand payouts key"
            f" {processor} --client C`"
        )
    return key


def _keep(
    deps: Deps, connection_id: int, found: list[Payout], *, by: str, fetched: str = ""
) -> Kept:
    with deps.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        new = payout_pairs.keep(tx, connection, found, by=by, at=deps.now())
        if fetched:
            payout_rounds.done(tx, connection_id, fetched, now=deps.now())
    deps.ring("decide", connection_id)
    return Kept(len(found), new)
