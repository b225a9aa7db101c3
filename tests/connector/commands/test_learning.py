"""What was learned, on the command line: listed, revoked, taken up again."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from connector.commands import learning
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.deps import Deps
from connector.evidence import aliases, habits
from matching.facts.items import Tally
from tests.connector.office import connect

CLIENT = ("--client", "Cedar Books")


@pytest.fixture
def office(deps: Deps) -> Deps:
    connection_id = connect(deps)
    with deps.writing() as tx:
        for number in range(3):
            aliases.observe(
                tx, connection_id, payer="Fig", account="", customer_id="c1",
                subject=f"bank:b{number}", at=deps.now(),
            )  # fmt: skip
        habits.keep_experience(
            tx, connection_id, {"named_exact": Tally(12, 12)}, now=deps.now()
        )  # fmt: skip
    return deps


def typed(deps: Deps, *words: str) -> None:
    parser = ArgumentParser()
    learning.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(deps, given)


def test_what_was_learned_is_listed_and_revoked(
    office: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(office, "learning", "list", *CLIENT)
    said = capsys.readouterr().out
    assert all(words in said for words in ("alias:1", "proposed", "rule:named_exact", "12 of 12"))
    typed(office, "learning", "accept", "alias:1", *CLIENT)
    typed(office, "learning", "revoke", "rule:named_exact", *CLIENT)
    typed(office, "learning", "revoke", "rule:named_exact", *CLIENT)
    assert capsys.readouterr().out == (
        "It is used from now on.\nIt is not used any more.\nIt is so already.\n"
    )
    with pytest.raises(CommandError, match="'groups:9' can be changed"):
        typed(office, "learning", "revoke", "groups:9", *CLIENT)
