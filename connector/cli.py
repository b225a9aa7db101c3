"""The command line: `ledgerhand COMMAND`. Errors say what to mend, and never show a traceback."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from functools import cache

import sqlalchemy as sa

from connector import config, deps, logs, queues
from connector.answering.answers import CannotAnswer
from connector.commands import (
    asking,
    backtest,
    casework,
    charges,
    colleagues,
    contacts,
    crediting,
    deductions,
    disputing,
    erasing,
    explain,
    firms,
    forecasts,
    hooks,
    key_accounts,
    learning,
    letters,
    match,
    notices,
    paper,
    pausing,
    payers,
    payment_plans,
    people,
    planning,
    policies,
    portal,
    promising,
    receipts,
    replies,
    run,
    telephone,
    templates,
    upkeep,
    whatif,
)
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.config import ConfigError
from connector.redis_server import RedisUnavailable, redis_for
from connector.vault import VaultError

MENDABLE = (CommandError, ConfigError, CannotAnswer, RedisUnavailable, VaultError)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; the exit code is 0, or 1 with one line on standard error."""
    given = _parser().parse_args(arguments)
    try:
        if given.alone:
            given.work(given)
            return
        settings = config.load()
        config.make_folder(settings)
        logs.start(settings.log_level if given.work in run.SERVING else "error")
        redis = redis_for(settings.data_dir, settings.redis_url)
        given.work(deps.build(settings, queues.bell(redis.url)), given)
    except MENDABLE as error:
        sys.exit(f"ledgerhand: {error}")
    except (sa.exc.OperationalError, sa.exc.ProgrammingError) as error:
        sys.exit(f"ledgerhand: the database cannot be used: {error.orig}; try `ledgerhand doctor`")
    except KeyboardInterrupt:
        sys.exit(130)


@cache
def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="ledgerhand", description=__doc__)
    verbs = Verbs(parser)
    groups = (
        run, people, colleagues, policies, firms, asking, replies, pausing, key_accounts,
        contacts, promising,
        payment_plans, disputing, casework, portal, letters, templates, explain, planning,
        forecasts, crediting, receipts, payers, telephone, paper, charges, learning, deductions,
        match, backtest, whatif, notices, hooks, erasing, upkeep,
    )  # fmt: skip
    for group in groups:
        group.add(verbs)
    return parser
