"""The steps of a policy as a form, a row for each, beside the whole policy as JSON."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from flask import request

from connector.rules import policy
from connector.rules.policy import Policy, PolicyError
from dunning.customer.channels import Channel
from dunning.rules.segments import Segment
from dunning.rules.steps import Do, Step, StepMode, Tone

MORE = 2
"""Rows for steps that there are not yet."""
ASKED = {"no": "by the mode", "yes": "always"}
CHANNELS = (
    (Channel.EMAIL,),
    (Channel.TEXT,),
    (Channel.EMAIL, Channel.TEXT),
    (Channel.TEXT, Channel.EMAIL),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A step as it stands in the form, or was typed there; `minimum` is as in "USD 50, EUR 45", and
    `was` the name that the step had when the form was opened. A row without a name is no step."""

    name: str = ""
    offset_days: str = ""
    do: str = Do.MESSAGE.value
    channels: str = Channel.EMAIL.value
    tone: str = Tone.REMINDER.value
    mode: str = StepMode.AUTOPILOT.value
    draft: str = "no"
    approver: str = ""
    minimum: str = ""
    was: str = ""


NAMES = [field.name for field in fields(Row)]
CHOICES: Mapping[str, Mapping[str, str]] = {
    "do": {it.value: it.value for it in Do},
    "channels": {", ".join(way): ", then ".join(way) for way in CHANNELS},
    "tone": {it.value: it.value for it in Tone},
    "mode": {it.value: it.value for it in StepMode},
    "draft": ASKED,
}
"""By field, what can be chosen and how it is said."""
LABELS = {
    "name": "Name", "offset_days": "Days from the due date", "do": "What", "channels": "By",
    "tone": "Tone", "mode": "Mode at most", "draft": "Asks a person",
    "approver": "Who approves (e-mail)", "minimum": "Only from (USD 50, EUR 45)",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """The rows of a segment; of everybody whose segment has no steps of its own where that is
    empty. `is_own` tells that the segment has some."""

    segment: str
    rows: Sequence[Row]
    is_own: bool = True


def of(rules: Policy, segment: str = "") -> Form:
    """The steps as they are, the earliest first, and room for more. Raises PolicyError for a
    segment that there is not."""
    is_own = not segment or "steps" in _segment(rules, segment).change
    found = rules.dunning.at(f"segment {segment}").steps
    return Form(segment, [*map(_row, found), *[Row()] * MORE], is_own)


def typed() -> Form:
    """What the form holds, as far as its rows are whole."""
    columns = [request.form.getlist(name) for name in NAMES]
    found = [Row(*(value.strip() for value in values)) for values in zip(*columns, strict=False)]
    return Form(request.form.get("steps_of", ""), found)


def laid_over(rules: Policy, given: Form) -> Policy:
    """The rules with these steps instead of their own; everything else stays. A segment for which
    no step is named has those of everybody again. Raises PolicyError with each fault."""
    document = rules.model_dump(mode="json")
    place = document["dunning"]
    if given.segment:
        number = rules.dunning.segments.index(_segment(rules, given.segment))
        place = place["segments"][number]["change"]
        place.pop("steps", None)
    made = [_document(one) for one in given.rows if one.name]
    if made or not given.segment:
        place["steps"] = sorted(made, key=lambda it: _days(it["offset_days"]))
    _name_templates(document["dunning"], place, given.rows)
    return policy.parse(json.dumps(document))


def _name_templates(rules: dict[str, Any], place: dict[str, Any], rows: Sequence[Row]) -> None:
    """The client's own words for a step go with it to its new name, wherever the steps of `place`
    are spoken with them."""
    anew = {row.was: row.name for row in rows if row.was and row.name not in ("", row.was)}
    spoken = _spoken(rules) if anew else []
    for words in {id(it): it for steps, it in spoken if steps is place}.values():
        of_others = {
            step["name"]
            for steps, it in spoken if it is words and steps is not place
            for step in steps["steps"]
        }  # fmt: skip
        words["templates"] = list(_followed(words["templates"], anew, of_others))


def _spoken(rules: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """For everybody, each segment and each customer in any of them: the place in the document that
    their steps are from, and the one that their templates are from."""
    segments = [{}, *(it["change"] for it in rules["segments"])]
    variants = [(own, it, rules) for it in segments for own in ({}, *rules["customers"].values())]

    def holder(variant: Sequence[dict[str, Any]], field: str) -> dict[str, Any]:
        return next(place for place in variant if field in place)

    return [(holder(one, "steps"), holder(one, "templates")) for one in variants]


def _followed(
    templates: Sequence[dict[str, Any]], anew: Mapping[str, str], of_others: Collection[str]
) -> Iterator[dict[str, Any]]:
    """What steps of others still need stays, and what was said under a name that a step takes over
    is dropped. Raises PolicyError where both are for one name."""
    names = anew.values()
    kept = [it for it in templates if it["step"] in of_others]
    taken = {(it["step"], it["language"]) for it in kept}
    for template in templates:
        name, language = template["step"], template["language"]
        if name in of_others or name not in {*anew, *names}:
            yield template
        if (to := anew.get(name)) is None:
            continue
        if (to, language) in taken:
            fault = f"step {to!r}: a step of this name that stays has a template in {language!r};"
            raise PolicyError([f"{fault} choose another name, or take that template out"])
        yield {**template, "step": to}


def _segment(rules: Policy, name: str) -> Segment:
    found = next((it for it in rules.dunning.segments if it.name == name), None)
    if found is None:
        raise PolicyError([f"segment {name!r}: the document has none of this name"])
    return found


def _row(step: Step) -> Row:
    return Row(
        step.name, str(step.offset_days), step.do.value, ", ".join(step.channels),
        step.tone.value, step.mode.value, "yes" if step.draft else "no", step.approver,
        ", ".join(f"{currency} {least}" for currency, least in step.minimum.items()), step.name,
    )  # fmt: skip


def _document(row: Row) -> dict[str, Any]:
    return {
        "name": row.name, "offset_days": row.offset_days, "do": row.do, "tone": row.tone,
        "channels": row.channels.split(", "), "mode": row.mode, "draft": row.draft == "yes",
        "approver": row.approver, "minimum": _minimum(row),
    }  # fmt: skip


def _minimum(row: Row) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, (it.strip() for it in row.minimum.split(","))):
        currency, _, least = part.partition(" ")
        if not least.strip():
            raise PolicyError([f"step {row.name!r}: write the amount as in USD 50, not {part!r}"])
        found[currency.upper()] = least.strip()
    return found


def _days(text: str) -> int:
    """What is no number goes first; the policy says what is wrong with it."""
    try:
        return int(text)
    except ValueError:
        return -1000
