"""All benchmarks, one after the other; they take about seven minutes."""

from __future__ import annotations

from benchmarks import (
    calls,
    daily_sweep,
    first_import,
    many_clients,
    matching,
    placing,
    same_day,
    webhooks,
)

ALL = (webhooks, first_import, calls, daily_sweep, many_clients, matching, placing, same_day)
for benchmark in ALL:
    benchmark.run()
