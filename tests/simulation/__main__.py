"""Many seeds at once, on every core: ``python -m tests.simulation FIRST LAST``."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import structlog

from tests.simulation.chaos import lived
from tests.simulation.judge import faults


def live(seed: int) -> tuple[int, list[str], Counter[str]]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with lived(seed) as run:
        counts = Counter({
            "crashes": run.fate.crashes, "broken requests": run.universe.world.faults.struck,
            "payments": len(run.paid), "bank lines": len(run.banked),
            "messages": len(run.mailbox.received), "reconnected": run.reconnected,
        })  # fmt: skip
        return seed, faults(run), counts


def main() -> None:
    first, last = int(sys.argv[1]), int(sys.argv[2])
    total: Counter[str] = Counter()
    bad = 0
    with ProcessPoolExecutor() as pool:
        for seed, wrong, counts in pool.map(live, range(first, last + 1), chunksize=4):
            total += counts
            if wrong:
                bad += 1
                sys.stdout.write(f"seed {seed}: {'; '.join(wrong)}\n")
    shown = ", ".join(f"{count} {name}" for name, count in sorted(total.items()))
    sys.stdout.write(f"seeds {first} to {last}: {shown}; {bad} seeds went wrong\n")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
