"""The policy document: what is refused, by which field, and with which advice."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Tone


def step(name: str, days: int, tone: str) -> dict[str, object]:
    return {"name": name, "offset_days": days, "tone": tone}


@pytest.mark.parametrize(
    ("field", "value", "advice"),
    [
        ("stepz", [], "Extra inputs"),
        ("steps", [], "at least 1"),
        ("steps", [step("b", 7, "direct"), step("a", 3, "friendly")], "put the steps in order"),
        ("steps", [step("a", 3, "friendly"), step("b", 3, "direct")], "put the steps in order"),
        ("steps", [step("a", 3, "friendly"), step("a", 7, "direct")], "a name of its own"),
        ("steps", [step("a", -3, "friendly")], "up to the due date"),
        ("steps", [step("a", 3, "upcoming")], "up to the due date"),
        ("steps", [step("a", 3, "rude")], "upcoming"),
        ("steps", [step("a", 4000, "final")], "365"),
        ("business_end", "09:00", "later than business_start"),
        ("business_start", "09:00+01:00", "the zone is the client's"),
        ("business_start", "nine", "time"),
        ("working_days", [], "at least one working day"),
        ("working_days", ["monday", "monday"], "only once"),
        ("working_days", ["funday"], "monday"),
        ("min_days_between_messages", 0, "greater than or equal to 1"),
        ("ramp_per_day", 0, "greater than or equal to 1"),
        ("minimum", {"DOLLARS": 1}, "ISO code"),
        ("minimum", {"USD": -1}, "write 0 or more"),
        ("remind_at_most", {"USD": "Infinity"}, "finite number"),
        ("locale", "klingon_KX", "write one such as en_US"),
        ("brand", {"logo_url": "http://x.example/l.png"}, "https"),
        ("brand", {"logo_url": "javascript:alert(1)"}, "https"),
        ("brand", {"colour": "red"}, "hex digits"),
        ("brand", {"colour": "#fff;x:url(y)"}, "hex digits"),
        ("brand", {"payment_details": ["IBAN", ""]}, "line 2 is empty"),
        ("brand", {"payment_details": ["a\nb"]}, "signs or spaces that are no text"),
        ("brand", {"payment_details": ["x" * 71]}, "line 1 has 71 characters; 70 are the most"),
        ("brand", {"payment_details": ["x"] * 9}, "at most 8 items"),
        ("brand", {"reply_to": "a@b.example, c@d.example"}, "one plain e-mail address"),
        ("brand", {"reply_to": "a@b.example\nBcc: x@y.example"}, "one plain e-mail address"),
    ],
)
def test_a_bad_value_is_refused_by_its_field_with_advice(
    field: str, value: object, advice: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        DunningPolicy.model_validate({field: value})

    assert advice in str(caught.value)
    assert field in str(caught.value)


def test_the_usual_policy_survives_being_written_down() -> None:
    policy = DunningPolicy()

    assert DunningPolicy.model_validate_json(policy.model_dump_json()) == policy
    assert [s.offset_days for s in policy.steps] == [-5, 3, 7, 14, 21]
    assert [s.tone for s in policy.steps] == list(Tone)
