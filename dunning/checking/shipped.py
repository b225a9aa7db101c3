"""Policies to start from: a services firm, an MSP with monthly invoices, wholesale, consumers."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from dunning.rules.policy import DunningPolicy

_BODIES: dict[str, dict[str, Any]] = {
    file.name.removesuffix(".json"): json.loads(file.read_text("utf-8"))
    for file in sorted((files("dunning") / "policies").iterdir(), key=lambda file: file.name)
    if file.name.endswith(".json")
}
NAMES = tuple(_BODIES)


def body(name: str) -> dict[str, Any]:
    """A policy as its document; fields that are not named have their usual values. Raises KeyError
    for a name that is not in NAMES."""
    return _BODIES[name]


def policy(name: str) -> DunningPolicy:
    return DunningPolicy.model_validate(_BODIES[name])
