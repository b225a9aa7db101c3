"""What no reminder says, found in every language."""

from __future__ import annotations

import pytest

from dunning.letter.letters import drafted
from dunning.words.banned import banned
from tests.dunning.letter_accounts import HEAD, LOCALES, decided, manners, owing, policy


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We will take legal action."),
        ("en", "Your account is DELINQUENT ACCOUNT"),
        ("en", "This is urgent"),
        ("en", "Act now and get a discount"),
        ("en", "Shame on you"),
        ("en", "Pay!"),
        ("en", "We ask you: PLEASE ANSWER this letter soon."),
        ("de", "Dann schalten wir unseren Anwalt ein."),
        ("de", "Zahlen Sie umgehend."),
        ("fr", "Nous engagerons des poursuites."),
        ("fr", "Réglez immédiatement."),
        ("es", "Iniciaremos acciones legales."),
        ("es", "Pague de forma inmediata."),
        ("nl", "Wij schakelen een incassobureau in."),
        ("nl", "Betaal onmiddellijk."),
    ],
)
def test_what_is_banned_is_found(language: str, text: str) -> None:
    assert banned(text, language)


def test_names_are_no_offence() -> None:
    text = "Hello Court Street ATTORNEYS AND SONS, as a courtesy we write to you."

    assert banned(text, "en", facts=("Court Street ATTORNEYS AND SONS",)) == ()
    assert banned(text, "en")


@pytest.mark.parametrize("own", [False, True])
def test_less_than_what_is_owed_is_a_persons_to_offer(own: bool) -> None:
    assert banned("Half of it is enough for us.", "en", own=own) == ("concession: half",)


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Pay this week and you may deduct ten percent.", "concession"),
        ("en", "Pay a third now and we are even.", "concession"),
        ("en", "Two thirds of it in full and final settlement would be fine.", "concession"),
        ("en", "You may take fifty dollars off.", "concession"),
        ("en", "Send what you can and we call it even.", "concession"),
        ("en", "We will then regard the invoice as settled.", "concession"),
        ("en", "Please pay into our new account at Second Bank.", "payee"),
        ("en", "Our bank details have changed.", "payee"),
        ("en", "We have changed banks; please use the account below.", "payee"),
        ("en", "Wire it to our business account.", "payee"),
        ("en", "Gift cards are fine, too.", "payee"),
        ("de", "Zahlen Sie diese Woche, dürfen Sie zehn Prozent abziehen.", "concession"),
        ("de", "Zahlen Sie jetzt ein Drittel, dann sind wir quitt.", "concession"),
        ("de", "Danach gilt die Rechnung als beglichen.", "concession"),
        ("de", "Wir gewähren Ihnen Skonto.", "concession"),
        ("de", "Bitte überweisen Sie auf unser neues Konto bei der Zweiten Bank.", "payee"),
        ("de", "Unsere Bankverbindung hat sich geändert.", "payee"),
        ("de", "Wir haben die Bank gewechselt.", "payee"),
        ("fr", "Payez cette semaine et vous pourrez déduire dix pour cent.", "concession"),
        ("fr", "Payez un tiers maintenant et nous serons quittes.", "concession"),
        ("fr", "Ce versement vaut pour solde de tout compte.", "concession"),
        ("fr", "Nous considérerons la facture comme réglée.", "concession"),
        ("fr", "Veuillez payer sur notre nouveau compte à la Deuxième Banque.", "payee"),
        ("fr", "Nos coordonnées bancaires ont changé.", "payee"),
        ("es", "Si paga esta semana, puede descontar el diez por ciento.", "concession"),
        ("es", "Pague un tercio ahora y quedamos en paz.", "concession"),
        ("es", "Daremos la factura por saldada.", "concession"),
        ("es", "Le haremos una bonificación por pronto pago.", "concession"),
        ("es", "Pague en nuestra nueva cuenta del Segundo Banco.", "payee"),
        ("es", "Nuestros datos bancarios han cambiado.", "payee"),
        ("nl", "Betaalt u deze week, dan mag u tien procent aftrekken.", "concession"),
        ("nl", "Betaal een derde nu en we staan quitte.", "concession"),
        ("nl", "Daarna beschouwen wij de factuur als voldaan.", "concession"),
        ("nl", "Wij nemen genoegen met minder dan het totaal.", "concession"),
        ("nl", "Betaal op onze nieuwe rekening bij de Tweede Bank.", "payee"),
        ("nl", "Onze bankgegevens zijn gewijzigd.", "payee"),
    ],
)
def test_offers_in_words_and_other_places_to_pay_to_are_found(
    language: str, text: str, kind: str
) -> None:
    assert kind in {found.partition(":")[0] for found in banned(text, language)}
    own = {found.partition(":")[0] for found in banned(text, language, own=True)}
    assert own & {"concession", "payee"} == {kind} - {"payee"}, "where to pay to is the client's"


