"""One QuickBooks company as a neutral organisation: currency, zone, country, closed period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from providers.exact import Doc
from providers.organisation import Organisation
from providers.quickbooks import query
from providers.quickbooks.addresses import address_of
from providers.quickbooks.books import Books, home_currency_of
from providers.quickbooks.client import Client

MAIN_ZONES: Mapping[str, str] = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto",
    "MX": "America/Mexico_City", "NZ": "Pacific/Auckland", "US": "America/New_York",
}  # fmt: skip
"""Where most companies are, for countries with several zones."""
ALPHA_2 = 2
UNDEPOSITED = "UndepositedFunds"


def read_organisation(client: Client) -> Organisation:
    """Three calls: the company, its preferences, its account for money not yet deposited."""
    company = client.read(f"companyinfo/{client.company_id}").get("CompanyInfo") or {}
    preferences = client.read("preferences")
    accounts = Books(client).ask(
        "Account", query.select("Account", query.equals("AccountSubType", UNDEPOSITED))
    )
    country = country_of(company)
    return Organisation(
        id=client.company_id,
        name=name_of(company),
        currency=home_currency_of(preferences),
        time_zone=zone_of(company, country),
        country=country,
        locked_until=_closed_until(preferences),
        deposit_account=deposit_account_of(accounts.rows),
        legal_name=str(company.get("LegalName") or name_of(company)),
        address=address_of(company.get("LegalAddr")) or address_of(company.get("CompanyAddr")),
    )


def closed_until(client: Client) -> date | None:
    """The last day of the closed period, as it is now; one call."""
    return _closed_until(client.read("preferences"))


def _closed_until(preferences: Mapping[str, Any]) -> date | None:
    prefs = preferences.get("Preferences") or {}
    closed = (prefs.get("AccountingInfoPrefs") or {}).get("BookCloseDate")
    return date.fromisoformat(str(closed)[:10]) if closed else None


def name_of(company: Mapping[str, Any]) -> str:
    return str(company.get("CompanyName") or company.get("LegalName") or "")


def country_of(company: Mapping[str, Any]) -> str:
    """ISO 3166 alpha-2; addresses carry alpha-3 codes since August 2025."""
    address = company.get("LegalAddr") or company.get("CompanyAddr") or {}
    told = str(company.get("Country") or address.get("Country") or "").upper()
    if len(told) == ALPHA_2:
        return told
    aliases: Mapping[str, list[str]] = get_global("territory_aliases")
    return aliases.get(told, [""])[0]


def zone_of(company: Mapping[str, Any], country: str) -> str:
    """The company's own zone, else its country's main one, else UTC (IANA names)."""
    own = str(company.get("DefaultTimeZone") or "")
    if own and _exists(own):
        return own
    if country in MAIN_ZONES:
        return MAIN_ZONES[country]
    territories: Mapping[str, str] = get_global("zone_territories")
    zones = [zone for zone, territory in territories.items() if territory == country]
    return zones[0] if zones and _exists(zones[0]) else "UTC"


def deposit_account_of(accounts: Iterable[Doc]) -> str:
    """Undeposited Funds, where QuickBooks itself books a payment that names no account."""
    active = [row for row in accounts if row.get("Active", True)]
    return str(active[0]["Id"]) if active else ""


def _exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
