"""How a policy names a customer: by the id that its ledger gives it, alone or behind the number of
its company and a colon. Two companies of one client can have the same id."""

from __future__ import annotations

import re

_OF_COMPANY = re.compile(r"([1-9][0-9]{0,8}):(.+)", re.DOTALL)


def written(customer_id: str, company: int) -> str:
    """The name that means this customer and nobody else."""
    return f"{company}:{customer_id}"


def names_of(customer_id: str, company: int) -> tuple[str, ...]:
    """Every name that means a customer, the narrowest last; 0 is a company without a number."""
    return (customer_id, written(customer_id, company)) if company else (customer_id,)


def read(name: str) -> tuple[str, int]:
    """The id that a name holds, and the number of its company; 0 where it says no company."""
    found = _OF_COMPANY.fullmatch(name)
    return (found[2], int(found[1])) if found else (name, 0)


def places_of(name: str) -> tuple[str, ...]:
    """Where a policy says what holds for whom a name means, the narrowest last."""
    return tuple(f"customer {one}" for one in names_of(*read(name)))