@pytest.mark.parametrize(("language", "text"), [
    ("en", "Call us if paying in instalments would help. Late interest is 8 percent."),
    ("de", "Wenn Ihnen Raten helfen, rufen Sie an. Der Verzugszins ist 8 Prozent."),
    ("fr", "Un paiement échelonné est possible. Les intérêts sont de 8 pour cent."),
    ("es", "Si necesita un aplazamiento, llámenos. El interés es del 8 por ciento."),
    ("nl", "Betalen in termijnen kan; bel ons. De rente is 8 procent."),
])  # fmt: skip
def test_of_other_terms_only_the_clients_own_template_speaks(language: str, text: str) -> None:
    assert {found.partition(":")[0] for found in banned(text, language)} == {"terms"}
    assert banned(text, language, own=True) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "If it has been paid in full by now, thank you, and please ignore this."),
        ("en", "Your account with us shows one open invoice."),
        ("en", "Please check with your bank whether it went out."),
        ("en", "We have not seen it in our account yet."),
        ("en", "This is our third letter about the last quarter."),
        ("en", "If a third party pays for you, please tell us its name."),
        ("en", "We look forward to the settlement of this invoice."),
        ("en", "Is even one of the lines unclear? A short answer is enough."),
        ("de", "Wenn Sie inzwischen bezahlt haben, danken wir Ihnen."),
        ("de", "Auf unserem Konto ist noch nichts eingegangen."),
        ("de", "Bitte fragen Sie Ihre Bank, ob das Geld schon unterwegs ist."),
        ("de", "Dies ist unser drittes Schreiben in diesem Vierteljahr."),
        ("de", "Haben Sie das Schreiben als gegenstandslos betrachtet? Dann melden Sie sich kurz."),
        ("fr", "Nous ne l'avons pas encore vu sur notre compte."),
        ("fr", "Si un tiers paie pour vous, dites-nous son nom."),
        ("fr", "Demandez à votre banque si le virement est parti."),
        ("fr", "Si vous l'avez déjà réglée, merci de ne pas tenir compte de ce message."),
        ("es", "Aún no lo vemos en nuestra cuenta."),
        ("es", "Pregunte a su banco si la transferencia ya salió."),
        ("es", "Si ya está pagada, gracias; no tenga en cuenta este mensaje."),
        ("es", "Si un tercero paga por usted, díganos su nombre."),
        ("nl", "Wij hebben het bedrag nog niet op onze rekening ontvangen."),
        ("nl", "Vraag uw bank of de betaling al onderweg is."),
        ("nl", "Dit is onze derde brief van dit kwartaal."),
        ("nl", "Betaalt een derde partij voor u, laat het ons weten."),
    ],
)
def test_harmless_sentences_are_none_of_it(language: str, text: str) -> None:
    assert banned(text, language) == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_no_letter_of_ours_says_any_of_it(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        one = owing(count, tone)
        draft = drafted(one, decided(one, tone, purpose, payer), policy(locale), HEAD, {})
        for text in (*draft.before, *draft.after):
            assert banned(text, draft.language, facts=draft.facts) == (), text
