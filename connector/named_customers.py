"""The customers that a policy names by id: those that no connected company has protect nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector import mirror, tenants
from connector.db import Tx
from connector.tenants import Connection, State
from dunning.policy import DunningPolicy


def strangers(
    tx: Tx, client_id: int, policy: DunningPolicy, *, but_for: DunningPolicy | None = None
) -> list[str]:
    """The places that name a customer whom no company of the client has, in words with how to mend
    it; but for the ids that another policy names as well."""
    places = named(policy)
    wanted = places.keys() - (named(but_for).keys() if but_for else set())
    if not wanted:
        return []
    companies = tenants.connections(tx, client_ids=[client_id])
    known = {id_ for one in companies for id_ in mirror.names(tx, one.id, wanted)}
    by_name = _by_name(tx, companies) if wanted - known else {}
    return [
        f"customer {id_!r} in {places[id_]} {_mend(by_name.get(id_, ()))}"
        for id_ in sorted(wanted - known)
    ]


def are_known(tx: Tx, client_id: int) -> bool:
    """Whether the customers of every company of the client are here, so that an id that is not
    among them is wrong; else it may come with what is still to be connected or imported."""
    states = {one.state for one in tenants.connections(tx, client_ids=[client_id])}
    return State.IMPORTING not in states and bool(states - {State.DISCONNECTED})


def named(policy: DunningPolicy) -> Mapping[str, str]:
    """By id, the first place of the policy that names it."""
    found: dict[str, str] = {}
    for segment in policy.segments:
        for id_ in segment.when.customers:
            found.setdefault(id_, f"dunning.segments.{segment.name}.when.customers")
    return found | dict.fromkeys(policy.customers, "dunning.customers")


def _by_name(tx: Tx, companies: Sequence[Connection]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for company in companies:
        for one in mirror.customers(tx, company.id):
            found.setdefault(one.name, []).append(one.id)
    return found


def _mend(ids: Sequence[str]) -> str:
    if ids:
        return f"is a name; write the ledger's id instead: {' or '.join(map(repr, ids))}"
    return (
        "is in no connected company; write the ledger's id, which stands at the end of the"
        " address of the customer's page, or use `ledgerhand key-account add` with the name"
    )
