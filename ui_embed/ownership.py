"""Whose is it: a person sees the clients of their own reseller, and nothing else exists."""

from __future__ import annotations

from flask import abort, g
from sqlalchemy.exc import NoResultFound

from connector.clients import tenants
from connector.clients.tenants import Client, Connection
from connector.db import Tx
from connector.decided import approvals
from connector.decided.approvals import Approval
from ui_embed import session

ID_MAX = 2**31 - 1
NEW_CLIENT = "New client"
"""A client is called so from the start of its first consent until the company's name is known."""


def my_clients(tx: Tx) -> list[Client]:
    """Every client of the person's reseller that has, or once had, a company."""
    found = tenants.clients(tx, session.me().reseller_id)
    unnamed = {client.id for client in found if client.name == NEW_CLIENT}
    used = {c.client_id for c in tenants.connections(tx, client_ids=sorted(unnamed))}
    return [client for client in found if client.id not in unnamed - used]


def my_connections(tx: Tx) -> list[Connection]:
    clients = tenants.clients(tx, session.me().reseller_id)
    return tenants.connections(tx, client_ids=[client.id for client in clients])


def client_or_404(tx: Tx, client_id: int) -> Client:
    """A client of the person's reseller; any other id answers as one that does not exist."""
    if client_id > ID_MAX:
        abort(404)
    try:
        found = tenants.client(tx, client_id)
    except NoResultFound:
        abort(404)
    if found.reseller_id != session.me().reseller_id:
        abort(404)
    return found


def connection_or_404(tx: Tx, connection_id: int) -> Connection:
    """A connection of one of the person's clients; see `client_or_404`."""
    if connection_id > ID_MAX:
        abort(404)
    try:
        found = tenants.connection(tx, connection_id)
    except NoResultFound:
        abort(404)
    client_or_404(tx, found.client_id)
    return found


def approval_or_404(tx: Tx, approval_id: int) -> tuple[Approval, Connection]:
    """An approval of the person's own, and its connection; any other id does not exist."""
    approval = approvals.find(tx, approval_id) if approval_id <= ID_MAX else None
    if approval is None:
        abort(404)
    return approval, connection_or_404(tx, approval.connection_id)


def connections_of(tx: Tx, client: Client) -> list[Connection]:
    return tenants.connections(tx, client_ids=[client.id])


def page_about(tx: Tx, client: Client) -> list[Connection]:
    """The client's connections; the head of the page tells how fresh their data is."""
    g.about = connections_of(tx, client)
    found: list[Connection] = g.about
    return found
