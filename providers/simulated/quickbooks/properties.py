"""The property names that the API knows; any other is refused, as it refuses them."""

from __future__ import annotations

from collections.abc import Iterable

from providers.simulated.quickbooks.refusals import unknown_property
from providers.simulated.store import Doc

_ANY = "Id SyncToken MetaData domain sparse status CustomField AttachableRef Tag"
_TRANSACTION = (
    "DocNumber TxnDate DepartmentRef CurrencyRef ExchangeRate PrivateNote TxnStatus LinkedTxn Line"
    " TxnTaxDetail TxnSource TaxFormType TaxFormNum TransactionLocationType TxnApprovalInfo"
    " RecurDataRef RecurringInfo ProjectRef HomeTotalCostAmount TotalCostAmount TotalAmt"
    " HomeTotalAmt GlobalTaxCalculation"
)
_SALES = (
    "AutoDocNumber CustomerRef CustomerMemo BillAddr ShipAddr ShipFromAddr FreeFormAddress"
    " RemitToRef ClassRef SalesTermRef DueDate SalesRepRef PONumber FOB ShipMethodRef ShipDate"
    " TrackingNum ApplyTaxAfterDiscount TemplateRef PrintStatus EmailStatus BillEmail BillEmailCc"
    " BillEmailBcc ARAccountRef Balance HomeBalance FinanceCharge PaymentMethodRef PaymentRefNum"
    " PaymentType CheckPayment CreditCardPayment DepositToAccountRef DeliveryInfo DiscountRate"
    " DiscountAmt GovtTxnRefIdentifier TaxExemptionRef ShippingTaxIncludedInTotalTax"
)
_NAME = (
    "IntuitId Organization Title GivenName MiddleName FamilyName Suffix FullyQualifiedName"
    " CompanyName DisplayName PrintOnCheckName UserId Active V4IDPseudonym PrimaryPhone"
    " AlternatePhone Mobile Fax PrimaryEmailAddr WebAddr OtherContactInfo DefaultTaxCodeRef"
    " AcctNum Balance CurrencyRef Notes BillAddr ShipAddr OtherAddr SalesTermRef"
)
_BY_ENTITY = {
    "Customer": f"{_ANY} {_NAME} AltContactName ARAccountRef BalanceWithJobs BillWithParent"
    " BusinessNumber CCDetail ClientCompanyId ClientEntityId ContactName CreditLimit CustomerEx"
    " CustomerTypeRef GSTIN GSTRegistrationType IsCISContractor IsProject Job JobInfo Level"
    " OpenBalanceDate OverDueBalance ParentRef PaymentMethodRef PreferredDeliveryMethod"
    " PriceLevelRef PrimaryTaxIdentifier ResaleNum RootCustomerRef SalesRepRef"
    " SecondaryTaxIdentifier Source TDSEnabled TaxExemptionReasonId TaxGroupCodeRef TaxRateRef"
    " TaxRegime Taxable TotalExpense TotalRevenue",
    "Vendor": f"{_ANY} {_NAME} TaxIdentifier Vendor1099 TermRef APAccountRef BillRate",
    "Employee": f"{_ANY} {_NAME} BillableTime BirthDate HiredDate ReleasedDate SSN PrimaryAddr"
    " EmployeeNumber Gender BillRate",
    "Invoice": f"{_ANY} {_TRANSACTION} {_SALES} AllowIPNPayment AllowOnlineACHPayment"
    " AllowOnlineCreditCardPayment AllowOnlinePayPalPayment AllowOnlinePayment AutoPayEligible"
    " CfdiUse ConvenienceFeeDetail Deposit ECloudStatusTimeStamp EInvoiceStatus"
    " EnabledSurchargeInfo Exportation FinancingProductType GlobalInfo GratuityEnabled InvoiceEx"
    " InvoiceLink InvoiceLinkExpiryDate InvoiceLinkSecurityCode LessCIS PaymentDetailsMessage"
    " SchedulePayEligible ScheduledPaymentId SubscriptionPaymentsSetting callToAction"
    " invoiceStatus invoiceStatusLog",
    "CreditMemo": f"{_ANY} {_TRANSACTION} {_SALES} RemainingCredit CreditMemoEx InvoiceRef",
    "RefundReceipt": f"{_ANY} {_TRANSACTION} {_SALES} RemainingCredit RefundReceiptEx",
    "SalesReceipt": f"{_ANY} {_TRANSACTION} {_SALES} SalesReceiptEx",
    "Estimate": f"{_ANY} {_TRANSACTION} {_SALES} ExpirationDate AcceptedBy AcceptedDate EstimateEx",
    "Payment": f"{_ANY} {_TRANSACTION} CustomerRef ARAccountRef DepositToAccountRef RemitToRef"
    " PaymentMethodRef PaymentRefNum PaymentType CheckPayment CreditCardPayment UnappliedAmt"
    " ProcessPayment PaymentEx PaymentExtendedType TaxExemptionRef",
    "Deposit": f"{_ANY} {_TRANSACTION} DepositToAccountRef CashBack DepositEx",
    "JournalEntry": f"{_ANY} {_TRANSACTION} Adjustment EnteredInHomeCurrency"
    " HomeCurrencyAdjustment JournalEntryEx",
    "Attachable": f"{_ANY} FileName FileAccessUri TempDownloadUri Size ContentType Category Lat"
    " Long PlaceName Note ThumbnailFileAccessUri ThumbnailTempDownloadUri AttachableEx documentId",
    "Item": f"{_ANY} Name Sku Description Active SubItem ParentRef Level FullyQualifiedName Taxable"
    " SalesTaxIncluded PercentBased UnitPrice RatePercent Type PaymentMethodRef UOMSetRef"
    " IncomeAccountRef PurchaseDesc PurchaseTaxIncluded PurchaseCost ExpenseAccountRef"
    " COGSAccountRef AssetAccountRef PrefVendorRef AvgCost TrackQtyOnHand QtyOnHand ReorderPoint"
    " ManPartNum DepositToAccountRef SalesTaxCodeRef PurchaseTaxCodeRef InvStartDate ClassRef"
    " Source TaxClassificationRef ItemCategoryType SpecialItem SpecialItemType ServiceType",
    "Account": f"{_ANY} Name SubAccount ParentRef Description FullyQualifiedName AccountAlias"
    " Active Classification AccountType AccountSubType AcctNum BankNum OpeningBalance"
    " OpeningBalanceDate CurrentBalance CurrentBalanceWithSubAccounts CurrencyRef TaxAccount"
    " TaxCodeRef OnlineBankingEnabled FIName",
    "Term": f"{_ANY} Name Active Type DiscountPercent DueDays DiscountDays DayOfMonthDue"
    " DueNextMonthDays DiscountDayOfMonth",
    "PaymentMethod": f"{_ANY} Name Active Type",
    "CompanyInfo": f"{_ANY} CompanyName LegalName CompanyAddr CustomerCommunicationAddr LegalAddr"
    " CompanyEmailAddr CustomerCommunicationEmailAddr CompanyURL PrimaryPhone CompanyStartDate"
    " FiscalYearStartMonth Country Email WebAddr SupportedLanguages NameValue DefaultTimeZone"
    " EmployerId",
    "Preferences": f"{_ANY} AccountingInfoPrefs AdvancedInventoryPrefs ProductAndServicesPrefs"
    " SalesFormsPrefs EmailMessagesPrefs PrintDocumentPrefs VendorAndPurchasesPrefs"
    " TimeTrackingPrefs TaxPrefs FinanceChargesPrefs CurrencyPrefs ReportPrefs OtherPrefs",
}


