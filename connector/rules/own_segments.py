"""Segments of one document over those of another, by name: what the upper one says of its own, and
both of them together.

    {"large": {"change": {"paused_until": "2026-05-01"}}, "small": null, "vip": {"after": [], ...}}

changes a field of `large`, takes `small` out, and has a segment of its own before all others.
What is not named is the lower document's, and goes on following it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dunning.rules.segments import Segment

Own = dict[str, dict[str, Any] | None]


def own_segments(lower: Sequence[Segment], whole: Sequence[Segment]) -> Own | list[dict[str, Any]]:
    """By name, what `whole` says otherwise than `lower`, as JSON: of a segment of both its `when`,
    the fields of `change` that differ, and in `without` those that it does not change; null for
    one that it does not have. One that it has alone is there in full, and goes `after` the last of
    these. Where it has those of both in another order, it has a list of its own, which follows
    nothing."""
    before = {it.name: it.model_dump(mode="json") for it in lower}
    after = {it.name: it.model_dump(mode="json") for it in whole}
    if [name for name in before if name in after] != [name for name in after if name in before]:
        return list(after.values())
    found: Own = {name: None for name in before if name not in after}
    for place, (name, segment) in enumerate(after.items()):
        if name not in before:
            found[name] = segment | {"after": list(after)[:place]}
        elif differs := _differences(before[name], segment):
            found[name] = differs
    return found


def laid_by_name(lower: Sequence[Mapping[str, Any]], own: Own) -> list[dict[str, Any]]:
    """All segments, as JSON that is not checked yet, in the order of the lower document. What is
    said of a segment that the lower document has no more says nothing."""
    new = {name: it for name, it in own.items() if it and "after" in it}
    gone = {name for name, it in own.items() if it is None}
    found = [
        _laid(it, own.get(it["name"]) or {})
        for it in lower
        if it["name"] not in new and it["name"] not in gone
    ]
    for segment in new.values():
        known = [it["name"] for it in found]
        places = [known.index(name) for name in segment["after"] if name in known]
        in_full = {key: value for key, value in segment.items() if key != "after"}
        found.insert(max(places, default=-1) + 1, in_full)
    return found


def lost(own: Own | Sequence[Any], now: Collection[str], then: Collection[str]) -> Own:
    """What the upper document says of segments that there are now and then no more, by name: it
    would say nothing then, and would say it again of the next segment of that name."""
    if not isinstance(own, Mapping):
        return {}
    return {
        name: it
        for name, it in own.items()
        if it and "after" not in it and name in now and name not in then
    }


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    found = {"when": after["when"]} if before["when"] != after["when"] else {}
    old, new = before["change"], after["change"]
    changed = {name: it for name, it in new.items() if name not in old or old[name] != it}
    without = [name for name in old if name not in new]
    if changed or without:
        found["change"] = changed
    return found | ({"without": without} if without else {})


def _laid(segment: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    change = segment["change"] | own.get("change", {})
    return {
        **segment,
        "when": own.get("when", segment["when"]),
        "change": {name: it for name, it in change.items() if name not in own.get("without", ())},
    }
