"""Numbers as they stand in the address of a page."""

from __future__ import annotations

from flask import abort, request

from ui_embed import ownership


def read(name: str) -> int | None:
    """None where the address has none. What can be no number does not exist."""
    given = request.args.get(name, "")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()) or int(given) > ownership.ID_MAX:
        abort(404)
    return int(given)
