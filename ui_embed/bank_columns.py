"""Which column of a bank's CSV is what: shown with its first lines, said by a person, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.clients.tenants import Client, Connection
from connector.past import bank_files
from connector.receiving import receipts
from providers.bank import chosen, reading
from providers.bank.chosen import Chosen
from providers.bank.mapping import DELIMITERS, ORDERS, REMOVABLE, ROLES, SIGNS, Mapping
from providers.bank.refusal import BadStatement
from providers.bank.table import Row
from providers.receipts import Entry
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("bank_columns", __name__)
REFUSED = 422
ENTRIES_SHOWN = 8
DECIMALS = (".", ",")
BOTH = "+"
"""Between two roles of one column, such as a text that also says whether a line is booked."""
UNUSED = "unused"
"""What a person says of a column that a question is about; of others an empty choice says it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is asked about: its place from 0, and what it is said to be, empty where it
    is not used. Where it `is_asked`, the guess left it to a person; where it `is_unsaid`, still."""

    place: int
    name: str
    said: str
    is_asked: bool
    is_unsaid: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """What the questions to a person are about: the columns as `guessed`, with what was asked at
    first, the places `asked` about until now, and those of them that are `unsaid` still."""

    guessed: Mapping
    asked: frozenset[int]
    unsaid: frozenset[int]

    @property
    def shown(self) -> tuple[int, ...]:
        return chosen.shown(self.guessed, self.asked)

    def about(self, mapping: Mapping) -> Matter:
        """With what the questions about the columns as chosen are about."""
        found = chosen.questioned(mapping)
        return replace(self, asked=self.asked | found, unsaid=self.unsaid | (found - self.asked))


@dataclass(frozen=True, slots=True)
class Asked:
    """A CSV that a person looks at: its first `lines`, and its first `entries` as they would be
    read. `is_refused` says that a form came that leaves something open or is wrong."""

    connection: Connection
    digest: str
    name: str
    chosen: Chosen
    lines: list[Row]
    entries: list[Entry]
    faults: list[str]
    matter: Matter
    is_refused: bool

    @property
    def mapping(self) -> Mapping:
        return self.chosen.mapping

    @property
    def columns(self) -> list[Column]:
        return [
            Column(
                place, self.mapping.called(place).strip(), roles_at(self.mapping, place),
                is_asked=place in self.matter.asked, is_unsaid=place in self.matter.unsaid,
            ) for place in self.matter.shown
        ]  # fmt: skip

    def said(self, setting: str) -> str:
        """What is known or said of a setting that the cells leave open."""
        is_doubted = any(setting in doubt.answers for doubt in self.mapping.doubts)
        return "" if is_doubted else str(getattr(self.mapping, setting))


def roles_at(mapping: Mapping, place: int) -> str:
    return BOTH.join(role for role in ROLES if place in mapping.columns.get(role, ()))


def bring(
    client: Client, connection: Connection, raw: bytes, name: str, *, account: str = "",
    mapping: Mapping | None = None,
) -> Response:  # fmt: skip
    """Import a file and say what came of it. Raises BadStatement."""
    done = receipts.import_statement(
        parts.here(), connection.id, raw, by=session.me().email, name=name, account=account,
        mapping=mapping,
    )  # fmt: skip
    flash(f"{name}: {done.lines} credits read, {done.new} of them new.", "success")
    for sentence in (*([mapping.told()] if mapping else ()), *done.told):
        flash(sentence, "info")
    return redirect(url_for("statements.show", client_id=client.id), code=303)


def hold(
    client: Client, connection: Connection, raw: bytes, name: str, mapping: Mapping, *,
    fault: str = "",
) -> str:  # fmt: skip
    """Keep a file until its columns are said, and ask about them. Raises BadStatement."""
    deps = parts.here()
    with deps.writing() as tx:
        key = bank_files.hold(tx, connection.id, raw, name=name, at=deps.now())
        kept = bank_files.kept_mapping(tx, connection.id, mapping)
    # What a person said of such files before stands, where this one leaves it open, too.
    before = (kept.date_order, kept.decimal) if kept else ("", "")
    rows = chosen.body(raw, mapping)
    found = chosen.settled(rows, mapping, date_order=before[0], decimal=before[1])
    asked = chosen.questioned(mapping)
    matter = Matter(mapping, asked, asked)
    return _ask(client, connection, (key, name, raw), found, rows, matter=matter, fault=fault)


@pages.post("/clients/<int:client_id>/statements/columns")
def confirm(client_id: int) -> str | Response | tuple[str, int]:
    """Import a file that waited, by the columns that a person said; they are kept."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        connections = ownership.connections_of(tx, client)
        number, key = request.form.get("company", ""), request.form.get("digest", "")
        connection = next((c for c in connections if str(c.id) == number), None)
        waiting = bank_files.held(tx, connection.id, key) if connection else None
    if connection is None or waiting is None:
        flash("That file waits no more. Upload it again.", "warning")
        return redirect(url_for("statements.show", client_id=client.id), code=303)
    name, raw = waiting
    guessed = receipts.choose(deps, connection.id, raw, {}, is_shown=True)
    if guessed is None:
        abort(400)
    rows, matter = chosen.body(raw, guessed), _matter(guessed)
    found = chosen.reconsidered(
        rows, _given(matter), guessed, answered=matter.asked - matter.unsaid,
        home=connection.currency,
    )  # fmt: skip
    given = chosen.settled(
        rows, found, date_order=_one_of("date_order", ORDERS), decimal=_one_of("decimal", DECIMALS)
    )
    matter = matter.about(given.mapping)
    file, fault, is_look = (key, name, raw), _fault(rows, given.mapping), "again" in request.form
    if fault or given.mapping.doubts or is_look:
        page = _ask(
            client,
            connection,
            file,
            given,
            rows,
            matter=matter,
            fault=fault,
            is_refused=not is_look,
        )
        return page, 200 if is_look else REFUSED
    try:
        answer = bring(client, connection, raw, name, mapping=given.mapping)
    except BadStatement as error:
        page = _ask(client, connection, file, given, rows, matter=matter, fault=str(error))
        return page, REFUSED
    with deps.writing() as tx:
        bank_files.release(tx, connection.id, key)
    return answer


