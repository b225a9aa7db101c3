"""One ledger of a given book as it happens: bills are issued and money arrives on its day."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from connector.demo.loaded_book import Chapter
from connector.demo.passing import ZONE
from connector.demo.scene import Scene
from connector.demo.trade import Transfer
from connector.demo.world import KEEPER_EMAIL, Place
from connector.receiving import receipts
from connector.rules.modes import Capability
from connector.rules.policy import Policy
from matching.facts.policy import MatchPolicy
from providers.bank.csv import COLUMNS, OPTIONAL

T = TypeVar("T")


class Script:
    """Satisfies passing.Life."""

    def __init__(self, chapter: Chapter, scene: Scene, capabilities: Sequence[Capability]) -> None:
        self._chapter, self._scene, self._capabilities = chapter, scene, capabilities
        self._joined: tuple[Place, int] | None = None
        self._bills = sorted(chapter.later, key=lambda bill: bill.issued)
        self._transfers = sorted(
            chapter.business.transfers, key=lambda transfer: (transfer.on, transfer.id)
        )
        self._paydays = {transfer.on for transfer in self._transfers}

    def days(self) -> Sequence[date]:
        return sorted(self._paydays | {bill.issued for bill in self._bills})

    def is_awaited(self, day: date) -> bool:
        """Days on which bills are issued and nobody pays go by at once."""
        return day in self._paydays

    def live(self, now: datetime) -> None:
        today = now.astimezone(ZONE).date()
        if today < self._chapter.opens_on:
            return
        place, connection_id = self._join()
        for bill in _taken(self._bills, lambda bill: bill.issued <= today):
            place.clerk.write(bill, today=today)
        arrived = list(_taken(self._transfers, lambda transfer: transfer.on <= today))
        at_bank = [transfer for transfer in arrived if not self._book(place, transfer)]
        if at_bank:
            receipts.import_statement(
                self._scene.product.deps, connection_id, _statement(at_bank), by=KEEPER_EMAIL
            )

    def _join(self) -> tuple[Place, int]:
        if self._joined is None:
            business = self._chapter.business
            self._joined = self._scene.join(
                business, business.bills, self._capabilities, rules=_every_rule
            )
        return self._joined

    def _book(self, place: Place, transfer: Transfer) -> bool:
        """Enter money of a known customer as unapplied; False where the ledger cannot take it."""
        if not transfer.buyer_id:
            return False
        till = self._scene.stage.simulation.tills[place.business.ledger]
        try:
            till.receive(
                place.company_id, place.clerk.ids[transfer.buyer_id], amount=transfer.amount,
                currency=transfer.currency, day=transfer.on, reference=transfer.text,
            )  # fmt: skip
        except ValueError:
            return False
        return True


def _every_rule(_place: Place) -> Policy:
    """Nobody is written to, so the rest is as it is at first."""
    return Policy(matching=MatchPolicy.every_rule())


def _taken(waiting: list[T], is_due: Callable[[T], bool]) -> Iterator[T]:
    """Take from the front what is due."""
    while waiting and is_due(waiting[0]):
        yield waiting.pop(0)


def _statement(transfers: Sequence[Transfer]) -> bytes:
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, (*COLUMNS, *OPTIONAL))
    writer.writeheader()
    for transfer in transfers:
        writer.writerow({
            "account": f"bank-{transfer.currency.lower()}", "bank_id": transfer.id,
            "date": transfer.on.isoformat(), "amount": str(transfer.amount),
            "currency": transfer.currency, "payer": transfer.payer, "reference": transfer.text,
            "customer_id": "",
        })  # fmt: skip
    return sheet.getvalue().encode()
