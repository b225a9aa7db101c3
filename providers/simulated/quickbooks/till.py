"""What the customers' side needs from QuickBooks' books."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from providers.simulated.identity import TokenDesk
from providers.simulated.quickbooks import tokens
from providers.simulated.quickbooks.book import SETTINGS
from providers.simulated.quickbooks.people import People
from providers.simulated.quickbooks.product import QuickBooks
from providers.simulated.quickbooks.refusals import Refusal
from providers.simulated.quickbooks.sales import TEXTS_MAX
from providers.simulated.quickbooks.webhooks import ACCOUNTING
from providers.simulated.simulation import Owed
from providers.simulated.store import Doc
from providers.simulated.world import World


class QuickBooksTill:
    """Satisfies simulation.Till. Money comes in as a payment without lines, whose memo carries all
    that the payer wrote and whose reference number the beginning of it."""

    def __init__(self, world: World, quickbooks: QuickBooks) -> None:
        self._world = world
        self._quickbooks = quickbooks
        self._people = People(world)
        self._desk = TokenDesk(world, quickbooks.name, tokens.LIFETIMES)

    def companies(self) -> list[Doc]:
        return [
            {"id": realm, "name": info["CompanyName"], "currency": settings["currency"]}
            for realm in self._world.store.companies("CompanyInfo")
            if (info := self._world.store.peek(realm, "CompanyInfo", "1"))
            and (settings := self._world.store.peek(realm, SETTINGS, "1"))
        ]

    def owed(self, company: str, number: str) -> Owed | None:
        book = self._quickbooks.book(company)
        with self._world.store.transaction():
            id_ = next(iter(book.shelf("Invoice").by_number.get(number, ())), None)
            if id_ is None:
                return None
            invoice = book.read("Invoice", id_)
            customer = book.read("Customer", invoice["CustomerRef"]["value"])
        return Owed(customer["Id"], customer["DisplayName"], invoice["CurrencyRef"]["value"])

    def receive(
        self, company: str, customer: str, *, amount: Decimal, currency: str, day: date,
        reference: str,
    ) -> str:  # fmt: skip
        body = {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": currency},
            "TotalAmt": amount, "TxnDate": day.isoformat(), "PrivateNote": reference,
            "PaymentRefNum": reference[: TEXTS_MAX["PaymentRefNum"]],
        }  # fmt: skip
        try:
            return str(self._quickbooks.act(company).create("Payment", body)["Id"])
        except Refusal as refusal:
            raise ValueError(str(refusal)) from refusal

    def token(self, app: Doc, company: str) -> str:
        user = self._user_of(company)
        grant = self._desk.grant(app, {"sub": user["sub"]}, [ACCOUNTING], [company])
        return self._desk.new_access(grant)

    def check_webhook(self, app: Doc) -> bool:
        """Nothing is checked beforehand."""
        return bool(app["webhook_url"])

    def _user_of(self, company: str) -> Doc:
        found = next((one for one in self._people.all() if company in one["companies"]), None)
        return found or self._people.add(f"{company}@simulated.invalid", "Sam Staff", [company])
