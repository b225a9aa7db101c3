"""Trying the matcher: on a book in files, offline."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path

from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say
from connector.commands.policy_files import read_policy
from connector.learning import book_files, offline
from connector.learning.book_files import BadBook
from connector.learning.offline import Decided
from matching.facts.policy import MatchPolicy
from providers import exact


def add(verbs: Verbs) -> None:
    trial = verbs.verb("match", match, "match a book of payments in files, offline", alone=True)
    trial.option("--book", required=True, help="folder with customers, invoices, payments .jsonl")
    trial.option("--out", required=True, help="where the decisions go, a JSON object a line")
    trial.option("--policy", default="", help="a policy document; without one every rule applies")


def match(given: Namespace) -> None:
    policy = read_policy(given.policy).matching if given.policy else MatchPolicy.every_rule()
    out = Path(given.out)
    made: list[Decided] = []
    try:
        rows = book_files.read(Path(given.book))
        made.extend(offline.matched(rows, policy))
        out.write_bytes(b"".join(exact.dump(one.shown()) + b"\n" for one in made))
    except BadBook as bad:
        raise CommandError(str(bad)) from None
    except OSError as error:
        raise CommandError(f"{out} cannot be written: {error.strerror}") from None
    say(_summary(made))


def _summary(made: list[Decided]) -> str:
    actions = Counter(one.decision.action for one in made)
    rules = Counter(one.decision.rule for one in made if one.decision.action == "apply")
    times = sorted(one.seconds * 1000 for one in made)
    middle, high = times[len(times) // 2], times[int(len(times) * 0.99)]
    lines = [
        f"{len(made)} payments: "
        + ", ".join(f"{actions[name]} {name}" for name in ("apply", "review", "ignore")),
        (
            f"{sum(times) / 1000:.2f} s; a payment takes {middle:.2f} ms at the median,"
            f" {high:.2f} ms at p99, {times[-1]:.2f} ms at most"
        ),
    ]
    lines += [f"{count:6d}  {rule}" for rule, count in rules.most_common()]
    return "\n".join(lines)
