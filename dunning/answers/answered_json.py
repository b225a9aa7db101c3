"""The JSON in what a language model says, with or without a fence of back-ticks around it."""

from __future__ import annotations

import json
import re
from typing import Any

FENCED = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)


def read_json(answer: str) -> Any:
    """What is in an answer; None if that is no JSON."""
    fenced = FENCED.match(answer)
    try:
        return json.loads(fenced[1] if fenced else answer)
    except (ValueError, RecursionError):
        return None
