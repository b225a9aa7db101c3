"""What somebody outside needs to know of the running demonstration: addresses and credentials."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from connector.demo.world import KEEPER, App, Place, Stage


def gathered(
    stage: Stage, *, page_url: str, variables: Path, ours: Sequence[App], tools: Sequence[App],
    connections: dict[str, int],
) -> dict[str, Any]:  # fmt: skip
    """`tools` are the second apps, one for each vendor, whose tokens let anybody act as the
    bookkeeper; `connections` are ours by company id; `variables` is the file that points
    the command line at all this."""
    host = stage.host
    own = {app.ledger: app for app in ours}
    return {
        "pages": page_url,
        "variables_file": str(variables),
        "control": host.address("control"),
        "smtp": {"host": host.smtp[0], "port": host.smtp[1]},
        "ledgers": {
            app.ledger: {
                "base_url": host.address(app.ledger),
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "webhook_key": own[app.ledger].webhook_key,
                "product_client_id": own[app.ledger].client_id,
                "product_client_secret": own[app.ledger].client_secret,
            }
            for app in tools
        },
        "companies": [_company(stage, place, tools, connections) for place in stage.places],
    }


def write(file: Path, found: dict[str, Any]) -> None:
    """As a whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(json.dumps(found, indent=2))
    fresh.replace(file)


def _company(
    stage: Stage, place: Place, tools: Sequence[App], connections: dict[str, int]
) -> dict[str, Any]:
    tool = next(app for app in tools if app.ledger == place.business.ledger)
    return {
        "name": place.business.name,
        "ledger": place.business.ledger,
        "id": place.company_id,
        "connection_id": connections.get(place.company_id),
        "client_id": tool.client_id,
        "access_token": stage.token(tool, place.company_id),
    }


def _of_company(client: int, name: str) -> tuple[str, ...]:
    """What was done there that is worth a look, in the words of the command line."""
    return (
        f"  ledgerhand plan {client} --days 7   # {name}: its shipped policy by segment",
        f"  ledgerhand promise list {client}    # a promise kept, and one broken",
        f"  ledgerhand consent list {client}    # who agreed to texts and calls",
        f"  ledgerhand case steps {client}      # credit holds, and below letters to post",
    )


def text(found: dict[str, Any]) -> str:
    """The same for people, with what to try."""
    lines = [
        "", f"The pages:  {found['pages']}  (sign in as {KEEPER})",
        f"Control:    {found['control']}", f"Mail:       {found['control']}/control/mail",
        f"Telephone:  {found['control']}/control/phone", "",
    ]  # fmt: skip
    for name, ledger in found["ledgers"].items():
        lines.append(f"{name}:  {ledger['base_url']}")
        lines.append(f"  client id {ledger['client_id']}, secret {ledger['client_secret']}")
    for company in found["companies"]:
        lines.append(f"  {company['name']} ({company['ledger']}): {company['id']}")
    pay = '{"company": "...", "invoices": ["..."], "amount": "100.00", "remittance": "..."}'
    return "\n".join([
        *lines, "", "Try:",
        "  open the pages and look at what waits for a person",
        f"  . {shlex.quote(found['variables_file'])}   # then in this terminal:",
        "  ledgerhand client list   # after `make demo` it is .venv/bin/ledgerhand",
        *(line for place, company in enumerate(found["companies"], 1) for line in _of_company(
            place, company["name"])),
        "  ledgerhand letters list",
        f"  curl {found['control']}/control/mail    # reminders, thanks, digests, account pages",
        f"  curl {found['control']}/control/phone   # texts and machine calls",
        f"  curl {found['control']}/control/pay -d '{pay}'",
        f"  curl {found['control']}/control/clock -d '{{\"advance_seconds\": 86400}}'",
        "Stop with Ctrl-C.",
    ])  # fmt: skip
