"""Which payments brought money: into which account each went."""

from __future__ import annotations

from collections.abc import Sequence

from providers.documents import holds_money
from providers.ledger import Kind
from providers.xero import wire
from providers.xero.client import XeroClient
from providers.xero.organisation import read_accounts
from providers.xero.sources import SINGLE
from providers.xero.wire import Json

ALWAYS = (Kind.OVERPAYMENT, Kind.PREPAYMENT)
"""Bank transactions: they are of a bank account by their nature."""


def banked(client: XeroClient, kind: Kind, ids: Sequence[str]) -> frozenset[str]:
    """One call for each payment, and one for the accounts. A payment may go to any account for
    which payments are enabled, as to that of bad debts: so an invoice is written off.
    Payments and Accounts in Xero's accounting specification: Account, Type, Class."""
    if kind in ALWAYS or not ids:
        return frozenset(ids)
    money = {wire.text(it, "AccountID") for it in read_accounts(client) if _holds_money(it)}
    return frozenset(id_ for id_ in ids if _account_of(client, kind, id_) in money - {""})


def _account_of(client: XeroClient, kind: Kind, id_: str) -> str:
    source = SINGLE[kind]
    said = next(iter(wire.items(client.read(source.name, id_) or {}, source.wrapper)), {})
    return wire.text(wire.part(said, "Account"), "AccountID")


def _holds_money(account: Json) -> bool:
    if wire.text(account, "Type").upper() == "BANK":
        return True
    is_asset = wire.text(account, "Class").upper() == "ASSET"
    return is_asset and holds_money(wire.text(account, "Name"))
