"""All benchmarks, one after the other; they take about ten minutes."""

from __future__ import annotations

from benchmarks import calls, daily_sweep, first_import, many_clients, matching, placing, webhooks

for benchmark in (webhooks, first_import, calls, daily_sweep, many_clients, matching, placing):
    benchmark.run()
