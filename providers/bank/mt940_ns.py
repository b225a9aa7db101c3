"""The field :NS: that some banks put beside :86: in MT940: numbered lines, as in MultiCash."""

from __future__ import annotations

import re
from collections.abc import Sequence

from providers.bank.mt940_text import Told
from providers.bank.text import joined, tidy

PURPOSE = range(1, 15)
NAME = (15, 16)
ACCOUNT = 34


def read(fields: Sequence[str]) -> Told:
    """Lines 01 to 14 are the purpose, 15 and 16 the other side's name, 34 its account."""
    found: dict[int, str] = {}
    for field in fields:
        for line in field.split("\n"):
            parts = re.match(r"(\d\d)(.*)", line, re.ASCII)
            if parts:
                found[int(parts[1])] = parts[2]
    account = tidy(found.get(ACCOUNT, ""))
    return Told(
        payer=tidy("".join(found.get(number, "") for number in NAME)),
        payer_account=account if account.isdigit() else "",
        reference=joined(*(found.get(number, "") for number in PURPOSE)),
    )
