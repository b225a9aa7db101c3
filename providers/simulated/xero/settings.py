"""What an organisation is set up with: itself, accounts, currencies, tax rates, people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from providers.simulated.store import Doc
from providers.simulated.xero import filters, listing, wire
from providers.simulated.xero.calls import Call, Reply, envelope
from providers.simulated.xero.refusals import not_found

PRIVATE = ("zone", "terms_days", "rate", "Currency", "reminders")
FOREIGN_OUT = {"UpdatedDateUTC", "CreatedDateUTC", "PeriodLockDate", "EndOfYearLockDate"}


def _shown(doc: Doc) -> Doc:
    out = {key: value for key, value in doc.items() if key not in PRIVATE and value is not None}
    return {k: wire.moment_out(v) if k in FOREIGN_OUT else v for k, v in out.items()}


def organisation(call: Call) -> Reply:
    rows = [_shown(call.books.organisation)]
    return Reply(envelope(call.books, "Organisations", rows))


def _listed(
    plural: str, kind: str, id_field: str, fields: tuple[str, ...]
) -> Callable[[Call], Reply]:
    def answer(call: Call) -> Reply:
        rows = _filtered(call.books.all(kind), call.query, fields)
        if (since := call.headers.get("If-Modified-Since")) and kind == "account":
            moment = listing.read_since(since)
            rows = [row for row in rows if row["UpdatedDateUTC"][:19] >= moment]
        if len(call.path) > 1:
            rows = [row for row in rows if str(row[id_field]).lower() == call.path[1].lower()]
            if not rows:
                raise not_found()
        return Reply(envelope(call.books, plural, [_shown(row) for row in rows]))

    return answer


def _filtered(rows: list[Doc], query: Mapping[str, str], fields: tuple[str, ...]) -> list[Doc]:
    def resolve(path: str) -> filters.Value:
        name = next((field for field in fields if field.lower() == path.lower()), None)
        if name is None:
            raise KeyError(path)
        return lambda doc: doc.get(name)

    where = query.get("where")
    return [row for row in rows if filters.parse(where, resolve)(row)] if where else rows


def reminders(call: Call) -> Reply:
    if len(call.path) != 2 or call.path[1].lower() != "settings":
        raise not_found()
    rows: list[Doc] = [{"Enabled": bool(call.books.organisation.get("reminders"))}]
    return Reply(envelope(call.books, "InvoiceReminders", rows))


SETTINGS: dict[str, Callable[[Call], Reply]] = {
    "organisation": organisation,
    "organisations": organisation,
    "accounts": _listed(
        "Accounts", "account", "AccountID",
        ("Code", "Name", "AccountID", "Type", "Status", "Class", "CurrencyCode", "TaxType",
         "EnablePaymentsToAccount", "SystemAccount", "UpdatedDateUTC"),
    ),
    "currencies": _listed("Currencies", "currency", "Code", ("Code", "Description")),
    "taxrates": _listed("TaxRates", "taxrate", "TaxType", ("Name", "TaxType", "Status")),
    "brandingthemes": _listed("BrandingThemes", "theme", "BrandingThemeID", ("Name",)),
    "users": _listed("Users", "user", "UserID", ("EmailAddress", "UserID", "OrganisationRole")),
    "invoicereminders": reminders,
}  # fmt: skip
