"""The parts that this web process was built with, reachable from every view."""

from __future__ import annotations

from flask import Flask, current_app

from connector.deps import Deps

NAME = "ledgerhand"


def equip(app: Flask, deps: Deps) -> None:
    app.extensions[NAME] = deps


def here() -> Deps:
    """The parts of the application that answers the present request."""
    deps = current_app.extensions[NAME]
    assert isinstance(deps, Deps), "the application was not equipped"
    return deps
