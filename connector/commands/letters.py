"""What the letters of a client look like: written into a folder, side by side."""

from __future__ import annotations

from argparse import Namespace
from html import escape
from pathlib import Path

from connector import letter_preview
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.letter_preview import NoCustomer, Shown
from connector.tenants import State
from dunning.phrases import LANGUAGES

INDEX = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Letters of {name}</title>
<style>
body {{ font-family: sans-serif; margin: 1rem; }}
.row {{ display: flex; flex-wrap: wrap; gap: 1rem; }}
figure {{ margin: 0; }}
iframe {{ width: 24rem; max-width: 100%; height: 44rem; border: 1px solid #999; }}
</style>
</head>
<body>
<h1>Letters of {name}</h1>
{rows}
</body>
</html>
"""


def add(verbs: Verbs) -> None:
    letter = verbs.group("letter", "the letters that customers get")
    shown = letter.verb("preview", preview, "write every letter into a folder; nothing is sent")
    shown.takes("client").option("--customer", default="", help="its id; without it an example")
    shown.option("--step", default="").option("--language", default="", choices=LANGUAGES)
    shown.option("--out", required=True, help="a folder, made if it is not there")


def preview(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        live = [c for c in connections_of(tx, given.client) if c.state is State.LIVE]
    if not live:
        raise CommandError(f"no company of {given.client!r} is connected")
    connection = live[0]
    try:
        found = letter_preview.letters(
            deps, connection, customer_id=given.customer, language=given.language
        )
    except NoCustomer as error:
        raise CommandError(str(error)) from None
    wanted = [one for one in found if given.step in ("", one.step)]
    if not wanted and not found:
        raise CommandError("the policy sends no messages; see `ledgerhand policy show`")
    if not wanted:
        steps = ", ".join(dict.fromkeys(one.step for one in found))
        raise CommandError(f"there is no message {given.step!r}; there are {steps}")
    folder = Path(given.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in wanted:
            _write(folder, one)
        index = INDEX.format(name=escape(connection.name), rows="\n".join(_rows(wanted)))
        (folder / "index.html").write_text(index, "utf-8")
    except OSError as error:
        raise CommandError(f"{folder} cannot be written to: {error.strerror}") from None
    for one in wanted:
        say(f"{_name(one)}: {one.letter.subject if one.letter else one.missing}")
    say(f"Open {folder / 'index.html'} to see them side by side.")


def _write(folder: Path, one: Shown) -> None:
    if one.letter is None:
        (folder / f"{_name(one)}.html").write_text(f"<p>{escape(one.missing)}</p>", "utf-8")
        return
    text = f"Subject: {one.letter.subject}\n\n{one.letter.text}"
    (folder / f"{_name(one)}.txt").write_text(text, "utf-8")
    (folder / f"{_name(one)}.html").write_text(one.letter.html, "utf-8")


def _rows(wanted: list[Shown]) -> list[str]:
    steps = dict.fromkeys(one.step for one in wanted)
    return [
        f'<h2>{escape(step)}</h2>\n<div class="row">'
        + "".join(_figure(one) for one in wanted if one.step == step)
        + "</div>"
        for step in steps
    ]


def _figure(one: Shown) -> str:
    title = f"{one.payer} payer: {one.letter.subject if one.letter else one.missing}"
    frame = f'<iframe src="{escape(_name(one))}.html" title="{escape(title)}" sandbox></iframe>'
    return f"<figure><figcaption>{escape(title)}</figcaption>{frame}</figure>"


def _name(one: Shown) -> str:
    return f"{one.step.replace(' ', '-')}-{one.payer}"
