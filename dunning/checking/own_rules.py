"""A policy with something else for one segment or one customer, everything beside it as it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dunning.customer import customer_names
from dunning.rules.own_template import KEPT
from dunning.rules.policy import DunningPolicy

Change = Mapping[str, Any]
"""Fields of the policy as JSON has them; None takes out what there was of its own."""


@dataclass(frozen=True, slots=True)
class Whose:
    """A customer of a company, by the company's number. `shared` are the client's other companies
    that have a customer of the same id, or may have."""

    customer_id: str
    company: int
    shared: Collection[int] = ()

    @property
    def name(self) -> str:
        return customer_names.written(self.customer_id, self.company)


def segment_changed(policy: DunningPolicy, segment: str, change: Change) -> DunningPolicy:
    """The policy with these fields for a segment. Raises ValueError for one that there is not."""
    names = [it.name for it in policy.segments]
    if segment not in names:
        known = ", ".join(names) or "none"
        raise ValueError(f"the policy has no segment {segment!r}; there are: {known}")
    document = policy.model_dump(mode="json")
    own = document["segments"][names.index(segment)]
    own["change"] = _over(own["change"], change)
    return DunningPolicy.model_validate(document, context=KEPT)


def customer_changed(policy: DunningPolicy, whose: Whose, change: Change) -> DunningPolicy:
    """The policy with these fields for one customer; one without any is not named. What stood under
    the id alone is said of each company's customer by itself from now on."""
    document = policy.model_dump(mode="json")
    customers = _told_apart(document["customers"], whose)
    _put(customers, whose.name, _over(customers.get(whose.name, {}), change))
    return DunningPolicy.model_validate(document, context=KEPT)


def named_anew(policy: DunningPolicy, gone: Whose, into: str) -> DunningPolicy:
    """The policy with what it says of one customer said of another of the same company, by id,
    whose own fields go first."""
    document = policy.model_dump(mode="json")
    customers = _told_apart(document["customers"], gone)
    survivor = customer_names.written(into, gone.company)
    said = customers.pop(gone.name, {})
    known = customers.get(into, {}) | customers.get(survivor, {})
    if said:
        _put(customers, survivor, said | known)
    for segment in document["segments"]:
        found = [
            survivor if one == gone.name else one
            for name in segment["when"]["customers"]
            for one in (_each(gone) if name == gone.customer_id else (name,))
        ]
        segment["when"]["customers"] = list(dict.fromkeys(found))
    return DunningPolicy.model_validate(document, context=KEPT)


def of_company(policy: DunningPolicy, company: int) -> DunningPolicy:
    """The policy with the customers of one company by their ids alone."""
    document = policy.model_dump(mode="json")
    own = {name: id_ for name in _named(document) if (id_ := _id_in(name, company))}
    for name in [it for it in document["customers"] if it in own]:
        said = document["customers"].pop(name)
        document["customers"][own[name]] = document["customers"].get(own[name], {}) | said
    for segment in document["segments"]:
        when = segment["when"]
        when["customers"] = list(dict.fromkeys(own.get(it, it) for it in when["customers"]))
    return DunningPolicy.model_validate(document, context=KEPT)


def own_values(policy: DunningPolicy, customer_id: str, company: int) -> dict[str, Any]:
    """What the policy says of one customer alone, as JSON."""
    found: dict[str, Any] = {}
    for name in customer_names.names_of(customer_id, company):
        found |= policy.customers.get(name, {})
    return found


def _named(document: Mapping[str, Any]) -> set[str]:
    in_segments = (name for one in document["segments"] for name in one["when"]["customers"])
    return {*document["customers"], *in_segments}


def _id_in(name: str, company: int) -> str:
    """The id that a name holds behind the number of this company; empty where it does not."""
    id_, of = customer_names.read(name)
    return id_ if of == company else ""


def _each(whose: Whose) -> list[str]:
    """The narrow names of all whom the id alone means."""
    companies = (whose.company, *sorted(whose.shared))
    return [customer_names.written(whose.customer_id, one) for one in companies]


def _told_apart(customers: dict[str, Any], whose: Whose) -> dict[str, Any]:
    """With what stands under the id alone under the narrow name of everybody whom it means."""
    if said := customers.pop(whose.customer_id, {}):
        for name in _each(whose):
            customers[name] = said | customers.get(name, {})
    return customers


def _put(customers: dict[str, Any], name: str, own: dict[str, Any]) -> None:
    customers.pop(name, None)
    if own:
        customers[name] = own


def _over(own: Change, change: Change) -> dict[str, Any]:
    return {name: value for name, value in {**own, **change}.items() if value is not None}
