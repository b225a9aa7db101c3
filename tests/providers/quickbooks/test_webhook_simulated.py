"""Webhooks as the simulated QuickBooks sends them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from providers.ledger import Kind
from providers.quickbooks.webhook import SIGNATURE_HEADER, changes, is_genuine
from providers.simulated.world import EVERYWHERE
from tests.providers.quickbooks.connected import MARKER, Connected, recording


class Box:
    """What arrived at our address."""

    def __init__(self, books: Connected) -> None:
        self.posts: list[tuple[str, bytes]] = []
        self._books = books
        books.world.post = self._take

    def _take(self, _url: str, headers: Mapping[str, str], body: bytes, _seconds: float) -> int:
        self.posts.append(({k.lower(): v for k, v in headers.items()}[SIGNATURE_HEADER], body))
        return 200

    def changes(self) -> list[tuple[Kind, str, str, str]]:
        self._books.product.deliveries.pump()
        found = []
        for signature, body in self.posts:
            assert is_genuine(body, signature, "hook-1")
            assert not is_genuine(body, signature, "hook-2")
            found += [(c.kind, c.record_id, c.operation, c.merged_into) for c in changes(body)]
        return found


@pytest.mark.parametrize("form", ["", "legacy"])
def test_what_people_and_we_do_is_announced_and_understood(books: Connected, form: str) -> None:
    app = books.world.apps("quickbooks")[0]
    books.world.store.put(EVERYWHERE, "app", "app-1", app | {"webhook_form": form})
    box = Box(books)
    one, two = books.customer("One"), books.customer("Two")
    bill, other = books.invoice(one, "60"), books.invoice(one, "10")
    draft = books.writer.compose(recording(one, "60", **{f"i{bill}": "60"}), MARKER)
    payment = books.writer.send(draft, "key-1")
    books.hand.void("Invoice", other)
    books.hand.merge_customers(two, one)
    books.hand.apply_payment(books.payment(one, "5"), {books.invoice(one, "5"): Decimal(5)})
    found = box.changes()
    assert (Kind.CUSTOMER, one, "created", "") in found
    assert (Kind.INVOICE, bill, "created", "") in found
    assert (Kind.PAYMENT, payment, "created", "") in found
    assert (Kind.INVOICE, other, "void", "") in found
    assert (Kind.CUSTOMER, two, "merged", one) in found
