"""The pages that people see at Xero: the consent page and the list of connected apps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from providers.simulated.store import Doc

Fields = Iterable[tuple[str, str]]


def page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} | Xero (simulated)</title></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def consent(app: str, scopes: Sequence[str], users: Sequence[Doc], tenants: Sequence[Doc],
            hidden: Fields, *, trouble: str = "") -> str:  # fmt: skip
    """`users` have email and name, `tenants` OrganisationID and Name."""
    people = "".join(
        f'<option value="{escape(user["email"])}">{escape(user["name"])}'
        f" ({escape(user['email'])})</option>"
        for user in users
    )
    ticks = "".join(
        f'<p><input type="checkbox" name="tenant" id="t{number}"'
        f' value="{escape(tenant["OrganisationID"])}">'
        f' <label for="t{number}">{escape(tenant["Name"])}</label></p>'
        for number, tenant in enumerate(tenants)
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    alert = f'<p role="alert">{escape(trouble)}</p>' if trouble else ""
    return page(
        f"{app} wants access to your organisation data",
        f'{alert}<form method="post">{_hidden(hidden)}'
        f'<p><label for="user">Signed in as</label> <select name="user" id="user">{people}'
        f"</select></p><fieldset><legend>Organisations</legend>{ticks}</fieldset>"
        f"<h2>{escape(app)} will be able to use</h2><ul>{wanted}</ul>"
        '<p><button name="decision" value="allow">Allow access</button> '
        '<button name="decision" value="cancel">Cancel</button></p></form>',
    )


def connected_apps(organisation: str, rows: Sequence[tuple[str, str]]) -> str:
    """`rows` are pairs of connection id and app name."""
    shown = "".join(
        f'<form method="post"><p>{escape(name)} '
        f'<button name="connection" value="{escape(id_)}" aria-label="Disconnect {escape(name)}">'
        "Disconnect</button></p></form>"
        for id_, name in rows
    )
    return page(f"Connected apps of {organisation}", shown or "<p>No app is connected.</p>")


def organisations(tenants: Sequence[Doc]) -> str:
    links = "".join(
        f'<li><a href="/connected-apps/{escape(tenant["OrganisationID"])}">'
        f"{escape(tenant['Name'])}</a></li>"
        for tenant in tenants
    )
    return page("Organisations", f"<ul>{links}</ul>")


def error(code: str, description: str) -> str:
    return page(
        "Sorry, something went wrong",
        f"<p>Error: <code>{escape(code)}</code></p><p>{escape(description)}</p>",
    )


def _hidden(fields: Fields) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields
    )