def names(text: str) -> frozenset[str]:
    """The names in a text that has blanks between them."""
    return frozenset(text.split())


KNOWN = {entity: names(text) for entity, text in _BY_ENTITY.items()}
LINE = names(
    "Id LineNum Description Amount Received LinkedTxn DetailType CustomField LineEx ProjectRef"
    " CostAmount HomeCostAmount SalesItemLineDetail DiscountLineDetail SubTotalLineDetail"
    " SubtotalLineDetail GroupLineDetail DescriptionLineDetail PaymentLineDetail DepositLineDetail"
    " JournalEntryLineDetail TaxLineDetail CustomExtensions"
)
LINKED = frozenset(("TxnId", "TxnType", "TxnLineId"))


def check_known(entity: str, body: Doc) -> None:
    """Raises Refusal on the first property that the API does not know."""
    _check(entity, body, KNOWN[entity])
    for line in _dicts(body.get("Line")):
        _check("Line", line, LINE)
        for linked in _dicts(line.get("LinkedTxn")):
            _check("LinkedTxn", linked, LINKED)


def _check(what: str, body: Doc, known: frozenset[str]) -> None:
    for name in body:
        if name not in known:
            raise unknown_property(name, what, known)


def _dicts(value: object) -> Iterable[Doc]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()
