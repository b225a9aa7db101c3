"""The customers that a policy names: those that no connected company has protect nobody, and an id
that several have means them all. Of a company in import nobody knows yet whom it has."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from connector.clients import sweeps, tenants
from connector.clients.tenants import Connection, State
from connector.db import Tx
from connector.mirroring import mirror
from dunning.checking.own_rules import Whose
from dunning.customer.customer_names import names_of, read, written
from dunning.rules.policy import DunningPolicy


def strangers(
    tx: Tx, client_id: int, policy: DunningPolicy, *, but_for: DunningPolicy | None = None
) -> list[str]:
    """The places that name a customer whom no company of the client has, or an id that several
    have, in words with how to mend it; but for what another policy names as well."""
    places = named(policy)
    wanted = places.keys() - (named(but_for).keys() if but_for else set())
    if not wanted:
        return []
    companies = tenants.connections(tx, client_ids=[client_id])
    having: dict[str, list[Connection]] = {}
    for one in companies:
        for name in known(tx, one, wanted):
            having.setdefault(name, []).append(one)
    by_name = _by_name(tx, companies) if wanted - having.keys() else {}
    awaited = [one for one in companies if is_in_import(tx, one)]
    return [
        f"customer {name!r} in {places[name]} {mend}"
        for name in sorted(wanted)
        if (mend := _mend(name, having.get(name, ()), by_name, awaited))
    ]


def known(tx: Tx, company: Connection, names: Collection[str]) -> Mapping[str, str]:
    """Of what a policy calls customers, by name, how those of a company are called in its ledger;
    those that it does not have are left out."""
    ids = {name: id_ for name in names for id_, of in [read(name)] if of in (0, company.id)}
    found = mirror.names(tx, company.id, set(ids.values()))
    return {name: found[id_] for name, id_ in ids.items() if id_ in found}


def is_named(policy: DunningPolicy, company: Connection, customer_id: str) -> bool:
    """Whether a policy names this customer."""
    return not named(policy).keys().isdisjoint(names_of(customer_id, company.id))


def whose(tx: Tx, company: Connection, customer_id: str) -> Whose:
    """A customer, with the client's other companies that have one of the same id, or may have."""
    companies = tenants.connections(tx, client_ids=[company.client_id])
    shared = [
        one.id
        for one in companies
        if one.id != company.id
        and (is_in_import(tx, one) or mirror.names(tx, one.id, [customer_id]))
    ]
    return Whose(customer_id, company.id, shared)


def meant(tx: Tx, client_id: int, *policies: DunningPolicy) -> dict[str, list[str]]:
    """By each id that one of these policies names alone, the names, with their companies, of all
    customers whom it means or may mean; without those that mean nobody."""
    alone = {name for one in policies for name in named(one) if not read(name)[1]}
    found: dict[str, list[str]] = {}
    for company in tenants.connections(tx, client_ids=[client_id]) if alone else ():
        having = alone if is_in_import(tx, company) else mirror.names(tx, company.id, alone).keys()
        for id_ in having:
            found.setdefault(id_, []).append(written(id_, company.id))
    return found


def is_in_import(tx: Tx, company: Connection) -> bool:
    """Whether its customers are not all here yet, though somebody wants them to be."""
    is_cut_off = company.state is State.RECONNECT
    return company.state is State.IMPORTING or (
        is_cut_off and sweeps.progress(tx, company.id).imported_at is None
    )


def are_known(tx: Tx, client_id: int) -> bool:
    """Whether the customers of every company of the client are here, so that an id that is not
    among them is wrong; else it may come with what is still to be connected or imported."""
    companies = tenants.connections(tx, client_ids=[client_id])
    there = [one for one in companies if one.state is not State.DISCONNECTED]
    return bool(there) and not any(is_in_import(tx, one) for one in there)


def named(policy: DunningPolicy) -> Mapping[str, str]:
    """By what a customer is called, the first place of the policy that does so."""
    found: dict[str, str] = {}
    for segment in policy.segments:
        for id_ in segment.when.customers:
            found.setdefault(id_, f"dunning.segments.{segment.name}.when.customers")
    return found | dict.fromkeys(policy.customers, "dunning.customers")


def _by_name(tx: Tx, companies: Sequence[Connection]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for company in companies:
        for one in mirror.customers(tx, company.id):
            found.setdefault(one.name, []).append(_best(one.id, company, companies))
    return found


def _best(customer_id: str, company: Connection, companies: Sequence[Connection]) -> str:
    """What to write: where there are several companies, with the number of the one meant."""
    return written(customer_id, company.id) if len(companies) > 1 else customer_id


def told_apart(name: str, having: Sequence[Connection]) -> str:
    """What to write for an id that several companies have, to mean one of their customers."""
    return " or ".join(f"{written(name, one.id)!r} for {one.name}" for one in having)


def _mend(
    name: str, having: Sequence[Connection], by_name: Mapping[str, Sequence[str]],
    awaited: Sequence[Connection],
) -> str:  # fmt: skip
    """What to write instead; empty where the name means one customer."""
    if len(having) == 1:
        return ""
    if having:
        return f"is in several companies; write {told_apart(name, having)}"
    if found := by_name.get(name):
        return f"is a name; write the ledger's id instead: {' or '.join(map(repr, found))}"
    may_have = " and ".join(one.name for one in awaited if read(name)[1] in (0, one.id))
    unless = f", unless it comes with what {may_have} still imports" if may_have else ""
    return (
        f"is in no connected company{unless}; write the ledger's id, which stands at the end of the"
        " address of the customer's page, or use `ledgerhand key-account add` with the name"
    )
