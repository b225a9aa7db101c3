"""Bank files: upload one, say how the columns of a CSV are read, and see what came before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileSize
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import Length

from connector import bank_files, receipts
from connector.tenants import Client, Connection
from providers.bank import reading
from providers.bank.mapping import DELIMITERS, ORDERS, REMOVABLE, ROLES, SIGNS, Mapping
from providers.bank.refusal import BadStatement
from providers.bank.text import BYTES_MAX
from providers.receipts import Entry
from ui_embed import ownership, session
from webhooks import parts

pages = Blueprint("statements", __name__)
REFUSED = 422
SHOWN_MAX = 8
ROOM = 100_000
"""What a form needs beside its file."""
UPLOADS = frozenset({"statements.upload"})


class UploadForm(FlaskForm):
    """What is sent: a file, the company, and the account if the file may not say it."""

    company = SelectField(coerce=int)
    account = StringField(validators=[Length(max=47)])
    file = FileField(validators=[FileRequired(), FileSize(max_size=BYTES_MAX)])


@dataclass(frozen=True, slots=True)
class Asked:
    """A CSV whose columns a person looks at; `entries` are its first lines under the mapping."""

    connection: Connection
    digest: str
    name: str
    mapping: Mapping
    entries: list[Entry]
    fault: str


def allow_large() -> None:
    """Files of banks may be larger than anything else that is sent here."""
    if request.endpoint in UPLOADS:
        request.max_content_length = BYTES_MAX + ROOM


@pages.get("/clients/<int:client_id>/statements")
def show(client_id: int) -> str:
    with parts.here().reading() as tx:
        client = ownership.client_or_404(tx, client_id)
    return _page(client)


@pages.post("/clients/<int:client_id>/statements")
def upload(client_id: int) -> str | Response | tuple[str, int]:
    """Import a file whose reading is known; ask about the columns of any other."""
    deps = parts.here()
    with deps.reading() as tx:
        client = ownership.client_or_404(tx, client_id)
        connections = ownership.connections_of(tx, client)
    form = _form(connections)
    if not form.validate():  # type: ignore[no-untyped-call]
        return _page(
            client, fault="Choose a file of at most 10 MB and the company it is of."
        ), REFUSED
    connection = next(c for c in connections if c.id == form.company.data)
    raw, name = form.file.data.read(), str(form.file.data.filename)
    account = str(form.account.data or "").strip()
    try:
        if not receipts.is_known(deps, connection.id, raw):
            mapping = receipts.choose(deps, connection.id, raw, {})
            assert mapping is not None
            with deps.writing() as tx:
                key = bank_files.hold(tx, connection.id, raw, name=name, at=deps.now())
            return _ask(
                client, connection, key, replace(mapping, account=account or mapping.account)
            )
        return _bring(client, connection, raw, name, account=account)
    except BadStatement as error:
        return _page(client, fault=f"{name}: {error}. Nothing was imported."), REFUSED


@pages.post("/clients/<int:client_id>/statements/columns")
def confirm(client_id: int) -> str | Response | tuple[str, int]:
    """Import a file that waited, by the columns that a person confirmed; they are kept."""
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
    guessed = receipts.choose(deps, connection.id, raw, {})
    if guessed is None:
        abort(400)
    mapping = _given(guessed)
    try:
        answer = _bring(client, connection, raw, name, mapping=mapping)
    except BadStatement as error:
        return _ask(client, connection, key, mapping, fault=str(error)), REFUSED
    with deps.writing() as tx:
        bank_files.release(tx, connection.id, key)
    return answer


def _form(connections: list[Connection]) -> UploadForm:
    form = UploadForm()  # type: ignore[no-untyped-call]
    form.company.choices = [(c.id, c.name) for c in connections]
    return form


def _bring(
    client: Client,
    connection: Connection,
    raw: bytes,
    name: str,
    *,
    account: str = "",
    mapping: Mapping | None = None,
) -> Response:
    done = receipts.import_statement(
        parts.here(), connection.id, raw, by=session.me().email, name=name, account=account,
        mapping=mapping,
    )  # fmt: skip
    flash(f"{name}: {done.lines} credits read, {done.new} of them new.", "success")
    for sentence in done.told:
        flash(sentence, "info")
    return redirect(url_for("statements.show", client_id=client.id), code=303)


def _given(guessed: Mapping) -> Mapping:
    """The mapping as the form has it; what makes no sense falls back to the guess."""
    form = request.form
    width = len(guessed.names)
    asked = {key for doubt in guessed.doubts for key in doubt.answers}
    columns = {
        role: tuple(int(n) for n in form.getlist(role) if n.isdecimal() and int(n) < width)
        for role in ROLES
    }
    return replace(
        guessed,
        columns={
            role: places
            for role, places in columns.items()
            if places or (role in REMOVABLE and (role in guessed.columns or role in asked))
        },
        date_order=_one_of(form.get("date_order", ""), ORDERS, guessed.date_order),
        decimal=_one_of(form.get("decimal", ""), (".", ","), guessed.decimal),
        sign=_one_of(form.get("sign", ""), SIGNS, guessed.sign),
        account=form.get("own_account", "").strip()[:47],
        currency=form.get("own_currency", "").strip()[:3],
        doubts=(),
    )


def _one_of(given: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return given if given in allowed else otherwise


def _ask(
    client: Client, connection: Connection, key: str, mapping: Mapping, *, fault: str = ""
) -> str:
    deps = parts.here()
    with deps.reading() as tx:
        waiting = bank_files.held(tx, connection.id, key)
        ownership.page_about(tx, client)
    assert waiting is not None, "the file was held before it was asked about"
    name, raw = waiting
    entries: list[Entry] = []
    try:
        found = reading.read(
            raw, mapping=replace(mapping, doubts=()), account=mapping.account or "?",
            currency=connection.currency,
        )  # fmt: skip
        entries = [entry for statement in found for entry in statement.entries][:SHOWN_MAX]
    except BadStatement as error:
        fault = fault or str(error)
    asked = Asked(connection, key, name, mapping, entries, fault)
    return render_template(
        "columns.html", client=client, asked=asked, roles=ROLES, orders=ORDERS, signs=SIGNS,
        delimiter=DELIMITERS.get(mapping.delimiter, mapping.delimiter),
    )  # fmt: skip


def _page(client: Client, *, fault: str = "") -> str:
    deps = parts.here()
    with deps.reading() as tx:
        connections = ownership.page_about(tx, client)
        files = [(c, bank_files.arrived(tx, c.id)) for c in connections]
    return render_template(
        "statements.html", client=client, connections=connections, files=files, fault=fault,
        form=_form(connections),
    )  # fmt: skip
