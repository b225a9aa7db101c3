"""A policy to start from, laid over what a client has: its steps, segments and limits alone."""

from __future__ import annotations

from pydantic import ValidationError

from connector.rules.policy import Policy, PolicyError, faults_of
from dunning.checking import shipped
from dunning.rules.own_template import KEPT
from dunning.rules.policy import DunningPolicy


def started_from(rules: Policy, name: str) -> Policy:
    """The rules with every field of collections that the shipped policy of this name sets; all
    else stays: matching, brand, templates, customers, notices. Raises PolicyError for a name that
    there is not, and where both do not fit together."""
    if name not in shipped.NAMES:
        known = ", ".join(shipped.NAMES)
        raise PolicyError([f"there is no policy {name!r} to start from; there are {known}"])
    document = rules.dunning.model_dump(mode="json") | shipped.body(name)
    try:
        made = DunningPolicy.model_validate(document, context=KEPT)
    except ValidationError as error:
        raise PolicyError(faults_of(error)) from None
    return rules.model_copy(update={"dunning": made})
