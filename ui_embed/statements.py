"""Bank files: upload one, and see what came before."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired, FileSize
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from connector.clients.tenants import Client, Connection
from connector.past import bank_files
from connector.receiving import receipts
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.bank.text import BYTES_MAX
from ui_embed import bank_columns, ownership
from webhooks import parts

pages = Blueprint("statements", __name__)
REFUSED = 422
ROOM = 100_000
"""What a form needs beside its file."""
UPLOADS = frozenset({"statements.upload"})


class UploadForm(FlaskForm):
    """What is sent: a file, the company, the account if the file may not say it, and whether the
    columns of a CSV are to be shown though their reading is kept."""

    company = SelectField(coerce=int)
    account = StringField(validators=[Length(max=47)])
    columns = BooleanField()
    file = FileField(validators=[FileRequired(), FileSize(max_size=BYTES_MAX)])


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
    """Import a file whose reading is known; show the columns of any other, or where that is wanted,
    or where the reading that is known does not fit."""
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
        mapping = receipts.choose(deps, connection.id, raw, {}, is_shown=True)
        if mapping is None:
            return bank_columns.bring(client, connection, raw, name, account=account)
        is_asked = form.columns.data or not receipts.is_known(deps, connection.id, raw)
        return _read(client, connection, (raw, name), mapping, account, is_asked=is_asked)
    except BadStatement as error:
        return _page(client, fault=f"{name}: {error}. Nothing was imported."), REFUSED


def _read(
    client: Client, connection: Connection, file: tuple[bytes, str], mapping: Mapping,
    account: str, *, is_asked: bool,
) -> str | Response | tuple[str, int]:  # fmt: skip
    raw, name = file
    shown = replace(mapping, account=account or mapping.account)
    if is_asked:
        return bank_columns.hold(client, connection, raw, name, shown)
    try:
        return bank_columns.bring(client, connection, raw, name, account=account, mapping=mapping)
    except BadStatement as error:
        page = bank_columns.hold(client, connection, raw, name, shown, fault=str(error))
        return page, REFUSED


def _form(connections: list[Connection]) -> UploadForm:
    form = UploadForm()  # type: ignore[no-untyped-call]
    form.company.choices = [(c.id, c.name) for c in connections]
    return form


def _page(client: Client, *, fault: str = "") -> str:
    deps = parts.here()
    with deps.reading() as tx:
        connections = ownership.page_about(tx, client)
        files = [(c, bank_files.arrived(tx, c.id)) for c in connections]
    return render_template(
        "statements.html", client=client, connections=connections, files=files, fault=fault,
        form=_form(connections),
    )  # fmt: skip
