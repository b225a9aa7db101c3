"""Upkeep: the schema, the vault's keys, sending domains, and whether everything is in order."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from connector import doctor, schema, vault
from connector.access import grants
from connector.clients import tenants
from connector.commands import mail_server
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show
from connector.db import Tx
from connector.deps import Deps
from connector.firm_news import hook_endpoints
from connector.receiving import processor_keys
from connector.recipients import domains, mail_servers
from connector.recipients.domains import Sender
from providers.email.domain import domain_of, is_domain


def add(verbs: Verbs) -> None:
    verbs.verb("doctor", examine, "what is in order, and what to mend").lists()
    base = verbs.group("db", "the database")
    base.verb("upgrade", upgrade, "apply the migrations that are missing")
    sending = verbs.group("domain", "the domains that messages are sent from")
    sending.verb("list", list_domains, "each sender, and whether it may send").lists()
    mail_server.add(sending)
    sending.verb("check", check_domain, "read the DNS of one domain, or of all, now").option(
        "domain", nargs="?", default="", metavar="DOMAIN"
    ).lists()
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


def list_domains(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        rows = [_row(tx, deps, sender) for sender in domains.senders(tx, deps.config)]
    show(rows, as_json=given.json, empty="Nothing is sent from anywhere.")


def check_domain(deps: Deps, given: Namespace) -> None:
    domain = domain_of(given.domain)
    if given.domain and not is_domain(domain):
        raise CommandError(f"{given.domain!r} is no domain; write one such as example.com")
    with deps.reading() as tx:
        senders = domains.senders(tx, deps.config)
    if domain:
        named = [sender for sender in senders if sender.domain == domain]
        senders = named or [Sender(domain)]
    for name, server in {(sender.domain, sender.server) for sender in senders}:
        domains.refresh(deps, name, server)
    with deps.reading() as tx:
        rows = [_row(tx, deps, sender) for sender in senders]
    show(rows, as_json=given.json, empty="Nothing is sent from anywhere.")
    held = [row["sender"] for row in rows if not row["may_send"]]
    if held:
        raise CommandError(f"nothing is sent from {', '.join(held)}")


def _row(tx: Tx, deps: Deps, sender: Sender) -> dict[str, Any]:
    permission = domains.may_send(tx, deps.config, sender, deps.now())
    found = domains.known(tx, sender.domain, sender.server)
    states = {p: found.findings[p].state.value if found and found.findings else ""
              for p in domains.PARTS}  # fmt: skip
    return {
        "sender": sender.address, **states,
        "checked_at": found.checked_at if found else None, "may_send": permission.allowed,
        "what": permission.text,
    }  # fmt: skip


def new_key(_given: Namespace) -> None:
    say(vault.new_key())


def rotate(deps: Deps, _given: Namespace) -> None:
    keys = vault.Vault(deps.config.keys)
    with deps.writing() as tx:
        changed = grants.reseal(tx, keys) + tenants.reseal(tx, keys)
        changed += processor_keys.reseal(tx, keys) + hook_endpoints.reseal(tx, keys)
        changed += mail_servers.reseal(tx, keys)
    say(f"{changed} rows are now sealed under the newest key.")
