"""Which properties of which entity a query may ask about, as the API's reference lists them."""

from __future__ import annotations

from providers.simulated.quickbooks.refusals import invalid_query

_EVERY = "Id MetaData.CreateTime MetaData.LastUpdatedTime"
_SALES = (
    f"{_EVERY} DocNumber TxnDate CustomerRef TotalAmt Balance SalesTermRef DueDate EmailStatus"
    " PrintStatus"
)
_NAME = (
    f"{_EVERY} DisplayName Active GivenName MiddleName FamilyName Title Suffix CompanyName"
    " PrintOnCheckName"
)
_BY_ENTITY = {
    "Customer": f"{_NAME} FullyQualifiedName Balance BalanceWithJobs Taxable Job"
    " PreferredDeliveryMethod PrimaryEmailAddr",
    "Vendor": f"{_NAME} Balance",
    "Employee": _NAME,
    "Invoice": _SALES,
    "CreditMemo": _SALES,
    "SalesReceipt": _SALES,
    "RefundReceipt": _SALES,
    "Estimate": f"{_SALES} TxnStatus",
    "Payment": f"{_EVERY} CustomerRef PaymentRefNum TxnDate TotalAmt ProjectRef",
    "Deposit": f"{_EVERY} TxnDate TotalAmt DocNumber DepositToAccountRef",
    "JournalEntry": f"{_EVERY} TxnDate DocNumber",
    "Attachable": f"{_EVERY} FileName Note Size Category AttachableRef.EntityRef.Type"
    " AttachableRef.EntityRef.value AttachableRef.EntityRef",
    "Item": f"{_EVERY} Name FullyQualifiedName Active Type Sku UnitPrice",
    "Account": f"{_EVERY} Name FullyQualifiedName Active AccountType AccountSubType Classification"
    " CurrentBalance",
    "Term": f"{_EVERY} Name Active DueDays",
    "PaymentMethod": f"{_EVERY} Name Active Type",
    "CompanyInfo": _EVERY,
    "Preferences": _EVERY,
}
_NAMES = {
    entity: {name.lower(): name for name in names.split()} for entity, names in _BY_ENTITY.items()
}
_ENTITIES = {entity.lower(): entity for entity in _BY_ENTITY}
LISTED = frozenset(("Customer", "Vendor", "Employee", "Item", "Account", "Term", "PaymentMethod"))
"""Lists with inactive members, which a query leaves out unless it asks for them."""


def entity_named(text: str) -> str:
    entity = _ENTITIES.get(text.lower())
    if entity is None:
        raise invalid_query(f"invalid context declaration: {text}")
    return entity


def property_named(entity: str, text: str) -> str:
    """The property as the API spells it. Raises Refusal when it cannot be asked about."""
    name = _NAMES[entity].get(text.lower())
    if name is None:
        raise invalid_query(f"Property {text} not found for Entity {entity}")
    return name
