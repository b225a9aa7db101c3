"""A letter in a person's own words: what they may change of it, and whether it may go out so."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import unified_diff

from dunning.message.draft import Draft
from dunning.message.wording import SUBJECT_CHARACTERS_MAX
from dunning.words.banned import banned
from dunning.words.lines import ISOLATE, POP, one_line

TABLE = "[invoices]"
"""The line that stands for the table of invoices, whose figures nobody edits."""
LONGER_CHARACTERS_MAX = 4_000
LINK = re.compile(r"\b[\w.+-]+@[\w.-]+|\b(?:https?:|www\.)\S+|\b[\w-]+\.(?:com|net|org|io|co)\b")
FRACTIONS = "\u00bc\u00bd\u00be"
NUMBER = rf"\d+(?:[.,'\u2019\u00a0\u202f]\d+)*|[{FRACTIONS}]"
WORDLESS = re.compile(r"[{}]")
INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Wording:
    """The subject, and the text as paragraphs with an empty line between, among them TABLE. What
    is below the text, the sign-off, is the brand's."""

    subject: str
    text: str

    @property
    def lines(self) -> list[str]:
        return [f"Subject: {self.subject}", "", *self.text.split("\n")]


def wording(draft: Draft) -> Wording:
    """A letter as a person may edit it."""
    table = (TABLE,) if draft.rows else ()
    blocks = (*draft.salutation, *draft.before, *table, *draft.after)
    return Wording(draft.subject, "\n\n".join(blocks))


def typed(subject: str, text: str) -> Wording:
    """What a person wrote, whatever its line ends and the spaces around them."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\t", " ").split("\n")]
    return Wording(" ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip()))


def difference(before: Wording, after: Wording) -> str:
    """A unified diff; empty where nothing was changed."""
    found = unified_diff(before.lines, after.lines, "as drafted", "as edited", lineterm="")
    return "\n".join(found)


def edited(draft: Draft, wanted: Wording) -> Draft:
    """The letter in other words, to which there are no objections."""
    before, after = _around_table(wanted.text)
    greeting = len(draft.salutation)
    return replace(
        draft, subject=one_line(wanted.subject), salutation=before[:greeting],
        before=before[greeting:], after=after,
    )  # fmt: skip


def figures(draft: Draft) -> re.Pattern[str]:
    """What finds the facts of a letter in a text, and every number that is part of none."""
    return _pattern(_known(draft))


def objections(draft: Draft, wanted: Wording) -> tuple[str, ...]:
    """Why other words may not go out, each as a person can mend it; empty if they may.

    Every amount, number and date must still stand where it stood, no other figure may be added,
    and the promises of the letter stay word for word. Amounts that are written out in words are
    not seen here, but for the concessions that dunning/words/banned.py knows.
    """
    return tuple(dict.fromkeys((*_shape(draft, wanted), *_content(draft, wanted))))


def _shape(draft: Draft, wanted: Wording) -> Iterator[str]:
    if not wanted.subject:
        yield "the subject is empty"
    if len(wanted.subject) > SUBJECT_CHARACTERS_MAX:
        yield (
            f"the subject has {len(wanted.subject)} characters; {SUBJECT_CHARACTERS_MAX} are"
            " the most"
        )
    longest = len(wording(draft).text) + LONGER_CHARACTERS_MAX
    if len(wanted.text) > longest:
        yield f"the text has {len(wanted.text)} characters; {longest} are the most"
    tables = wanted.text.split("\n\n").count(TABLE)
    if wanted.text.count(TABLE) != tables or tables != bool(draft.rows):
        yield (
            f"the line {TABLE} must stand there once, with an empty line above and below it"
            if draft.rows
            else f"this letter has no table: take {TABLE} out"
        )
    if WORDLESS.search(wanted.subject + wanted.text):
        yield "write no { and no }: placeholders are filled in already"
    if any(map(_is_invisible, set(wanted.subject + wanted.text))):
        yield "there are signs in it that cannot be seen; type the text instead of pasting it"


def _content(draft: Draft, wanted: Wording) -> Iterator[str]:
    drafted = wording(draft)
    kept = [_plain(paragraph) for paragraph in draft.fixed]
    paragraphs = [_plain(paragraph) for paragraph in wanted.text.split("\n\n")]
    for paragraph in kept:
        if paragraph not in paragraphs:
            yield f"this must stay as it is: {paragraph}"
    for place, old, new in (
        ("the subject", drafted.subject, wanted.subject),
        ("the text", _without(drafted.text, kept), _without(wanted.text, kept)),
    ):
        for why in _differences(draft, _plain(old), _plain(new)):
            yield f"{place} {why}"


def _differences(draft: Draft, old: str, new: str) -> Iterator[str]:
    known = _known(draft)
    before, after = _figures(old, known), _figures(new, known)
    kept = {_plain(it) for it in draft.figures}
    yield from (f"must still say {it}" for it in before if it in kept and it not in after)
    anywhere = {_plain(cell) for cell in _cells(draft)} | (known - kept)
    anywhere |= {_plain(total) for total in draft.totals}
    for it in after - before:
        if it not in anywhere:
            yield f"says {it}, which the letter does not: figures come from the ledger"
    links = set(LINK.findall(new)), set(LINK.findall(old))
    yield from (f"holds a link that was not there: {it}" for it in sorted(links[0] - links[1]))
    yield from (f"must still hold the link {it}" for it in sorted(links[1] - links[0]))
    if says := banned(new, draft.language, facts=known):
        said = banned(old, draft.language, facts=known)
        yield from (f"says what no reminder may say: {it}" for it in says if it not in said)


def _cells(draft: Draft) -> list[str]:
    return [cell for row in draft.rows for cell in (row.number, row.amount, row.due)]


def _known(draft: Draft) -> set[str]:
    return {_plain(it) for it in (*draft.facts, *_cells(draft), draft.sender) if it}


def _pattern(known: Collection[str]) -> re.Pattern[str]:
    facts = "|".join(map(re.escape, sorted(known, key=lambda fact: (-len(fact), fact))))
    return re.compile(rf"(?<!\w)(?:{facts or '(?!)'})(?!\w)|{NUMBER}")


def _figures(text: str, known: Collection[str]) -> Counter[str]:
    return Counter(match[0] for match in _pattern(known).finditer(text))


def _around_table(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    blocks = [block.strip("\n") for block in text.split("\n\n") if block.strip()]
    if TABLE not in blocks:
        return tuple(blocks), ()
    place = blocks.index(TABLE)
    return tuple(blocks[:place]), tuple(blocks[place + 1 :])


def _without(text: str, paragraphs: Collection[str]) -> str:
    return "\n\n".join(it for it in text.split("\n\n") if _plain(it) not in paragraphs)


def _plain(text: str) -> str:
    """Without the marks around names that are written from right to left: nobody types them."""
    return text.replace(ISOLATE, "").replace(POP, "")


def _is_invisible(sign: str) -> bool:
    may = sign in ("\n", ISOLATE, POP, *JOINERS)
    return not may and unicodedata.category(sign) in INVISIBLE
