"""Trying the matcher on a client's own past, and what came of it."""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from connector.clients.tenants import Connection, State
from connector.commands.arguments import Verbs, day
from connector.commands.output import CommandError, say, show, show_one
from connector.commands.people import chosen
from connector.deps import Deps
from connector.learning import backtest, calibration_plot, experience
from connector.learning.backtest import RESULT, CannotTry, Kept
from connector.learning.calibration_plot import WORDS
from matching.trying.backtest import Disagreement, Part, Result, Scores, Side
from matching.trying.scoring import Row, Share
from providers.errors import LedgerError, TryLater

POLICIES = {"every": "with every rule on", "present": "under the present policy"}


def add(verbs: Verbs) -> None:
    trial = verbs.verb("backtest", try_past, "the matcher on a client's past, beside what was done")
    trial.option("--client", required=True).option("--company", default="", help="one of several")
    trial.option("--from", dest="since", default="", metavar="DATE", help="such as 2026-01-31")
    trial.option("--to", dest="until", default="", metavar="DATE")
    trial.option("--last", action="store_true", help="show the newest one again; reads no ledger")
    trial.option("--plot", default="", metavar="FILE.svg", help="draw the calibration").lists()


def try_past(deps: Deps, given: Namespace) -> None:
    if given.last == bool(given.since or given.until):
        raise CommandError("say either --from and --to, or --last")
    connection = chosen(deps, given.client, given.company)
    plot = _writable(given.plot) if given.plot else None
    if given.last:
        with deps.reading() as tx:
            kept = backtest.last(tx, connection.id)
        if kept is None:
            raise CommandError(
                f"there is no backtest of {connection.name} yet; say --from and --to"
            )
    else:
        since, until = day("--from", given.since), day("--to", given.until)
        kept = _run(deps, connection, since, until)
    if plot is not None:
        _draw(plot, calibration_plot.drawn(kept.result, connection.name))
    _tell(connection, kept, as_json=given.json)


def _run(deps: Deps, connection: Connection, since: date, until: date) -> Kept:
    if connection.state is not State.LIVE:
        raise CommandError(f"{connection.name} is not connected now ({connection.state.value})")
    try:
        kept = backtest.run(deps, connection, since, until)
    except CannotTry as error:
        raise CommandError(str(error)) from None
    except TryLater as later:
        minutes = int(later.wait.total_seconds() // 60) + 1
        raise CommandError(f"{later}; nothing was kept, try again in {minutes} min") from None
    except LedgerError as error:
        raise CommandError(f"{connection.name} cannot be read: {error}; nothing was kept") from None
    with deps.writing() as tx:
        experience.refresh(tx, connection, now=deps.now())
    return kept


def _writable(name: str) -> Path:
    """Told before the ledger is read, which may take minutes."""
    path = Path(name)
    if path.suffix != ".svg" or path.is_dir() or not path.parent.is_dir():
        raise CommandError(f"{name} cannot be drawn to; name a .svg file in a folder that is there")
    return path


def _draw(path: Path, picture: str) -> None:
    try:
        path.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from None


def _tell(connection: Connection, kept: Kept, *, as_json: bool) -> None:
    result = kept.result
    if as_json:
        show_one({
            "company": connection.name, "number": kept.number, "at": kept.at,
            **RESULT.dump_python(result, mode="json"),
        })  # fmt: skip
        return
    say(_head(connection.name, kept))
    for side in result.sides:
        _tell_side(result, side)
    _tell_disagreements(result.disagreements)
    say("\nWhat this cannot know:")
    for sentence in result.unknown:
        say(f"* {sentence}")


def _head(company: str, kept: Kept) -> str:
    result = kept.result
    money = ", ".join(f"{currency} {sum_:,}" for currency, sum_ in result.money.items())
    return (
        f"{company}, {result.since} to {result.until} (backtest {kept.number} of"
        f" {kept.at:%Y-%m-%d %H:%M} UTC, policy version {result.policy_version}):"
        f" {result.receipts} receipts, {result.looked_at} looked at ({money or 'no money'}),"
        f" {result.unapplied} of them left unapplied by the bookkeeper."
    )


def _tell_side(result: Result, side: Side) -> None:
    say(f"\n{WORDS[side.question].capitalize()}, every rule on:")
    say(_summary(side.every, result.looked_at))
    _rows(side.every.rules)
    say("By family:")
    _rows(side.every.families)
    say("The present policy:")
    say(_summary(side.present, result.looked_at))
    _rows(side.present.rules)
    say("Said and right:")
    show(
        [
            {"confidence": f"{one.low:.1%} to {one.high:.1%}", "said": f"{one.confidence:.1%}",
             "cases": one.right.judged, "right": _share(one.right)}
            for one in side.calibration
        ],
        as_json=False, empty="Nothing to compare.",
    )  # fmt: skip


def _summary(scores: Scores, looked_at: int) -> str:
    whole, best = scores.all, scores.suggestions
    money = ", ".join(f"{share:.1%} of {currency}" for currency, share in whole.of_money.items())
    return (
        f"{whole.decided} of {looked_at} decided ({money or 'no money'}), {whole.right.right} of"
        f" {whole.right.judged} as the bookkeeper did; {scores.left_to_person} left to a person,"
        f" where the first suggestion was right in {best.right} of {best.judged}."
    )


def _rows(rows: tuple[Row, ...]) -> None:
    """`left` is what the bookkeeper left unapplied, `share` and `money` are of all."""
    show(
        [
            {"name": row.name, "decided": row.decided, "equal": row.equal, "other": row.other,
             "left": row.unapplied, "right": _share(row.right), "share": f"{row.of_receipts:.1%}",
             "money": " ".join(f"{share:.1%}" + f" {currency}" * (len(row.of_money) > 1)
                               for currency, share in row.of_money.items())}
            for row in rows
        ],
        as_json=False, empty="Nothing decided.",
    )  # fmt: skip


def _share(right: Share) -> str:
    """The share, and in brackets where the true one probably lies."""
    if right.share is None:
        return ""
    return f"{right.share:.1%} ({right.low:.0%}-{right.high:.0%})"


def _tell_disagreements(found: tuple[Disagreement, ...]) -> None:
    say("\nWhere the bookkeeper did something else:" if found else "\nNo disagreement.")
    for one in found:
        policies = " and ".join(POLICIES[name] for name in one.policies)
        say(
            f"* {one.received} {one.amount} of {one.customer or 'several customers'}"
            f" ({', '.join(one.receipts)}), text {one.text!r}\n"
            f"  {WORDS[one.question]}, rule {one.rule}, {policies}\n"
            f"  decided:    {_parts(one.decided)}\n"
            f"  bookkeeper: {_parts(one.bookkeeper)}\n"
            f"  why:        {'; '.join(one.reasons)}"
        )


def _parts(parts: tuple[Part, ...]) -> str:
    named = (f"{part.number or part.document_id} {part.amount}" for part in parts)
    return ", ".join(named) or "nothing"
