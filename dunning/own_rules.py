"""A policy with something else for one segment or one customer, everything beside it as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dunning.own_template import KEPT
from dunning.policy import DunningPolicy

Change = Mapping[str, Any]
"""Fields of the policy as JSON has them; None takes out what there was of its own."""


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


def customer_changed(policy: DunningPolicy, customer_id: str, change: Change) -> DunningPolicy:
    """The policy with these fields for the customer of that id; one without any is not named."""
    document = policy.model_dump(mode="json")
    own = _over(document["customers"].pop(customer_id, {}), change)
    if own:
        document["customers"][customer_id] = own
    return DunningPolicy.model_validate(document, context=KEPT)


def _over(own: Change, change: Change) -> dict[str, Any]:
    return {name: value for name, value in {**own, **change}.items() if value is not None}


def named_anew(policy: DunningPolicy, gone: str, into: str, *, keep: bool = False) -> DunningPolicy:
    """The policy with what it says of one customer said of another, whose own fields go first; and
    still of the one, where it is to `keep` that too."""
    document = policy.model_dump(mode="json")
    customers = document["customers"]
    if own := customers.get(gone, {}) | customers.get(into, {}):
        customers[into] = own
    if not keep:
        customers.pop(gone, None)
    for segment in document["segments"]:
        found = [
            named
            for id_ in segment["when"]["customers"]
            for named in ([id_, into] if id_ == gone and keep else [into if id_ == gone else id_])
        ]
        segment["when"]["customers"] = list(dict.fromkeys(found))
    return DunningPolicy.model_validate(document, context=KEPT)
