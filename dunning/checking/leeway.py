"""What one policy lets the collector do without a person that another did not, place by place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from operator import gt, lt
from types import MappingProxyType
from typing import Any

from dunning.customer import customer_names
from dunning.rules.policy import EVERYBODY, DunningPolicy
from dunning.rules.segments import When
from dunning.rules.steps import ALWAYS_A_PERSON, Step, StepMode, Tone
from providers.money import looser_limits


def _is_firmer(now: Tone, before: Tone) -> bool:
    return now.firmness > before.firmness


def _is_left(now: str, before: str) -> bool:
    """Whether a person wrote, and does no more."""
    return bool(before) and not now


def _ends_earlier(now: date | None, before: date | None) -> bool:
    return before is not None and (now is None or now < before)


def _is_later(now: int | None, before: int | None) -> bool:
    return before is not None and (now is None or now > before)


FREER: Mapping[str, Callable[[Any, Any], bool]] = {
    "ramp_per_day": gt,
    "min_days_between_messages": lt,
    "first_message_tone_at_most": _is_firmer,
    "tone_at_most": _is_firmer,
    "with_a_person": _is_left,
    "paused_until": _ends_earlier,
    "bank_lag_days_max": _is_later,
    "require_sent": lt,
    "reword": gt,
    "suggest": gt,
    "try_other_contacts": gt,
    "portal": gt,
    "portal_promise_days_max": gt,
}
"""By field, whether it bounds less (first) than it did (second)."""
PER_DAYS = ("contacts_per_7_days", "contacts_per_30_days")
Meant = Mapping[str, Collection[str]]
"""By an id that stands alone, the names, with their companies, of all customers whom it means."""
UNKNOWN: Meant = MappingProxyType({})


def freed(before: DunningPolicy, after: DunningPolicy, meant: Meant = UNKNOWN) -> list[str]:
    """The places at which `after` bounds the collector less: for all customers, for those of a
    segment, for single ones, or because customers come into a segment that is bounded less.
    Another name for the same customers changes nothing, as far as it is known whom names mean.

    When a step is taken and what it says is not among it, nor how much is too little to ask for.
    """
    found = list(_freer(before, after))
    for left, entered in moves(before, after, meant):
        own = list(_own(before, after, [f"segment {left}"], [f"segment {entered}"]))
        if left == entered:
            found += [f"segments.{entered}.{place}" for place in own]
        elif own:
            found.append(f"segments ({left} to {entered}: {', '.join(own)})")
    for name in sorted({*before.customers, *after.customers}):
        for one in meant.get(name, (name,)):
            places = customer_names.places_of(one)
            found += [f"customers.{name}.{own}" for own in _own(before, after, places, places)]
    return list(dict.fromkeys(found))


def moves(
    before: DunningPolicy, after: DunningPolicy, meant: Meant = UNKNOWN
) -> Iterator[tuple[str, str]]:
    """The segments that a customer can be in before and after, with nothing known of it but that
    its own figures stay the same."""
    earlier, later = (
        {it.name: (rank, _spelled_out(it.when, meant)) for rank, it in enumerate(one.segments)}
        | {EVERYBODY: (len(one.segments), None)}
        for one in (before, after)
    )
    for left, entered in product(earlier, later):
        is_touched = any(
            name not in earlier or name not in later or earlier[name][1] != later[name][1]
            for name in (left, entered)
        )
        if left == entered or is_touched or (
            earlier[left][0] < earlier[entered][0] and later[entered][0] < later[left][0]
        ):  # fmt: skip
            yield left, entered


def _spelled_out(when: When, meant: Meant) -> When:
    each = {one for name in when.customers for one in meant.get(name, (name,))}
    return when.model_copy(update={"customers": tuple(sorted(each))})


def _own(
    before: DunningPolicy, after: DunningPolicy, left: Sequence[str], entered: Sequence[str]
) -> Iterator[str]:
    """The places of a group of customers, but for those that are the same for all."""
    was, now = before.at(*left), after.at(*entered)
    for place in _freer(was, now):
        name = place.partition(".")[0]
        pair = (getattr(was, name), getattr(now, name))
        if pair != (getattr(before, name), getattr(after, name)):
            yield place


def _freer(before: DunningPolicy, after: DunningPolicy) -> Iterator[str]:
    for currency in looser_limits(after.remind_at_most, before.remind_at_most):
        yield f"remind_at_most.{currency}"
    for name, is_freer in FREER.items():
        if is_freer(getattr(after, name), getattr(before, name)):
            yield name
    for name in PER_DAYS:
        if getattr(after.budget, name) > getattr(before.budget, name):
            yield f"budget.{name}"
    yield from _freer_steps(before, after)


def _freer_steps(before: DunningPolicy, after: DunningPolicy) -> Iterator[str]:
    for step in after.steps:
        was = _counterparts(before, step)
        if not _asks(step) and any(map(_asks, was)):
            yield f"steps.{step.name}.draft"
        elif any(_is_bolder(step, it) for it in was):
            yield f"steps.{step.name}.mode"
        elif any(it.approver not in ("", step.approver) for it in was):
            yield f"steps.{step.name}.approver"


def _asks(step: Step) -> bool:
    return step.draft or bool(step.approver) or step.do in ALWAYS_A_PERSON


def _is_bolder(now: Step, before: Step) -> bool:
    modes = list(StepMode)
    return modes.index(now.mode) > modes.index(before.mode)


def _counterparts(before: DunningPolicy, step: Step) -> list[Step]:
    """What this step was: the one of its name, else those that speak as it does."""
    named = [it for it in before.steps if it.name == step.name]
    return named or [it for it in before.steps if it.tone is step.tone]
