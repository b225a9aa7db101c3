"""Where all money is: the report, its signed copies, and whether a copy is genuine."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from connector.commands.arguments import Verbs, day
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.proof import conservation, discrepancies, signed_reports
from connector.proof.signed_reports import NotGenuine
from connector.proof.whereabouts import NAMES


def add(told: Verbs) -> None:
    verb = told.verb("conservation", show_conservation, "received, and where each part of it is")
    verb.takes("client").lists()
    verb.option("--signed", default="", metavar="FILE", help="write the newest signed report")
    verb.option("--day", default="", metavar="DATE", help="the signed report of that day instead")
    check = told.verb("verify", verify, "whether a signed report is as it was signed")
    check.takes("file").option("--public-key", default="", metavar="KEY")
    told.verb("public-key", public_key, "what others check signed reports with").lists()


def show_conservation(deps: Deps, given: Namespace) -> None:
    """Fails where a receipt does not add up and nobody has explained it."""
    if given.signed:
        _export(deps, given)
        return
    rows, wrong = [], []
    with deps.snapshot() as tx:
        for connection in connections_of(tx, given.client):
            known = {one.subject: one for one in discrepancies.listed(tx, connection.id)}
            for line in conservation.conservation(tx, connection.id):
                rows.append({
                    "company": connection.name, "currency": line.currency,
                    "received": line.received.amount,
                    **{name: getattr(line.parts, name).amount for name in NAMES},
                    "taken_back": line.taken_back.amount, "counted_once": len(line.once),
                    "faults": "; ".join(line.faults) or "none",
                })  # fmt: skip
                for receipt in line.broken:
                    before = known.get(receipt.subject)
                    if not (before and before.explained_by and before.fault == receipt.fault):
                        wrong.append(f"{connection.name}, {receipt.subject}: {receipt.fault}")
    show(rows, as_json=given.json, empty="No money has come in.")
    if wrong:
        raise CommandError("\n".join(["money does not add up:", *wrong, discrepancies.NEXT]))


def verify(deps: Deps, given: Namespace) -> None:
    trusted = [given.public_key] if given.public_key else _public_keys(deps).values()
    try:
        reports = [
            signed_reports.check(one, trusted)
            for one in signed_reports.read(_text_of(Path(given.file)))
        ]
    except NotGenuine as error:
        raise CommandError(f"{given.file}: {error}") from None
    for report in reports:
        faults = [fault for line in report["currencies"] for fault in line["not_adding_up"]]
        told = "all money adds up" if not faults else f"{len(faults)} receipts do not add up"
        say(f"Genuine: {report['company']} on {report['day']}, {told}.")


def public_key(deps: Deps, given: Namespace) -> None:
    rows = [{"key": name, "public_key": text} for name, text in _public_keys(deps).items()]
    show(rows, as_json=given.json, empty="")


def _export(deps: Deps, given: Namespace) -> None:
    wanted = day("--day", given.day) if given.day else None
    with deps.reading() as tx:
        connections = connections_of(tx, given.client)
        found = [
            signed_reports.kept(tx, connection.id, day=wanted, until=deps.now())
            for connection in connections
        ]
    reports = [signed for signed in found if signed]
    if not reports:
        raise CommandError("there is no signed report of it; one is made each night")
    text = json.dumps(reports, indent=2, ensure_ascii=False)
    try:
        Path(given.signed).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{given.signed} cannot be written: {error.strerror}") from None
    said = ", ".join(f"{it['report']['company']} on {it['report']['day']}" for it in reports)
    say(f"{given.signed}: {said}.")


def _public_keys(deps: Deps) -> dict[str, str]:
    keys = deps.config.keys
    if not keys:
        raise CommandError("LEDGERHAND_VAULT_KEYS is empty: nothing is signed; give --public-key")
    return signed_reports.public_keys(keys)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{file} cannot be read; name a file that --signed wrote") from None
