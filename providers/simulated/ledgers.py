"""The simulated world with both vendors in it."""

from __future__ import annotations

from dataclasses import dataclass

from providers.simulated.quickbooks.product import QuickBooks
from providers.simulated.quickbooks.till import QuickBooksTill
from providers.simulated.simulation import Simulation, Till
from providers.simulated.world import World
from providers.simulated.xero.product import Xero
from providers.simulated.xero.till import XeroTill


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Both vendors, and the simulation that drives them."""

    quickbooks: QuickBooks
    xero: Xero
    simulation: Simulation


def ledgers(world: World) -> Ledgers:
    quickbooks, xero = QuickBooks(world), Xero(world)
    tills: dict[str, Till] = {
        quickbooks.name: QuickBooksTill(world, quickbooks),
        xero.name: XeroTill(world, xero),
    }
    return Ledgers(quickbooks, xero, Simulation(world, [quickbooks, xero], tills=tills))
