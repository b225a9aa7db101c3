"""A person's words on a later day than they were written on: with the days overdue of that day."""

from __future__ import annotations

from dataclasses import replace

from dunning.message.draft import Draft
from dunning.own_words import editing
from dunning.own_words.editing import Wording


def recounted(words: Wording, then: Draft, now: Draft) -> Wording | None:
    """The words for the letter of `then`, with the counts of days of `now` in their places; None
    where one stands there to which there is none now, because the due date lies between.

    Only a count in figures is found, as the letter itself puts it or as a bare number where the
    client's own template has one: editing.objections lets no other figure stand.
    """
    is_like = _side(then) == _side(now) and len(then.counts) == len(now.counts)
    anew = dict(zip(then.counts, now.counts, strict=True)) if is_like else {}
    pattern = editing.figures(then)
    found = {match[0] for text in (words.subject, words.text) for match in pattern.finditer(text)}
    if not found.isdisjoint(set(then.counts) - anew.keys()):
        return None

    def put(text: str) -> str:
        return pattern.sub(lambda match: anew.get(match[0], match[0]), text)

    return replace(words, subject=put(words.subject), text=put(words.text))


def _side(letter: Draft) -> int:
    """Before the due date, on it, or after it."""
    return (letter.late_days > 0) - (letter.late_days < 0)
