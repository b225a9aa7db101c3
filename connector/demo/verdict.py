"""The last word on each company: its figures, and whether mirror and ledger agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from connector.clients import tenants
from connector.demo import entries, proof
from connector.demo.passing import Passage
from connector.demo.report import Figures, figures
from connector.demo.scene import Scene
from connector.demo.world import Place
from providers.errors import TryLater

TRIES_MAX = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`differences` between mirror and ledger, and receipts applied `twice`: both empty, if all
    is well."""

    figures: Figures
    differences: tuple[str, ...]
    twice: tuple[str, ...]

    @property
    def sentence(self) -> str:
        if not self.differences and not self.twice:
            return (
                f"{self.figures.name}: the mirror equals the ledger, and no receipt was applied"
                " twice."
            )
        return f"{self.figures.name}: {'; '.join((*self.differences, *self.twice))}"

    def shown(self) -> dict[str, Any]:
        return self.figures.shown() | {
            "mirror_equals_ledger": not self.differences,
            "receipts_applied_twice": len(self.twice),
        }


def verdicts(scene: Scene, passage: Passage) -> list[Verdict]:
    """Every company, read again from its ledger while the product rests."""
    found = []
    for place in scene.stage.places:
        differences, twice = _asked(scene, passage, place)
        with scene.product.deps.reading() as tx:
            connection = tenants.connection(tx, scene.connections[place.company_id])
            found.append(Verdict(figures(tx, connection), differences, twice))
    return found


def _asked(scene: Scene, passage: Passage, place: Place) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The differences, and what was applied twice, as the ledger's own API tells it."""
    deps, ledger = scene.product.deps, place.business.ledger
    auditor = next(app for app in scene.auditors if app.ledger == ledger)
    token = scene.stage.token(auditor, place.company_id)
    with deps.reading() as tx:
        connection = tenants.connection(tx, scene.connections[place.company_id])
    address, company = scene.stage.host.address(ledger), place.company_id
    markers = _patiently(
        passage,
        partial(entries.counted, ledger, address, company_id=company, access_token=token),
    )
    with proof.reading(deps, connection, company_id=place.company_id, access_token=token) as reader:
        differences = _patiently(passage, partial(proof.differences, deps, connection, reader))
        twice = proof.applied_twice(
            deps, connection, reader, patiently=partial(_patiently, passage)
        )
    twice += proof.entered_twice(deps, connection, markers)
    return tuple(differences), tuple(twice)


def _patiently(passage: Passage, ask: Callable[[], T]) -> T:
    """Ask again when the ledger has no calls left for this minute; the clock is moved for it."""
    passage.settle()
    for _ in range(TRIES_MAX):
        try:
            return ask()
        except TryLater as later:
            passage.wait(later.wait)
            passage.settle()
    return ask()
