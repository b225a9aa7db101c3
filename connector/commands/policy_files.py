"""A policy document as a file that a command names."""

from __future__ import annotations

from pathlib import Path

from connector import policy
from connector.commands.output import CommandError
from connector.policy import Policy, PolicyError


def read_policy(name: str) -> Policy:
    """A policy document from a file. Raises CommandError with every fault."""
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"there is no file {name}")
    try:
        return policy.parse(path.read_bytes())
    except PolicyError as error:
        raise CommandError(f"{name}: {error}") from None
