"""A client's own mail server, set with its password on standard input, and forgotten."""

from __future__ import annotations

import sys
from argparse import Namespace

from connector.access import mail_setup
from connector.access.mail_setup import NotTaken
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say
from connector.commands.people import find_client, me
from connector.deps import Deps
from connector.recipients.mail_servers import BadServer, Settings
from providers.email.smtp import Security

FORGET = "none"


def add(sending: Verbs) -> None:
    verb = sending.verb(
        "server", set_server,
        "a client's own mail server, its password on standard input; HOST `none` forgets it",
    )  # fmt: skip
    verb.takes("client", "host").option("--port", default="587")
    verb.option("--user", default="", help="who signs in there")
    verb.option("--security", default=Security.STARTTLS.value, choices=[*map(str, Security)])
    verb.option("--selector", default="", help="the DKIM selector that it signs with")
    verb.option("--include", default="", help="the name in SPF that permits it, or an IP address")


def set_server(deps: Deps, given: Namespace) -> None:
    """From standard input, because arguments are seen by everybody on the machine."""
    with deps.reading() as tx:
        client = find_client(tx, given.client)
    if given.host == FORGET:
        mail_setup.forget(deps, client.id, by=me())
        say(f"Messages of {client.name} go through the installation's mail server.")
        return
    settings = Settings(
        given.host, whole_number(given.port, f"{given.port!r} is no port"), given.user,
        Security(given.security), given.selector, given.include,
    )  # fmt: skip
    password = sys.stdin.readline().rstrip("\r\n")
    try:
        said = mail_setup.keep(deps, client.id, settings, password, by=me())
    except NotTaken as fault:
        words = f"{fault}: {fault.said}" if fault.said else str(fault)
        raise CommandError(f"nothing was changed: {words}. {fault.mend}") from None
    except BadServer as fault:
        raise CommandError(f"nothing was changed: {fault}") from None
    say(f"It let us sign in ({said}). Messages of {client.name} go through it.")
    if not settings.is_vouched_for:
        say("Give --selector or --include: without either, receivers may turn messages down.")
