"""A client's own templates: taken in from files, listed, shown and taken away."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from pydantic import ValidationError

from connector.answering.answers import CannotAnswer
from connector.clients.tenants import Client
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say, show
from connector.commands.people import find_client, me
from connector.deps import Deps
from connector.rule_changes import allowing
from connector.rules import policy
from connector.rules.policy import Policy, Version
from dunning.letter.own_letter import dropped
from dunning.rules import own_template
from dunning.rules.own_template import OwnTemplate
from dunning.words.phrases import LANGUAGES


def add(verbs: Verbs) -> None:
    own = verbs.group("template", "a client's own letters, instead of ours")
    taken = own.verb("import", take_in, "check a file and use it: .html or .txt")
    taken.takes("client", "file").option("--step", required=True).option(
        "--language", required=True, choices=LANGUAGES
    )
    own.verb("list", list_templates, "every template of a client").takes("client").lists()
    for name, work, text in (
        ("show", show_template, "print a template"),
        ("drop", drop_template, "use our words again"),
    ):
        verb = own.verb(name, work, text).takes("client").option("--step", required=True)
        verb.option("--language", required=True, choices=LANGUAGES)


def take_in(deps: Deps, given: Namespace) -> None:
    client, version = _in_force(deps, given)
    rules = version.policy
    steps = [step.name for step in rules.dunning.steps]
    if given.step not in steps:
        raise CommandError(f"there is no step {given.step!r}; the policy has {', '.join(steps)}")
    template = _read(given)
    others = [it for it in rules.dunning.templates if not _is(it, given)]
    number = _save(deps, client, version, (*others, template))
    if taken_out := dropped(template):
        say(f"Taken out, since no mail may hold it: {', '.join(taken_out)}.")
    say(f"{given.file} is used for {given.step!r} in {given.language!r}: policy version {number}.")


def list_templates(deps: Deps, given: Namespace) -> None:
    rules = _in_force(deps, given)[1].policy
    rows = [
        {
            "step": it.step, "language": it.language, "kind": "html" if it.markup else "text",
            "subject": it.subject or "(ours)", "characters": len(it.body),
        }
        for it in rules.dunning.templates
    ]  # fmt: skip
    show(rows, as_json=given.json, empty="No template of its own: our words are used.")


def show_template(deps: Deps, given: Namespace) -> None:
    rules = _in_force(deps, given)[1].policy
    template = _wanted(rules, given)
    say(f"Subject: {template.subject}\n\n{template.body}" if template.subject else template.body)


def drop_template(deps: Deps, given: Namespace) -> None:
    client, version = _in_force(deps, given)
    _wanted(version.policy, given)
    others = tuple(it for it in version.policy.dunning.templates if not _is(it, given))
    number = _save(deps, client, version, others)
    say(f"Our words are used for {given.step!r} in {given.language!r}: policy version {number}.")


def _in_force(deps: Deps, given: Namespace) -> tuple[Client, Version]:
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        return client, policy.current(tx, client.id)


def _read(given: Namespace) -> OwnTemplate:
    try:
        text = Path(given.file).read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{given.file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{given.file} is no UTF-8 text; save it as UTF-8") from None
    try:
        return own_template.read(text, name=given.file, step=given.step, language=given.language)
    except ValidationError as error:
        faults = [fault["msg"].removeprefix("Value error, ") for fault in error.errors()]
        listed = "\n".join(f"  {line}" for fault in faults for line in fault.splitlines())
        raise CommandError(f"{given.file} is not used:\n{listed}") from None
    except ValueError as error:
        raise CommandError(str(error)) from None


def _wanted(rules: Policy, given: Namespace) -> OwnTemplate:
    found = next((it for it in rules.dunning.templates if _is(it, given)), None)
    if found is None:
        raise CommandError(
            f"there is no template for {given.step!r} in {given.language!r};"
            " see `ledgerhand template list`"
        )
    return found


def _is(template: OwnTemplate, given: Namespace) -> bool:
    return (template.step, template.language) == (given.step, given.language)


def _save(deps: Deps, client: Client, before: Version, templates: tuple[OwnTemplate, ...]) -> int:
    rules = before.policy
    dunning = rules.dunning.model_dump() | {"templates": templates}
    try:
        changed = Policy.model_validate({**rules.model_dump(), "dunning": dunning})
        return allowing.set_policy(deps, client.id, changed, by=me(), base=before.number)
    except (ValidationError, CannotAnswer) as error:
        raise CommandError(f"the policy cannot take it: {error}") from None
