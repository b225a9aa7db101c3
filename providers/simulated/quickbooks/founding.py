"""A new company, with the accounts, items, terms and preferences that every company starts with."""

from __future__ import annotations

from providers.simulated.quickbooks.book import SETTINGS, Book, currency_ref
from providers.simulated.quickbooks.lists import CLASSES
from providers.simulated.quickbooks.wire import ZERO
from providers.simulated.store import Doc

_ACCOUNTS = (
    ("1", "Services", "Income", "ServiceFeeIncome"),
    ("4", "Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("33", "Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("35", "Checking", "Bank", "Checking"),
    ("36", "Savings", "Bank", "Savings"),
    ("79", "Sales of Product Income", "Income", "SalesOfProductIncome"),
    ("84", "Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("86", "Discounts given", "Income", "DiscountsRefundsGiven"),
    ("87", "Bad debts", "Expense", "BadDebts"),
    ("88", "Bank charges", "Expense", "BankCharges"),
)
_ITEMS = (
    ("1", "Services", "Service", "1"),
    ("2", "Hours", "Service", "1"),
    ("3", "Products", "NonInventory", "79"),
    ("4", "Design", "Service", "1"),
    ("5", "Bad debt", "NonInventory", "87"),
    ("6", "Deduction", "NonInventory", "86"),
)
_TERMS = (("1", "Due on receipt", 0), ("2", "Net 15", 15), ("3", "Net 30", 30), ("4", "Net 60", 60))
_METHODS = (
    ("1", "Cash", "NON_CREDIT_CARD"),
    ("2", "Check", "NON_CREDIT_CARD"),
    ("3", "Visa", "CREDIT_CARD"),
    ("4", "ACH", "NON_CREDIT_CARD"),
    ("5", "Wire", "NON_CREDIT_CARD"),
)
COUNTRIES_ISO3 = {
    "US": "USA", "CA": "CAN", "GB": "GBR", "AU": "AUS", "DE": "DEU", "FR": "FRA", "IN": "IND"
}  # fmt: skip


def found(book: Book, name: str, country: str) -> None:
    """Fill an empty company whose settings are already kept. Nothing is announced."""
    _keep(book, "CompanyInfo", "1", _company_info(book, name, country))
    _keep(book, "Preferences", "1", _preferences(book))
    for id_, title, kind, subtype in _ACCOUNTS:
        _keep(book, "Account", id_, {
            "Name": title, "FullyQualifiedName": title, "SubAccount": False, "Active": True,
            "Classification": CLASSES[kind], "AccountType": kind, "AccountSubType": subtype,
            "CurrentBalance": ZERO, "CurrentBalanceWithSubAccounts": ZERO,
            "CurrencyRef": currency_ref(book.currency),
        })  # fmt: skip
    for id_, title, kind, account in _ITEMS:
        income = {"value": account, "name": book.read("Account", account)["Name"]}
        _keep(book, "Item", id_, {
            "Name": title, "FullyQualifiedName": title, "Active": True, "Taxable": False,
            "UnitPrice": ZERO, "Type": kind, "IncomeAccountRef": income, "PurchaseCost": ZERO,
            "TrackQtyOnHand": False,
        })  # fmt: skip
    for id_, title, days in _TERMS:
        _keep(book, "Term", id_, {
            "Name": title, "Active": True, "Type": "STANDARD", "DiscountPercent": 0,
            "DueDays": days,
        })  # fmt: skip
    for id_, title, kind in _METHODS:
        _keep(book, "PaymentMethod", id_, {"Name": title, "Active": True, "Type": kind})


def settings(book: Book, currency: str, *, time_zone: str, multi_currency: bool) -> None:
    """What the simulation itself must know of a company."""
    book.world.store.put(book.realm, SETTINGS, "1", {
        "currency": currency, "time_zone": time_zone, "multi_currency": multi_currency,
        "rates": {}, "active": True, "owner": "another user",
    })  # fmt: skip


def _keep(book: Book, entity: str, id_: str, doc: Doc) -> None:
    now = book.now()
    book.keep(entity, {
        "domain": "QBO", "sparse": False, "Id": id_, "SyncToken": "0",
        "MetaData": {"CreateTime": now, "LastUpdatedTime": now}, **doc,
    })  # fmt: skip


def _company_info(book: Book, name: str, country: str) -> Doc:
    address = {"Id": "1", "Line1": "123 Main Street", "City": "Springfield", "PostalCode": "10001"}
    return {
        "CompanyName": name, "LegalName": name, "Country": country,
        "CompanyAddr": address | {"Country": COUNTRIES_ISO3.get(country, country)},
        "CompanyStartDate": book.today().isoformat(), "FiscalYearStartMonth": "January",
        "Email": {"Address": "office@company.example"}, "WebAddr": {},
        "SupportedLanguages": "en", "DefaultTimeZone": book.settings["time_zone"],
        "NameValue": [
            {"Name": "NeoEnabled", "Value": "true"},
            {"Name": "SubscriptionStatus", "Value": "PAID"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
        ],
    }  # fmt: skip


def _preferences(book: Book) -> Doc:
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "January", "UseAccountNumbers": False,
            "TaxYearMonth": "January", "ClassTrackingPerTxn": False, "TrackDepartments": False,
            "ClassTrackingPerTxnLine": False, "CustomerTerminology": "Customers",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True, "ForPurchase": True, "QuantityWithPriceAndRate": True,
            "QuantityOnHand": False,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False, "AllowDeposit": True, "AllowDiscount": True,
            "AllowEstimates": True, "ETransactionEnabledStatus": "Enabled",
            "ETransactionPaymentEnabled": True, "IPNSupportEnabled": False,
            "AutoApplyCredit": False, "AutoApplyPayments": False, "AllowServiceDate": False,
            "AllowShipping": False, "DefaultTerms": {"value": "3"},
        },
        "VendorAndPurchasesPrefs": {"TrackingByCustomer": False, "BillableExpenseTracking": False},
        "TimeTrackingPrefs": {"WorkWeekStartDate": "Monday", "BillCustomers": True},
        "TaxPrefs": {"UsingSalesTax": False, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {
            "MultiCurrencyEnabled": book.settings["multi_currency"],
            "HomeCurrency": {"value": book.currency},
        },
        "ReportPrefs": {"ReportBasis": "Accrual"},
        "OtherPrefs": {"NameValue": [{"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"}]},
    }  # fmt: skip
