"""Where payouts come from: a report that somebody downloaded, or the processor's API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from connector import meter, payouts, processor_keys, tenants
from connector.deps import Deps
from connector.tenants import Connection
from connector.vault import Vault
from providers.http import Http
from providers.processors import paypal_api, reports, stripe_api
from providers.receipts import Payout

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


def fetch(
    deps: Deps, connection_id: int, processor: str, *, by: str, since: date | None = None
) -> Kept:
    """Read the payouts since the last one known, or since a day. Raises NoKey, CannotKeep and the
    errors of a call to the outside."""
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
        newest = payouts.newest(tx, connection_id, processor)
    start = since or (newest - OVERLAP if newest else deps.now().date() - FIRST)
    header = {"stripe": stripe_api.REQUEST_ID_HEADER, "paypal": paypal_api.REQUEST_ID_HEADER}
    # A processor's calls are counted and shown, and take nothing from the ledger's budget.
    spend = meter.counter(deps, connection_id)
    with deps.http(spend, request_id_header=header[processor]) as http:
        found = list(_read(deps, http, connection, processor, start))
    return _keep(deps, connection_id, found, by=by)


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


def _keep(deps: Deps, connection_id: int, found: list[Payout], *, by: str) -> Kept:
    with deps.writing() as tx:
        connection = tenants.connection(tx, connection_id)
        new = payouts.keep(tx, connection, found, by=by, at=deps.now())
    deps.ring("decide", connection_id)
    return Kept(len(found), new)
