"""How well payment dates are forecast on sellers' books, beside the due date and mean lateness.

`python -m benchmarks.forecast FOLDER`: a folder with invoices.jsonl and truth.jsonl and
payments.jsonl (ledger, ids, ISO dates, `balance`; truth has the allocations of each payment).
Each invoice that a payment settled is forecast from those that were settled before that day.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from dunning.forecasts.forecast import LEVELS, Awaited, Paid, Trial, tried


def main(folder: Path) -> None:
    print(f"{'book':6}{'paid':>6}{'tried':>6}{'MAE':>7}{'naive':>7}  stated: paid before - until")
    trials = []
    for ledger, paid in sorted(books_of(folder).items()):
        trial = tried(paid, asked_on=lambda one: one.on)
        if trial is None:
            print(f"{ledger:6}{len(paid):>6}  not enough data")
            continue
        trials.append(trial)
        print(f"{ledger:6}{len(paid):>6}{_row(trial)}")
    print(f"{'all':12}{_row(_together(trials))}")


def books_of(folder: Path) -> dict[str, list[Paid]]:
    """By ledger, the invoices of which a payment took all that was left, with its day."""
    invoices = {row["id"]: row for row in _rows(folder / "invoices.jsonl")}
    left = {id_: Decimal(str(row["balance"])) for id_, row in invoices.items()}
    truth = {row["payment_id"]: row for row in _rows(folder / "truth.jsonl")}
    books: dict[str, list[Paid]] = defaultdict(list)
    for payment in _rows(folder / "payments.jsonl"):
        for part in truth[payment["id"]]["allocations"]:
            row = invoices[part["invoice_id"]]
            left[row["id"]] -= Decimal(str(part["amount"]))
            if row["type"] == "invoice" and not left[row["id"]]:
                books[row["ledger"]].append(Paid(_awaited(row), _day(payment["date"])))
    return books


def _awaited(row: dict[str, Any]) -> Awaited:
    return Awaited(row["id"], row["customer_id"], _day(row["issue_date"]), _day(row["due_date"]))


def _together(trials: list[Trial]) -> Trial:
    whole = sum(trial.tried for trial in trials)

    def mean(values: list[float]) -> float:
        pairs = zip(trials, values, strict=True)
        return sum(trial.tried * value for trial, value in pairs) / whole

    return Trial(
        tried=whole, too_early=sum(trial.too_early for trial in trials),
        error_days=mean([trial.error_days for trial in trials]),
        naive_error_days=mean([trial.naive_error_days for trial in trials]),
        levels=tuple(
            type(trials[0].levels[0])(
                stated, before=mean([trial.levels[place].before for trial in trials]),
                until=mean([trial.levels[place].until for trial in trials]),
            )
            for place, stated in enumerate(LEVELS)
        ),
        late_stated=mean([trial.late_stated for trial in trials]),
        late_seen=mean([trial.late_seen for trial in trials]),
    )  # fmt: skip


def _row(trial: Trial) -> str:
    levels = "  ".join(f"{it.stated}: {it.before:.0%}-{it.until:.0%}" for it in trial.levels)
    late = f"late {trial.late_stated:.0%} said, {trial.late_seen:.0%} seen"
    days = f"{trial.error_days:>7.2f}{trial.naive_error_days:>7.2f}"
    return f"{trial.tried:>6}{days}  {levels}; {late}"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _day(text: str) -> date:
    return date.fromisoformat(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
