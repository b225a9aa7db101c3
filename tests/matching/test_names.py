"""Names of payers and customers."""

from __future__ import annotations

import time

import pytest

from matching.names import likeness


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("MAPLE LANDSCAPING", "Maple Landscaping, LLC", 100, 100),
        ("Landscaping Maple", "Maple Landscaping", 100, 100),
        ("Maple Landscapng", "Maple Landscaping", 90, 99.9),
        ("ACME HOLDINGS PAYMENT", "Acme", 0, 60),
        ("Zebra Quarry", "Maple Landscaping", 0, 50),
        ("", "Maple", 0, 0),
        ("...", "Maple", 0, 0),
        ("The Company", "the company", 100, 100),
    ],
)
def test_likeness(one: str, other: str, least: float, most: float) -> None:
    assert least <= likeness(one, other) <= most


def test_endless_names_cost_little() -> None:
    started = time.perf_counter()
    likeness("ab " * 100_000, "ba " * 100_000)

    assert time.perf_counter() - started < 1
