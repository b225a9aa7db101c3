"""What a client's policy says to its customers: written into a folder, side by side."""

from __future__ import annotations

from argparse import Namespace
from html import escape
from pathlib import Path

from connector.account.account_faults import CannotRead
from connector.clients.tenants import State
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say
from connector.commands.people import connections_of
from connector.deps import Deps
from connector.wording import letter_preview
from connector.wording.letter_preview import NoCustomer, Shown
from dunning.words.phrases import LANGUAGES
from providers.letters.pdf import print_letter

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
pre {{ width: 24rem; max-width: 100%; max-height: 44rem; overflow: auto; white-space: pre-wrap; }}
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
    shown = letter.verb("preview", preview, "write all that is said into a folder; nothing is sent")
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
        found = letter_preview.stages_of(
            deps, connection, customer_id=given.customer, language=given.language
        )
    except NoCustomer as error:
        raise CommandError(str(error)) from None
    except CannotRead as fault:
        raise CommandError(f"customer {given.customer}: {fault}") from None
    wanted = [one for one in found if given.step in ("", one.step)]
    if not wanted:
        steps = ", ".join(dict.fromkeys(one.step for one in found))
        raise CommandError(f"there is no step {given.step!r}; there are {steps}")
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
        say(f"{_name(one)}: {_told(one)}")
    say(f"Open {folder / 'index.html'} to see them side by side.")


def _write(folder: Path, one: Shown) -> None:
    file = folder / _name(one)
    text = _told(one)
    if one.words:
        head = f"Subject: {one.words.subject}" if one.words.html else text
        text = "\n\n".join(filter(None, (head, one.words.text)))
        if one.words.html:
            file.with_suffix(".html").write_text(one.words.html, "utf-8")
        if one.words.paper:
            file.with_suffix(".pdf").write_bytes(print_letter(one.words.paper).pdf)
    file.with_suffix(".txt").write_text(text, "utf-8")


def _told(one: Shown) -> str:
    """What it is, in a line."""
    asked = f"a person decides this: {one.person}" if one.person else ""
    words = one.words
    about = (words.medium, words.subject) if words and words.text else (one.missing,)
    return "; ".join(filter(None, (asked, *about)))


def _rows(wanted: list[Shown]) -> list[str]:
    steps = dict.fromkeys(one.step for one in wanted)
    return [
        f'<h2>{escape(step)}</h2>\n<div class="row">'
        + "".join(_figure(one) for one in wanted if one.step == step)
        + "</div>"
        for step in steps
    ]


def _figure(one: Shown) -> str:
    title, name = f"{one.payer} payer: {_told(one)}", escape(_name(one))
    if one.words and one.words.html:
        shown = f'<iframe src="{name}.html" title="{escape(title)}" sandbox></iframe>'
    else:
        shown = f"<pre>{escape(one.words.text)}</pre>" if one.words and one.words.text else ""
    if one.words and one.words.paper:
        shown = f'<a href="{name}.pdf">As it is printed</a>{shown}'
    return f"<figure><figcaption>{escape(title)}</figcaption>{shown}</figure>"


def _name(one: Shown) -> str:
    return f"{one.step.replace(' ', '-')}-{one.payer}"
