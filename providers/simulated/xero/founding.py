"""A new organisation: its chart of accounts, currencies and tax rates."""

from __future__ import annotations

import hashlib
from uuid import UUID

from providers.simulated.store import Doc
from providers.simulated.xero.books import ORGANISATION, Books

DAY_RATES = {
    "USD": 1.0, "AUD": 1.52, "NZD": 1.68, "GBP": 0.78, "EUR": 0.92, "CAD": 1.37, "SGD": 1.34,
    "ZAR": 18.2,
}  # fmt: skip
"""Units of each currency for one US dollar: a table that stays as it is, so runs repeat."""

NAMES = {
    "USD": "US Dollar", "AUD": "Australian Dollar", "NZD": "New Zealand Dollar",
    "GBP": "British Pound", "EUR": "Euro", "CAD": "Canadian Dollar", "SGD": "Singapore Dollar",
    "ZAR": "South African Rand",
}  # fmt: skip
SALES_TAX = {
    "NZ": ("OUTPUT2", "15% GST on Income", "15.0"), "AU": ("OUTPUT", "GST on Income", "10.0"),
    "GB": ("OUTPUT2", "20% (VAT on Income)", "20.0"),
}  # fmt: skip
ZONES = {
    "Pacific/Auckland": "NEWZEALANDSTANDARDTIME", "Australia/Sydney": "AUSEASTERNSTANDARDTIME",
    "Europe/London": "GMTSTANDARDTIME", "America/New_York": "EASTERNSTANDARDTIME",
    "America/Chicago": "CENTRALSTANDARDTIME", "America/Denver": "MOUNTAINSTANDARDTIME",
    "America/Los_Angeles": "PACIFICSTANDARDTIME", "Europe/Berlin": "WEUROPESTANDARDTIME",
    "Asia/Singapore": "SINGAPORESTANDARDTIME", "UTC": "UTC",
}  # fmt: skip
VERSIONS = {"NZ": "NZ", "AU": "AU", "GB": "UK", "US": "US"}


def found(books: Books, *, name: str, currency: str, country: str, time_zone: str,
          multi_currency: bool) -> None:  # fmt: skip
    """Set up the books of a new organisation, as Xero does when one subscribes."""
    books.put(ORGANISATION, books.tenant, _organisation(books, name, currency, country, time_zone))
    currencies = list(DAY_RATES) if multi_currency else []
    for code in dict.fromkeys([currency, *currencies]):
        rate = DAY_RATES.get(code, 1.0) / DAY_RATES.get(currency, 1.0)
        row = {"Code": code, "Description": NAMES.get(code, code), "rate": round(rate, 6)}
        books.put("currency", code, row)
    tax_type, tax_name, percent = SALES_TAX.get(country, ("NONE", "Tax Exempt", "0.0"))
    _tax_rate(books, "NONE", "No Tax", "0.0")
    _tax_rate(books, tax_type, tax_name, percent)
    _accounts(books, currency, tax_type, [c for c in currencies if c != currency])
    theme: Doc = {
        "BrandingThemeID": books.new_id(), "Name": "Standard", "SortOrder": 0,
        "CreatedDateUTC": books.now(),
    }  # fmt: skip
    books.put("theme", theme["BrandingThemeID"], theme)


def _organisation(books: Books, name: str, currency: str, country: str, zone: str) -> Doc:
    short = hashlib.sha256(books.tenant.encode()).hexdigest()[:5]
    return {
        "OrganisationID": books.tenant, "Name": name, "LegalName": name, "PaysTax": True,
        "Version": VERSIONS.get(country, "GLOBAL"), "OrganisationType": "COMPANY",
        "BaseCurrency": currency, "CountryCode": country, "IsDemoCompany": False,
        "OrganisationStatus": "ACTIVE", "FinancialYearEndDay": 31, "FinancialYearEndMonth": 12,
        "SalesTaxBasis": "ACCRUALS", "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive", "PeriodLockDate": None,
        "EndOfYearLockDate": None, "CreatedDateUTC": books.now(),
        "OrganisationEntityType": "COMPANY", "Timezone": ZONES.get(zone, "UTC"),
        "ShortCode": f"!{short}", "Edition": "BUSINESS", "Class": "PREMIUM",
        "Addresses": [{
            "AddressType": "POBOX", "AddressLine1": "123 Main Street", "City": "Springfield",
            "PostalCode": "10001", "Country": country,
        }],
        "ExternalLinks": [], "PaymentTerms": {}, "zone": zone, "terms_days": 30,
        "reminders": False,
    }  # fmt: skip


def _tax_rate(books: Books, tax_type: str, name: str, percent: str) -> None:
    books.put("taxrate", tax_type, {
        "Name": name, "TaxType": tax_type, "Status": "ACTIVE", "ReportTaxType": "OUTPUT",
        "CanApplyToAssets": True, "CanApplyToEquity": True, "CanApplyToExpenses": True,
        "CanApplyToLiabilities": True, "CanApplyToRevenue": True,
        "DisplayTaxRate": float(percent), "EffectiveRate": float(percent), "TaxComponents": [],
    })  # fmt: skip


def _accounts(books: Books, base: str, sales_tax: str, foreign: list[str]) -> None:
    _account(books, "090", "Business Bank Account", "BANK", "ASSET", currency=base)
    for number, currency in enumerate(foreign, 91):
        _account(books, f"{number:03d}", f"{currency} Account", "BANK", "ASSET", currency=currency)
    _account(books, "200", "Sales", "REVENUE", "REVENUE", tax=sales_tax)
    _account(books, "260", "Other Revenue", "REVENUE", "REVENUE", tax=sales_tax)
    _account(books, "400", "Advertising", "EXPENSE", "EXPENSE")
    _account(books, "404", "Bank Fees", "EXPENSE", "EXPENSE", payable=True)
    _account(books, "408", "Bad Debts", "EXPENSE", "EXPENSE")
    _account(books, "610", "Accounts Receivable", "CURRENT", "ASSET", system="DEBTORS")
    _account(books, "800", "Accounts Payable", "CURRLIAB", "LIABILITY", system="CREDITORS")
    _account(books, "850", "Undeposited Funds", "CURRENT", "ASSET", payable=True)


def _account(books: Books, code: str, name: str, kind: str, class_: str, *, tax: str = "NONE",
             currency: str = "", system: str = "", payable: bool = False) -> None:  # fmt: skip
    id_ = books.new_id()
    row: Doc = {
        "AccountID": id_, "Code": code, "Name": name, "Status": "ACTIVE", "Type": kind,
        "TaxType": tax, "Class": class_, "EnablePaymentsToAccount": payable,
        "ShowInExpenseClaims": False, "HasAttachments": False, "UpdatedDateUTC": books.now(),
        "ReportingCode": class_[:3], "Currency": currency or books.base_currency,
    }  # fmt: skip
    if kind == "BANK":
        digits = f"{UUID(id_).int % 10**16:016d}"
        row |= {"BankAccountNumber": digits, "BankAccountType": "BANK", "CurrencyCode": currency}
    if system:
        row["SystemAccount"] = system
    books.put("account", id_, row)
    books.index("account", code, id_)
