"""What the customers' side needs from Xero's books."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

from providers.simulated.simulation import Owed
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero.books import ORGANISATION, Books
from providers.simulated.xero.grants import SCOPES, Grants
from providers.simulated.xero.product import Xero
from providers.simulated.xero.refusals import Invalid
from providers.simulated.xero.signin import USER

ISSUER = "https://identity.xero.com"


class XeroTill:
    """Satisfies simulation.Till. Money comes in as a receive-overpayment bank transaction."""

    def __init__(self, world: World, xero: Xero) -> None:
        self._world = world
        self._xero = xero

    def companies(self) -> list[Doc]:
        rows = [
            self._world.store.peek(tenant, ORGANISATION, tenant)
            for tenant in self._world.store.companies(ORGANISATION)
        ]
        return [
            {"id": row["OrganisationID"], "name": row["Name"], "currency": row["BaseCurrency"]}
            for row in rows
            if row
        ]

    def owed(self, company: str, number: str) -> Owed | None:
        books = Books(self._world, company, _announce_nothing, "the customer")
        invoice = books.find("invoice", number)
        if invoice is None or invoice["Type"] != "ACCREC":
            return None
        contact = books.need("contact", invoice["contact"])
        return Owed(contact["ContactID"], contact["Name"], invoice["CurrencyCode"])

    def receive(
        self, company: str, customer: str, *, amount: Decimal, currency: str, day: date,
        reference: str,
    ) -> str:  # fmt: skip
        account = self._bank_account(company, currency)
        try:
            booked = self._xero.act(company, "the bank feed").create("BankTransactions", {
                "Type": "RECEIVE-OVERPAYMENT", "Contact": {"ContactID": customer},
                "BankAccount": {"AccountID": account}, "Date": day.isoformat(),
                "Reference": reference, "LineAmountTypes": "NoTax",
                "LineItems": [{"Description": "Money received", "LineAmount": amount}],
            })  # fmt: skip
        except Invalid as error:
            raise ValueError(str(error)) from error
        return str(booked["BankTransactionID"])

    def token(self, app: Doc, company: str) -> str:
        grants = Grants(self._world)
        user = self._user_of(company)
        return grants.access_token(grants.consent(app, user, sorted(SCOPES), [company]), ISSUER)

    def check_webhook(self, app: Doc) -> bool:
        return self._xero.intent_to_receive(app)

    def _bank_account(self, company: str, currency: str) -> str:
        for account in self._world.store.all(company, "account"):
            if account["Type"] == "BANK" and account["Currency"] == currency:
                return str(account["AccountID"])
        raise ValueError(f"the organisation has no bank account in {currency}")

    def _user_of(self, company: str) -> Doc:
        users = self._world.store.all(EVERYWHERE, USER)
        found = next((user for user in users if company in user["tenants"]), None)
        name = hashlib.sha256(company.encode()).hexdigest()[:12]
        return found or self._xero.add_user(f"{name}@simulated.invalid", "Sam Staff", [company])


def _announce_nothing(_tenant: str, _event: Doc) -> None:
    """Reading announces nothing."""
