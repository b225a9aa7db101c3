"""Upkeep: the database's schema, the vault's keys, and whether everything is in order."""

from __future__ import annotations

from argparse import Namespace

from connector import doctor, grants, schema, tenants, vault
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show
from connector.deps import Deps


def add(verbs: Verbs) -> None:
    verbs.verb("doctor", examine, "what is in order, and what to mend").lists()
    base = verbs.group("db", "the database")
    base.verb("upgrade", upgrade, "apply the migrations that are missing")
    keys = verbs.group("vault", "the keys that seal tokens and company ids")
    keys.verb("new-key", new_key, "make a key for LEDGERHAND_VAULT_KEYS", alone=True)
    keys.verb("rotate", rotate, "seal everything under the newest key")


def examine(deps: Deps, given: Namespace) -> None:
    findings = doctor.examine(deps)
    show(
        [{"part": f.part, "state": f.state, "what": f.what} for f in findings],
        as_json=given.json, empty="Nothing to examine.",
    )  # fmt: skip
    broken = [f.part for f in findings if f.state == "broken"]
    if broken:
        raise CommandError(f"to mend: {', '.join(broken)}")


def upgrade(deps: Deps, _given: Namespace) -> None:
    schema.upgrade(deps.engine)
    say("The database is at the present schema.")


def new_key(_given: Namespace) -> None:
    say(vault.new_key())


def rotate(deps: Deps, _given: Namespace) -> None:
    keys = vault.Vault(deps.config.keys)
    with deps.writing() as tx:
        changed = grants.reseal(tx, keys) + tenants.reseal(tx, keys)
    say(f"{changed} rows are now sealed under the newest key.")
