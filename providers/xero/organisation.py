"""What an organisation says of itself, and the account that can take money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from providers.documents import Account
from providers.errors import Reconnect
from providers.organisation import Organisation
from providers.xero import wire
from providers.xero.addresses import address_of
from providers.xero.client import XeroClient
from providers.xero.wire import Json
from providers.xero.zones import zone_of

SOLD_OR_SPENT = 'Class=="REVENUE" OR Class=="EXPENSE"'
PAYABLE_ACCOUNTS = 'Type=="BANK" OR EnablePaymentsToAccount==true'


def read_organisation(client: XeroClient) -> Organisation:
    """Three calls: the organisation, its accounts, and whether Xero reminds its customers itself.

    The deposit account is the first active bank account in the base currency, or else the first
    account that takes payments. Raises any of the five errors but Stale.
    """
    said = _itself(client)
    currency, country = wire.text(said, "BaseCurrency"), wire.text(said, "CountryCode")
    return Organisation(
        id=wire.text(said, "OrganisationID"),
        name=wire.text(said, "Name"),
        currency=currency,
        time_zone=_zone(said),
        country=country,
        locked_until=_locked_until(said),
        deposit_account=choose_account(read_accounts(client), currency),
        native_reminders=_reminds(client),
        legal_name=wire.text(said, "LegalName") or wire.text(said, "Name"),
        address=address_of(said),
    )


def read_zone(client: XeroClient) -> str:
    """The organisation's IANA time zone. One call."""
    return _zone(_itself(client))


def read_locked_until(client: XeroClient) -> date | None:
    """The last day of the locked period, as it is now. One call."""
    return _locked_until(_itself(client))


def read_accounts(client: XeroClient) -> list[Json]:
    """The accounts that payments may go to, in the ledger's order."""
    return wire.items(client.read("get_accounts", where=PAYABLE_ACCOUNTS) or {}, "Accounts")


def creditable(client: XeroClient) -> list[Account]:
    """The active accounts for income and expenses, by code; one call. Accounts in Xero's
    accounting specification: Class, Status, SystemAccount."""
    said = wire.items(client.read("get_accounts", where=SOLD_OR_SPENT) or {}, "Accounts")
    found = [
        Account(wire.text(it, "AccountID"), wire.text(it, "Code"), wire.text(it, "Name"))
        for it in said
        if wire.text(it, "Status").upper() in ("", "ACTIVE") and not wire.text(it, "SystemAccount")
    ]
    return sorted(found, key=lambda one: (one.code, one.name.casefold()))


def choose_account(accounts: Sequence[Json], currency: str) -> str:
    """The id of the account for receipts in a currency, empty if there is none."""
    active = [it for it in accounts if wire.text(it, "Status").upper() in ("", "ACTIVE")]
    banks = [
        it for it in active
        if wire.text(it, "Type").upper() == "BANK" and wire.text(it, "CurrencyCode") == currency
    ]  # fmt: skip
    others = [
        it for it in active
        if wire.flag(it, "EnablePaymentsToAccount")
        and wire.text(it, "CurrencyCode") in ("", currency)
    ]  # fmt: skip
    return next((wire.text(it, "AccountID") for it in [*banks, *others]), "")


def _itself(client: XeroClient) -> Json:
    found = wire.items(client.read("get_organisations") or {}, "Organisations")
    if not found:
        raise Reconnect("Xero names no organisation for this connection")
    return found[0]


def _locked_until(said: Json) -> date | None:
    locks = [wire.day(said, "PeriodLockDate"), wire.day(said, "EndOfYearLockDate")]
    return max((day for day in locks if day), default=None)


def _zone(said: Json) -> str:
    return zone_of(wire.text(said, "Timezone"), wire.text(said, "CountryCode"))


def _reminds(client: XeroClient) -> bool:
    settings = wire.items(client.read("get_invoice_reminders") or {}, "InvoiceReminders")
    return any(wire.flag(it, "Enabled") for it in settings)