def _fault(rows: Sequence[Row], mapping: Mapping) -> str:
    try:
        chosen.check(rows, mapping)
    except BadStatement as error:
        return str(error)
    if not mapping.columns.get("account") and not mapping.account:
        return "no column is our own account: write below which account the file is of"
    return ""


def _given(matter: Matter) -> Mapping:
    """The mapping as the form has it; columns that are not shown, or asked about and not answered,
    stay as guessed, and the questions about the latter stay open."""
    form, columns = request.form, dict[str, tuple[int, ...]]()
    guessed, unsaid = matter.guessed, matter.unsaid
    said_of = set(matter.shown) - unsaid
    open_ = tuple(it for it in guessed.doubts if unsaid & set(chosen.doubted(guessed, it)))
    asked = {key for doubt in guessed.doubts for key in doubt.answers}
    for role in ROLES:
        before = guessed.columns.get(role, ())
        said = {n for n in said_of if role in form.get(f"column-{n}", "").split(BOTH)}
        said |= {n for n in before if n not in said_of}
        places = before if said == set(before) else tuple(sorted(said))
        if places or (role in REMOVABLE and (role in guessed.columns or role in asked)):
            columns[role] = places
    given = replace(
        guessed,
        columns=columns,
        sign=_one_of("sign", SIGNS) or guessed.sign,
        account=form.get("own_account", "").strip()[:47],
        currency=form.get("own_currency", "").strip()[:3],
        doubts=open_,
    )
    return given.unnoted(guessed)


def _matter(guessed: Mapping) -> Matter:
    """By the form: what the page that sent it asked about, and of which columns it does not say
    what they are."""
    later, answers = request.form.get("asked", "").split(), {UNUSED, *ROLES}
    told = {place for place in range(len(guessed.names)) if str(place) in later}
    asked = chosen.questioned(guessed) | told
    unsaid = (
        place for place in asked
        if not set(request.form.get(f"column-{place}", "").split(BOTH)) <= answers
    )  # fmt: skip
    return Matter(guessed, asked, frozenset(unsaid))


def _one_of(field: str, allowed: Sequence[str]) -> str:
    given = request.form.get(field, "")
    return given if given in allowed else ""


def _ask(
    client: Client, connection: Connection, file: tuple[str, str, bytes], found: Chosen,
    rows: Sequence[Row], *, matter: Matter, fault: str = "", is_refused: bool = False,
) -> str:  # fmt: skip
    """`file` is its digest, its name and its bytes."""
    key, name, raw = file
    with parts.here().reading() as tx:
        ownership.page_about(tx, client)
    entries: list[Entry] = []
    doubts = [doubt.what for doubt in found.mapping.doubts]
    try:
        chosen.check(rows, found.mapping)
        read = reading.read(
            raw, mapping=replace(found.mapping, doubts=()), account=found.mapping.account or "?",
            currency=connection.currency,
        )  # fmt: skip
        entries = [entry for statement in read for entry in statement.entries][:ENTRIES_SHOWN]
    except BadStatement as error:
        fault = fault or ("" if doubts else str(error))
    faults = list(dict.fromkeys(filter(None, (fault, *doubts))))
    asked = Asked(
        connection, key, name, found, chosen.first_lines(rows, matter.shown), entries, faults,
        matter, is_refused,
    )  # fmt: skip
    return render_template(
        "columns.html", client=client, asked=asked, roles=ROLES, orders=ORDERS, signs=SIGNS,
        unused=UNUSED,
        delimiter=DELIMITERS.get(found.mapping.delimiter, found.mapping.delimiter),
    )  # fmt: skip
