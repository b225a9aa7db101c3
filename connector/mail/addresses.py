"""Where pages are, for those who read about them in a mail or in a system of their own."""

from __future__ import annotations

from urllib.parse import quote

from connector.clients.tenants import Connection
from connector.config import Config


def today(config: Config, connection: Connection) -> str:
    return f"{config.base_url}/clients/{connection.client_id}"


def of_client(config: Config, connection: Connection, page: str) -> str:
    """A page about the client, such as plan, connections or notices."""
    return f"{today(config, connection)}/{page}"


def why(config: Config, decision_id: int) -> str:
    return f"{config.base_url}/why/{decision_id}"


def customer(config: Config, connection: Connection, customer_id: str) -> str:
    named = quote(customer_id, safe="")
    return f"{config.base_url}/connections/{connection.id}/customers/{named}"
