"""A text message in a person's own words: what they may change of it, and whether it may go out."""

from __future__ import annotations

from dataclasses import replace

from dunning.message.draft import Draft
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from dunning.spoken.sms_segments import plainer
from dunning.spoken.speech import TEXT_CHARACTERS_MAX, Facts, fits, say, shortened


def draft(facts: Facts, text: str) -> Draft:
    """A drafted text in parts: what it says, and how to opt out, which stays word for word."""
    way_out = plainer(say("opt_out", facts))
    matter = text.removesuffix(way_out).strip()
    stated = {
        plainer(value)
        for one in shortened(facts)
        for value in (
            one.company,
            one.number,
            one.total,
            one.due,
            one.last_on,
            one.promised,
            one.promised_on,
            one.returned,
            one.page,
        )
    }
    there = tuple(sorted(value for value in stated if value and value in matter))
    return Draft(
        language=facts.language, facts=there, figures=there, fixed=(way_out,), values={},
        labels={}, subject=facts.company, salutation=(), before=(matter,), rows=(), sums=(),
        after=(way_out,), closing="", sender=facts.company, signature=(), logo_url="", colour="",
    )  # fmt: skip


def objections(drafted: Draft, wanted: Wording) -> tuple[str, ...]:
    """Why other words may not go out; those of a letter, and that a text is short."""
    found = editing.objections(drafted, replace(wanted, subject=drafted.subject))
    text = as_text(wanted)
    if fits(text):
        return found
    most = f"{TEXT_CHARACTERS_MAX} characters, or two messages, are the most"
    return (*found, f"the text has {len(text)} characters; {most}")


def as_text(wanted: Wording) -> str:
    """As it is sent: one line, in signs that telephones know."""
    return plainer(" ".join(wanted.text.split()))
