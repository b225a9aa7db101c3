"""What can be made to go wrong, by kind of request, and how it looks to the caller."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import asdict, dataclass, replace
from typing import Any

REQUEST_FAULTS = (
    "timeout_after_commit",  # the work is done, the answer never comes
    "reset_after_commit",  # the work is done, the connection is reset
    "cut_body",  # the work is done, the answer stops half-way
    "late_commit",  # the answer never comes, the work is done `seconds` later
    "429", "500", "503", "html",  # nothing is done
)  # fmt: skip
WEBHOOK_FAULTS = ("duplicate", "reorder", "lose")


class UnknownFault(ValueError):
    """A fault was asked for that does not exist."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`on` is matched against the kind of request, as in ``quickbooks.payment.create``, or
    ``quickbooks.webhook``; it is a regular expression for the whole kind.

    `times` counts down to 0 and -1 means always; `chance` is between 0 and 1. `seconds` is how
    long a caller is left waiting (time-outs), how long after it the work is done (late commit), or
    what Retry-After says (429, 503).
    """

    fault: str
    on: str = ".*"
    times: int = 1
    chance: float = 1.0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.fault not in REQUEST_FAULTS + WEBHOOK_FAULTS:
            known = ", ".join(REQUEST_FAULTS + WEBHOOK_FAULTS)
            raise UnknownFault(f"there is no fault {self.fault!r}; there are {known}")
        try:
            re.compile(self.on)
        except re.error as error:
            raise UnknownFault(f"'on' is no regular expression: {error}") from error


class Faults:
    """The faults now switched on, and how often one `struck`. Draws come from a seed, so a run can
    be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._active: list[Fault] = []
        self.struck = 0
        self.random = random.Random(seed)

    def replace(self, faults: list[Fault]) -> None:
        with self._lock:
            self._active = list(faults)

    def shown(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._active]

    def draw(self, kind: str, among: tuple[str, ...] = REQUEST_FAULTS) -> Fault | None:
        """The fault that strikes this request, if any; its count goes down."""
        with self._lock:
            for place, fault in enumerate(self._active):
                if fault.fault not in among or not re.fullmatch(fault.on, kind):
                    continue
                if fault.times == 0 or self.random.random() >= fault.chance:
                    continue
                if fault.times > 0:
                    self._active[place] = replace(fault, times=fault.times - 1)
                self.struck += 1
                return fault
        return None
