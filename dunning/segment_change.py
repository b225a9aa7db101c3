"""A policy with something else for one segment, everything beside it as it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dunning.own_template import KEPT
from dunning.policy import DunningPolicy


def segment_changed(
    policy: DunningPolicy, segment: str, change: Mapping[str, Any]
) -> DunningPolicy:
    """The policy with these fields, as JSON has them, for a segment; None takes what the
    segment had of its own out. Raises ValueError for a segment that there is not."""
    names = [it.name for it in policy.segments]
    if segment not in names:
        known = ", ".join(names) or "none"
        raise ValueError(f"the policy has no segment {segment!r}; there are: {known}")
    document = policy.model_dump(mode="json")
    own = document["segments"][names.index(segment)]
    both = own["change"] | change
    own["change"] = {name: value for name, value in both.items() if value is not None}
    return DunningPolicy.model_validate(document, context=KEPT)
