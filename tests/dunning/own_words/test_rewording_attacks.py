"""What a model may not make of a letter, in any language: threats, offers, facts moved about."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.customer.standing import Payer
from dunning.letter.letters import drafted
from dunning.own_words import rewording
from dunning.own_words.alike import alike_of, differences
from dunning.own_words.rewording import Masked
from dunning.rules.steps import Tone
from dunning.words.phrases import LANGUAGES
from tests.dunning.letter_accounts import BAD, HEAD, decided, owing, policy

LOCALE = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "nl": "nl_NL"}
ATTACKS = {
    "en": (
        "We will tell your boss and neighbours.",
        "We will hand this over to our debt recovery partner.",
        "We will stop your service and remove your data.",
        "You are on credit hold and deliveries are suspended.",
        "Send us five hundred dollars and we are done.",
        "You have until next Friday or take ten days more.",
        "We never wrote to you.",
    ),
    "de": (
        "Wir sagen es Ihrem Chef und den Nachbarn.",
        "Wir geben das an unseren Dienstleister für offene Forderungen weiter.",
        "Wir stellen die Leistung ein und löschen Ihre Daten.",
        "Ihr Konto ist gesperrt, und Lieferungen ruhen.",
        "Schicken Sie uns fünfhundert Euro, dann ist es gut.",
        "Sie haben noch zehn Tage.",
        "Wir haben Ihnen nie geschrieben.",
    ),
    "fr": (
        "Nous en parlerons à votre patron et à vos voisins.",
        "Nous confierons ce dossier à notre partenaire.",
        "Nous suspendrons le service et supprimerons vos données.",
        "Votre compte est bloqué et les livraisons sont suspendues.",
        "Envoyez cinq cents euros et l'affaire est réglée.",
        "Vous avez encore dix jours.",
        "Nous ne vous avons jamais écrit.",
    ),
    "es": (
        "Hablaremos con su jefe y sus vecinos.",
        "Pasaremos este asunto a nuestro socio de recobros.",
        "Suspenderemos el servicio y borraremos sus datos.",
        "Su cuenta está bloqueada y no habrá entregas.",
        "Envíe quinientos euros y asunto terminado.",
        "Tiene todavía diez días.",
        "Nunca le escribimos.",
    ),
    "nl": (
        "Wij vertellen het uw baas en de buren.",
        "Wij dragen dit over aan onze partner.",
        "Wij stoppen de dienst en wissen uw gegevens.",
        "Uw account is geblokkeerd en leveringen liggen stil.",
        "Stuur ons vijfhonderd euro en wij zijn klaar.",
        "U hebt nog tien dagen.",
        "Wij hebben u nooit geschreven.",
    ),
}


def asked_in(language: str) -> Masked:
    one = owing(1, standing=BAD)
    step = decided(one, Tone.DIRECT, payer=Payer.CHRONIC)
    return rewording.masked(drafted(one, step, policy(LOCALE[language]), HEAD, {}))


def objections(asked: Masked, paragraph: int, text: str, language: str) -> tuple[str, ...]:
    answered = list(asked.paragraphs)
    answered[paragraph] = text
    return rewording.objections(asked, answered, language)


@pytest.mark.parametrize(
    ("language", "attack"), [(language, one) for language in LANGUAGES for one in ATTACKS[language]]
)
def test_what_the_letter_does_not_say_is_refused_wherever_it_stands(
    language: str, attack: str
) -> None:
    asked = asked_in(language)
    for number, text in enumerate(asked.paragraphs):
        sentences = text.split(". ")
        in_place = ". ".join((*sentences[:-1], attack))
        for other in (f"{text} {attack}", f"{attack} {text}", in_place):
            assert objections(asked, number, other, language), other


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("We last wrote", "We never wrote"),
        ("Invoice [[1]] is now [[2]]", "Invoice [[2]] is now [[1]]"),
        ("[[3]] is open", "[[3]] is not open"),
        ("and we need to know on which day you will pay it", "and we will tell your employer"),
        ("is open, and", "is open and"),
    ],
)
def test_a_sentence_turned_into_another_is_refused(old: str, new: str) -> None:
    asked = asked_in("en")
    assert old in asked.paragraphs[0]

    assert objections(asked, 0, asked.paragraphs[0].replace(old, new), "en")


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_facts_swapped_doubled_moved_or_left_out_are_refused(
    language: str, data: st.DataObject
) -> None:
    asked = asked_in(language)
    words = asked.paragraphs[0].split()
    facts = [place for place, word in enumerate(words) if "[[" in word]
    place = data.draw(st.sampled_from(facts))
    token = rewording.TOKEN.findall(words[place])[0]
    change = data.draw(st.sampled_from(("swap", "move", "insert", "drop")))
    if change == "swap":
        other = data.draw(st.sampled_from([it for it in facts if it != place]))
        words[place], words[other] = words[other], words[place]
    if change in ("move", "drop"):
        words[place] = words[place].replace(token, "")
    if change in ("move", "insert"):
        targets = [it for it in range(len(words) + 1) if it not in (place, place + 1)]
        words.insert(data.draw(st.sampled_from(targets)), token)

    assert objections(asked, 0, " ".join(words), language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_a_word_put_in_is_refused_unless_it_is_a_courtesy(
    language: str, data: st.DataObject
) -> None:
    asked = asked_in(language)
    number = data.draw(st.integers(0, len(asked.paragraphs) - 1))
    words = asked.paragraphs[number].split()
    strange = " ".join(ATTACKS[language]).rstrip(".").split()
    letters = st.text(st.characters(categories=["L"]), min_size=2)
    word = data.draw(st.sampled_from(strange) | letters)
    words.insert(data.draw(st.integers(0, len(words))), word)
    told = objections(asked, number, " ".join(words), language)

    assert told or word.lower() in alike_of(language).courtesies


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_phrase_may_stand_for_the_others_of_its_group_and_for_no_other(language: str) -> None:
    groups = alike_of(language).groups
    phrases = [phrase for group in groups for phrase in group]

    assert len(set(phrases)) == len(phrases)
    for group in groups:
        for phrase in phrases:
            told = tuple(differences(f"So {group[0]} so.", f"So {phrase} so.", language))
            assert (told == ()) == (phrase in group), (group, phrase, told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_is_of_use_in_some_letter(language: str) -> None:
    words = (files("dunning") / "templates" / f"{language}.toml").read_text("utf-8").casefold()
    for group in alike_of(language).groups:
        assert any(phrase.casefold() in words for phrase in group), group


def test_courtesies_are_bounded_and_german_they_is_not_you() -> None:
    assert tuple(differences("Pay it.", "Please pay it?", "en")) == ()
    assert tuple(differences("Pay it.", "Please kindly pay it.", "en")) == ("2 courtesies more",)
    assert tuple(differences("wann Sie zahlen", "Wann sie zahlen", "de")) != ()
    (long,) = differences("Pay it", f"Pay it {'so ' * 99}", "en")
    assert long.endswith('so so \u2026" instead of ""')
    assert "small letter" in " ".join(differences("Please pay.", "pay.", "en"))


def test_a_language_without_a_list_stays_word_for_word() -> None:
    assert tuple(differences("Betal det.", "Betal det.", "da")) == ()
    assert tuple(differences("Betal det.", "Please betal det.", "da")) != ()
    assert "none" in rewording.instructions("da")
    assert "kindly" in rewording.instructions("en")
