"""What a message says of a returned payment, a pay page, a promise is of the right invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning.customer.purpose import Purpose
from dunning.letter.letters import drafted
from dunning.words.phrases import phrases_of
from providers.money import Money
from tests.dunning.accounts import account, at, invoice, message, pays, promise
from tests.dunning.letter.test_true_letters import EVERY, A, B, step_of, texted, told
from tests.dunning.letter_accounts import HEAD, policy, returned

C = invoice("C", "300")


def earlier(*numbers: str) -> dict[str, Any]:
    return {"sent": (message("friendly", "2026-03-05", *numbers),),
            "standing": pays(6, on_time_share=Decimal("0.6"))}  # fmt: skip


RETURNED = {
    "en_US": (
        "Of the 3 invoices below, A was closed in our books and is open again; the rest is",
        "Of the 3 invoices below, 2 were closed in our books and are open again: A, B.",
        "The 3 invoices below were closed in our books, and they are open again.",
        "Invoice A was closed in our books and is open again. 3 invoices for",
        "2 of 3 invoices were closed in our books and are open again.",
        "3 invoices were closed in our books and are open again:",
    ),
    "de_DE": (
        "Von den 3 Rechnungen unten war A in unseren Büchern erledigt und ist jetzt wieder offen;",
        "Von den 3 Rechnungen unten waren 2 in unseren Büchern erledigt und sind jetzt wieder",
        "In unseren Büchern waren die 3 Rechnungen unten erledigt; jetzt sind sie wieder offen.",
        "Rechnung A war in unseren Büchern erledigt und ist wieder offen. Offen sind nun 3",
        "2 von 3 Rechnungen waren in unseren Büchern erledigt und sind wieder offen.",
        "3 Rechnungen waren in unseren Büchern erledigt und sind wieder offen:",
    ),
    "fr_FR": (
        "Parmi les 3 factures ci-dessous, A était soldée dans nos livres et est de nouveau en",
        "Parmi les 3 factures ci-dessous, 2 étaient soldées dans nos livres et sont de nouveau en",
        "Dans nos livres, les 3 factures ci-dessous étaient soldées ; elles sont de nouveau",
        "La facture A était soldée dans nos livres et est de nouveau en attente. 3 factures pour",
        "2 factures sur 3 étaient soldées dans nos livres et sont de nouveau en attente.",
        "3 factures étaient soldées dans nos livres et sont de nouveau en attente :",
    ),
    "es_ES": (
        "De las 3 facturas siguientes, A figuraba como cerrada en nuestros libros y vuelve a estar",
        "De las 3 facturas siguientes, 2 figuraban como cerradas en nuestros libros y vuelven a",
        "En nuestros libros las 3 facturas siguientes figuraban como cerradas; vuelven a estar",
        "La factura A figuraba como cerrada en nuestros libros y vuelve a estar pendiente. Ahora",
        "2 de 3 facturas figuraban como cerradas en nuestros libros y vuelven a estar pendientes.",
        "3 facturas figuraban como cerradas en nuestros libros y vuelven a estar pendientes:",
    ),
    "nl_NL": (
        "Van de 3 facturen hieronder was A in onze boeken afgehandeld; die staat nu weer open.",
        "Van de 3 facturen hieronder waren er 2 in onze boeken afgehandeld; die staan nu weer",
        "In onze boeken waren de 3 facturen hieronder afgehandeld; nu staan ze weer open.",
        "Factuur A was in onze boeken afgehandeld en staat weer open. Nu staan 3 facturen van",
        "2 van 3 facturen waren in onze boeken afgehandeld en staan weer open.",
        "3 facturen waren in onze boeken afgehandeld en staan weer open:",
    ),
}


@pytest.mark.parametrize("locale", EVERY)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_as_many_invoices_are_said_to_be_open_again_as_are(locale: str, count: int) -> None:
    one = returned(account(A, B, C, **earlier("A", "B", "C")), count)
    rules = policy(locale)
    step = step_of(one, "2026-03-16", rules)

    assert step.manner.purpose is Purpose.RETURNED
    letters, texts = RETURNED[locale][:3], RETURNED[locale][3:]
    assert letters[count - 1] in told(one, step, rules)
    assert texts[count - 1] in texted(one, step, rules)
    for word in ("paid", "bezahlt", "réglée", "pagada", "betaald"):
        assert word not in drafted(one, step, rules, HEAD, {}).before[0]


@pytest.mark.parametrize(("locale", "letter", "text"), [
    ("en_US", "The payment page of invoice B was opened.", "The payment page of invoice B was"),
    ("de_DE", "Die Zahlungsseite zu Rechnung B wurde aufgerufen.", "Die Zahlungsseite zu Rechnung"),
    ("fr_FR", "La page de paiement de la facture B a été ouverte.", "La page de paiement de la"),
    ("es_ES", "Se abrió la página de pago de la factura B.", "Se ha abierto el enlace de pago"),
    ("nl_NL", "De betaalpagina van factuur B is geopend.", "De betaalpagina van factuur B is"),
])  # fmt: skip
def test_the_invoice_whose_pay_page_was_opened_is_the_one_that_is_named(
    locale: str, letter: str, text: str
) -> None:
    one = account(A, B, payment_started_at=at("2026-03-12"), payment_started_for=B.id,
                  **earlier("A", "B"))  # fmt: skip
    rules = policy(locale)
    step = step_of(one, "2026-03-16", rules)

    assert step.manner.purpose is Purpose.PAYMENT_STARTED
    assert letter in told(one, step, rules)
    subject = drafted(one, step, rules, HEAD, {}).subject
    assert " B" in subject
    assert " A" not in subject
    assert text in texted(one, step, rules)
    other = replace(one, payment_started_for="id:C")
    assert step_of(other, "2026-03-16", rules).manner.purpose is Purpose.REMIND


PROMISED = {
    "en_US": "You told us that $100.00 would be paid by March 12, 2026 (A).",
    "de_DE": "Sie hatten uns 100,00\u00a0$ bis zum 12. März 2026 zugesagt (A).",
    "fr_FR": "Vous nous aviez annoncé le règlement de 100,00\u00a0$US pour le 12 mars 2026 (A).",
    "es_ES": "Usted nos comunicó que pagaría 100,00\u00a0US$ a más tardar el 12 de marzo",
    "nl_NL": "U hebt ons laten weten dat US$\u00a0100,00 uiterlijk op 12 maart 2026 betaald",
}


@pytest.mark.parametrize("locale", EVERY)
def test_a_promise_is_named_among_invoices_that_are_further(locale: str) -> None:
    one = account(A, B, C, promises=(promise("2026-03-12", "100", "A"),), **earlier("A", "B", "C"))
    rules = policy(locale)
    step = step_of(one, "2026-03-16", rules)

    assert dict(zip(step.invoice_ids, step.stages, strict=True))[A.id] == "promise 2026-03-12"
    assert step.manner.purpose is Purpose.REMIND
    parts = drafted(one, step, rules, HEAD, {})
    assert PROMISED[locale] in " ".join(parts.before)
    phrases = phrases_of(locale)
    for fact in (phrases.amount(Money.of("100", "USD")), phrases.day(date(2026, 3, 12))):
        assert fact in parts.figures
        assert fact.replace("\u00a0", " ") in texted(one, step, rules)


def test_a_promise_about_an_invoice_that_is_not_asked_for_is_not_laid_to_these() -> None:
    also = promise("2026-03-12", "100", "A", "Z")
    one = account(A, B, C, promises=(also,), **earlier("A", "B", "C"))
    assert "would be paid by March 12, 2026. We have not" in told(one, step_of(one, "2026-03-16"))
    other = replace(one, promises=(promise("2026-03-12", "100", "Z"),))
    step = step_of(other, "2026-03-16")
    assert step.manner.promise is None
    assert "You told us" not in told(other, step)
