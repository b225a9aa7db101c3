"""What all tests share: options (replay one seed, keep pictures), silence in the logs, a Stripe."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask import Flask
from hypothesis import settings

from providers.simulated.processors.stripe import StripeAccount
from tests.late_rules import LateRule
from tests.ledgers import EVERYWHERE
from tests.providers.processors.serving import Served, clock, serving

gc.set_threshold(20_000, 20, 50)
"""Fewer looks for garbage among all the modules that stay."""
Flask.url_rule_class = LateRule
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sim-seed", type=int, default=None, help="replay one seed of the simulation")
    parser.addoption(
        EVERYWHERE, action="store_true", help="also what is the same behind both ledgers"
    )
    parser.addoption(
        "--pictures", action="store_true", help="keep pictures of pages among temporary files"
    )


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """Also after a test of a command, which starts logging to what pytest closes behind it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture
def stripe() -> StripeAccount:
    return StripeAccount()


@pytest.fixture
def stripe_host(stripe: StripeAccount) -> Iterator[Served]:
    with serving(stripe.product(), clock()) as there:
        yield there
