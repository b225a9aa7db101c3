from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.house import House, standing
from tests.browser.seeing import Pictures

CHROMIUMS = ("chromium-headless-shell", "chromium")
"""The same browser without and with its windows, which cost half as much again."""
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="session")
def _pictures(request: pytest.FixtureRequest) -> None:
    Pictures.wanted = request.config.getoption("--pictures")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert chromium, "install chromium: apt-get install chromium-headless-shell"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def house(tmp_path: Path, browser: Browser) -> Iterator[House]:
    with standing(tmp_path, browser) as made:
        yield made
        assert made.troubles == []
