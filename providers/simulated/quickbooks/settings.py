"""The company's own record and its preferences."""

from __future__ import annotations

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.entity import Entity
from providers.simulated.quickbooks.refusals import missing, unsupported
from providers.simulated.store import Doc

_NOT_SET_HERE = ("Id", "SyncToken", "MetaData", "domain", "sparse")


def _compose_company(_book: Book, old: Doc | None, wish: Doc) -> Doc:
    if old is None:
        raise unsupported("create of CompanyInfo")
    if not wish.get("CompanyName"):
        raise missing("CompanyName")
    return {name: value for name, value in wish.items() if name not in _NOT_SET_HERE}


def _compose_preferences(_book: Book, old: Doc | None, wish: Doc) -> Doc:
    """Groups are merged one by one; multicurrency cannot be switched off again."""
    if old is None:
        raise unsupported("create of Preferences")
    doc = {
        name: old.get(name, {}) | value if isinstance(value, dict) else value
        for name, value in wish.items()
        if name not in _NOT_SET_HERE
    }
    doc["CurrencyPrefs"] = old["CurrencyPrefs"]
    return doc


COMPANY_INFO = Entity("CompanyInfo", _compose_company, "CompanyInfo")
PREFERENCES = Entity("Preferences", _compose_preferences, "Preferences")
