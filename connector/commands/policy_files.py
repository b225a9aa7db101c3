"""A policy document as a file that a command names, and the version that it was made from."""

from __future__ import annotations

from pathlib import Path

from connector.commands.arguments import whole_number
from connector.commands.output import CommandError, say, show
from connector.rule_changes.allowing import Changed
from connector.rules import policy, policy_differences
from connector.rules.policy import Given, Policy, PolicyError, Version

BASE = "the version that the file was made from, where the file does not say it"


def read_policy(name: str) -> Policy:
    """A policy document from a file. Raises CommandError with every fault."""
    return read_document(name).policy


def read_document(name: str) -> Given:
    """The same with the version that it says it was printed from. Raises CommandError."""
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"there is no file {name}")
    try:
        return policy.read(path.read_bytes())
    except PolicyError as error:
        raise CommandError(f"{name}: {error}") from None


def base_of(document: Given, typed: str, *, owner: str, current: Version) -> int:
    """The version that a document was made from: the one typed, else the one it was printed from,
    if it is this owner's; else the one in force, which is said. Raises CommandError."""
    if typed:
        return whole_number(typed, f"--base {typed!r} is no version; write a number")
    if (printed := document.base_for(owner)) is not None:
        return printed
    if current.number:
        say(f"The file names no version of these rules: it replaces version {current.number}, which"
            f" {current.by} saved.")  # fmt: skip
    return current.number


def overtaken(error: Changed) -> CommandError:
    """What to do where somebody else saved meanwhile, with what they changed."""
    if error.opened:
        say(f"What was changed since version {error.opened.number}:")
        changed = policy_differences.changes(error.opened.policy, error.now.policy)
        show([it._asdict() for it in changed], as_json=False, empty="Nothing but the version.")
    return CommandError(
        f"{error}. Nothing was saved. Print the rules again, make your changes there and set them;"
        f" or set yours over them with --base {error.now.number}"
    )
