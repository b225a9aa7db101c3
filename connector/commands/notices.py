"""What is told and said unasked: switched on and off, and looked at before anything is sent."""

from __future__ import annotations

from argparse import Namespace

from connector import daily
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.deps import Deps
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.notice_settings import HOUR_MAX

SWITCHES = {"digest": "daily_digest", "forewarning": "forewarning", "thanks": "thank_you"}
HOURS = {"digest": "digest_hour", "forewarning": "forewarning_hour"}
STATES = {"on": True, "off": False}


def add(verbs: Verbs) -> None:
    group = verbs.group("notices", "the digest, the forewarning and thanks for payments")
    group.verb("show", show_notices, "what is on, and at which hour").takes("client").lists()
    switched = group.verb("set", switch, f"switch one: {', '.join(SWITCHES)}; on or off")
    switched.takes("client", "name", "state").option(
        "--hour", default="", help="0 to 23, by the clock of the client's zone"
    )
    group.verb("preview", preview, "the next digest and forewarning; nothing is sent").takes(
        "client"
    )


def show_notices(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        notices = policy.current(tx, find_client(tx, given.client).id).policy.notices
    rows = [
        {
            "notice": name,
            "state": "on" if getattr(notices, switch_) else "off",
            "hour": getattr(notices, HOURS[name]) if name in HOURS else None,
        }
        for name, switch_ in SWITCHES.items()
    ]
    show(rows, as_json=given.json, empty="")


def switch(deps: Deps, given: Namespace) -> None:
    if given.name not in SWITCHES or given.state not in STATES:
        raise CommandError(
            f"{given.name} {given.state}: write one of {', '.join(SWITCHES)}, and on or off"
        )
    change: dict[str, bool | int] = {SWITCHES[given.name]: STATES[given.state]}
    if given.hour:
        change |= _hour(given.name, given.hour)
    with deps.reading() as tx:
        client = find_client(tx, given.client)
    number = allowing.switch_notices(deps, client.id, change, by=me())
    how = f"with policy version {number}" if number else "as before"
    say(f"{given.name} is {given.state} for {client.name}, {how}.")


def preview(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        for connection in connections_of(tx, given.client):
            told = daily.digest_of(tx, deps, connection)
            ahead = daily.forewarning_of(tx, deps, connection)
            say(told.text if told else f"{connection.name}: yesterday there was nothing to tell.\n")
            say(ahead.text if ahead else f"{connection.name}: no message goes out tomorrow.\n")


def _hour(name: str, text: str) -> dict[str, int]:
    wrong = f"--hour {text!r} is no hour; write one from 0 to {HOUR_MAX}"
    hour = whole_number(text, wrong)
    if hour > HOUR_MAX:
        raise CommandError(wrong)
    if name not in HOURS:
        raise CommandError(f"{name} follows payments and has no hour; leave --hour out")
    return {HOURS[name]: hour}
