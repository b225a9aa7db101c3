"""Every customer of a client: searched, paged, each with what is open, and led to from here."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from connector.customers import directory
from ui_embed import asked_numbers, ownership
from webhooks import parts

pages = Blueprint("customers", __name__)
SHOWN_MAX = 50
WANTED_CHARACTERS_MAX = 200


@pages.get("/clients/<int:client_id>/customers")
def show(client_id: int) -> str:
    """By name; `find` narrows them, `page` goes on."""
    deps = parts.here()
    wanted = request.args.get("find", "").strip()[:WANTED_CHARACTERS_MAX]
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        connections = ownership.page_about(tx, client)
        found = directory.search(
            tx, connections, wanted, now=deps.now(), number=asked_numbers.read("page") or 1,
            size=SHOWN_MAX,
        )  # fmt: skip
    return render_template(
        "customers.html", client=client, connections=connections, found=found, wanted=wanted,
        wanted_max=WANTED_CHARACTERS_MAX,
    )  # fmt: skip
