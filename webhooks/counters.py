"""What knocked at the doors, counted for /metrics: numbers only, no company and no person."""

from __future__ import annotations

from prometheus_client import Counter

REQUESTS = Counter(
    "ledgerhand_webhook_requests",
    "Requests at a door, by what became of them",
    ["door", "outcome"],
)
EVENTS = Counter(
    "ledgerhand_webhook_events",
    "Events in genuine requests, by what became of them",
    ["door", "outcome"],
)
