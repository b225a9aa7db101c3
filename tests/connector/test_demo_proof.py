"""The demonstration's last word waits for a ledger that takes no more calls for now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connector.demo import proof
from providers.errors import TryLater
from providers.ledger import Gone, Kind, Record

CALLS_A_MINUTE = 60


@dataclass
class OneByOne:
    """A ledger that takes a call for each record, and so many in a minute."""

    calls: int = 0
    minutes: int = 0
    read: list[str] = field(default_factory=list)

    def fetch(self, kind: Kind, ids: Sequence[str]) -> Iterator[Record]:
        for id_ in ids:
            if self.calls == CALLS_A_MINUTE:
                raise TryLater("429", wait=timedelta(seconds=60))
            self.calls += 1
            self.read.append(id_)
            yield Gone(kind, id_)

    def patiently(self, ask: Callable[[], list[Record]]) -> list[Record]:
        try:
            return ask()
        except TryLater:
            self.calls, self.minutes = 0, self.minutes + 1
            return ask()


def test_more_records_than_calls_in_a_minute_are_all_read() -> None:
    ledger, ids = OneByOne(), [str(number) for number in range(250)]
    found = proof.fetched(ledger, Kind.OVERPAYMENT, ids, patiently=ledger.patiently)
    assert [record.id for record in found] == ids
    assert ledger.minutes >= 4
