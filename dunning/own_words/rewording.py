"""A letter's paragraphs in other words: what may be shown, and whether the answer may be used."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dunning.answers.answered_json import read_json
from dunning.message.draft import Draft
from dunning.own_words.alike import alike_of, differences
from dunning.words.banned import banned

LONGER_MAX, SHORTER_MIN = 1.5, 0.5
TOKEN = re.compile(r"\[\[\d+\]\]")
INSTRUCTIONS = """You reword paragraphs of a letter about unpaid invoices, so that they read well.
The letter stays word for word and in its order, with these exceptions alone: words of courtesy may
be put in or left out ({courtesies}); a full stop and a question mark may be exchanged; and one
phrase of a group may stand for another of that group ({groups}). Tokens such as [[1]] stand for
names, amounts and dates: keep each where it is. Anything else makes the answer useless. Answer with
a JSON array of strings only: one for each paragraph, in order."""


@dataclass(frozen=True, slots=True)
class Masked:
    """Paragraphs with a token for each fact; `tokens` are (token, fact)."""

    paragraphs: tuple[str, ...]
    tokens: tuple[tuple[str, str], ...]

    def question(self) -> str:
        """What the model is shown."""
        return json.dumps(self.paragraphs, ensure_ascii=False)

    def restored(self, paragraphs: Iterable[str]) -> tuple[str, ...]:
        """Other paragraphs with the facts in the places of their tokens."""
        facts = dict(self.tokens)
        return tuple(TOKEN.sub(lambda t: facts.get(t[0], t[0]), text) for text in paragraphs)


def masked(draft: Draft) -> Masked:
    """The paragraphs that are free to be reworded: all but the fixed ones. What comes next, how to
    pay, how to dispute and who reads the answers are promises, and stay word for word."""
    facts = sorted(set(draft.facts), key=lambda fact: (-len(fact), fact))
    paragraphs = [*draft.before, *draft.after[: _free(draft)]]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, facts)) or '(?!)'})(?!\w)")
    tokens: dict[str, str] = {}

    def token(match: re.Match[str]) -> str:
        return tokens.setdefault(match[0], f"[[{len(tokens) + 1}]]")

    texts = tuple(pattern.sub(token, text) for text in paragraphs)
    return Masked(texts, tuple((name, fact) for fact, name in tokens.items()))


def instructions(language: str) -> str:
    """What the model is told to do, with the words that it may exchange in this language."""
    alike = alike_of(language)
    return INSTRUCTIONS.format(
        courtesies=", ".join(alike.courtesies) or "none",
        groups="; ".join(" = ".join(group) for group in alike.groups) or "none",
    )


def read(answer: str) -> tuple[str, ...] | None:
    """The paragraphs of a model's answer; None if it is no list of texts."""
    found = read_json(answer)
    if not isinstance(found, list) or not all(isinstance(text, str) for text in found):
        return None
    return tuple(" ".join(text.split()) for text in found)


def objections(asked: Masked, answered: Sequence[str], language: str) -> tuple[str, ...]:
    """Why an answer may not be used, in words; empty if it is the same letter in other words:
    word for word and fact for fact in the same order, but for what alike.py lets be exchanged."""
    return tuple(_objections(asked, answered, language))


def reworded(draft: Draft, asked: Masked, answered: Sequence[str]) -> Draft:
    """The letter with an answer, to which there are no objections, in the free paragraphs."""
    texts, count = asked.restored(answered), len(draft.before)
    after = (*texts[count:], *draft.after[_free(draft) :])
    return replace(draft, before=texts[:count], after=after)


def _free(draft: Draft) -> int:
    """How many of the paragraphs after the table may be put differently."""
    return len(draft.after) - len(draft.fixed)


def _objections(asked: Masked, answered: Sequence[str], language: str) -> Iterator[str]:
    if len(answered) != len(asked.paragraphs):
        yield f"{len(answered)} paragraphs instead of {len(asked.paragraphs)}"
        return
    for number, (old, new) in enumerate(zip(asked.paragraphs, answered, strict=True), 1):
        found = (*differences(old, new, language), *banned(TOKEN.sub(" \u2026 ", new), language))
        yield from (f"paragraph {number}: {why}" for why in found)
        if not SHORTER_MIN * len(old) <= len(new) <= LONGER_MAX * len(old):
            yield f"paragraph {number}: {len(new)} characters instead of {len(old)}"
