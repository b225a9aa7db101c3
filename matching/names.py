"""How alike the payer's name and a customer's name are, in points from 0 to 100."""

from __future__ import annotations

import re

from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.utils import default_process

NAME_CHARACTERS_MAX = 256

LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        "ab ag bv co company corp corporation gmbh inc incorporated limited llc llp ltd nv oy plc "
        "pte pty sa sarl srl the",
    )
)


def likeness(one: str, other: str) -> float:
    """Points from 0 to 100; legal forms, case, signs and the order of words do not count.

    A name that is only part of the other does not score 100, as it would by a token set.
    """
    first, second = _bare(one), _bare(other)
    if not first or not second:
        return 0.0
    return round(token_sort_ratio(first, second, processor=None), 1)


def _bare(name: str) -> str:
    words = default_process(name[:NAME_CHARACTERS_MAX]).split()
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)
