"""The client's own systems, as they are named, listed, dropped and told again."""

from __future__ import annotations

from argparse import Namespace

from connector.clients.tenants import Client
from connector.commands.arguments import Verbs, whole_number
from connector.commands.output import CommandError, say, show
from connector.commands.people import connections_of, find_client, me
from connector.db import Tx
from connector.deps import Deps
from connector.firm_news import hook_endpoints
from connector.firm_news.hook_endpoints import BadEndpoint, Endpoint
from connector.notifications import hooks


def add(verbs: Verbs) -> None:
    group = verbs.group("hooks", "systems of the client's own that are told where customers stand")
    group.verb("add", make, "tell an address, beginning now; prints its secret").takes(
        "client", "url"
    )
    group.verb("list", list_endpoints, "every address and its state").takes("client").lists()
    group.verb("drop", drop, "tell an address nothing more").takes("client", "endpoint")
    shown = group.verb("secret", show_secret, "what deliveries to an address are signed with")
    shown.takes("client", "endpoint").option(
        "--new", action="store_true", help="make another one; for a day both sign"
    )
    group.verb("deliveries", list_deliveries, "what was told last, and what came of it").takes(
        "client"
    ).lists()
    group.verb("again", tell_again, "tell what did not get through, as it is now").takes(
        "client", "endpoint"
    )


def make(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        client = find_client(tx, given.client)
    try:
        endpoint, secret = hooks.add(deps, client.id, given.url, by=me())
    except BadEndpoint as error:
        raise CommandError(str(error)) from None
    say(f"Address {endpoint.id}, {endpoint.url}, is told of every customer from now on.")
    say(f"Its secret: {secret}")


def list_endpoints(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = hook_endpoints.listed(tx, find_client(tx, given.client).id)
    show(
        [
            {"id": one.id, "url": one.url, "state": one.state.value, "by": one.by, "at": one.at}
            for one in found
        ],
        as_json=given.json, empty="No system is told anything.",
    )  # fmt: skip


def drop(deps: Deps, given: Namespace) -> None:
    client, endpoint = _meant(deps, given)
    hooks.drop(deps, client.id, endpoint.id, by=me())
    say(f"{endpoint.url} is told nothing more.")


def show_secret(deps: Deps, given: Namespace) -> None:
    client, endpoint = _meant(deps, given)
    if given.new:
        say(hooks.renew_secret(deps, client.id, endpoint.id, by=me()))
    else:
        say(hooks.secret_of(deps, client.id, endpoint.id))


def list_deliveries(deps: Deps, given: Namespace) -> None:
    with deps.reading() as tx:
        found = hooks.deliveries(tx, connections_of(tx, given.client))
    show(
        [
            {"message": one.message_id, "address": one.endpoint_id, "customer": one.customer_id,
             "state": one.state.value, "tries": one.tries, "what": one.what,
             "at": one.ended_at or one.created_at}
            for one in found
        ],
        as_json=given.json, empty="Nothing was told yet.",
    )  # fmt: skip


def tell_again(deps: Deps, given: Namespace) -> None:
    client, endpoint = _meant(deps, given)
    many = hooks.again(deps, client.id, endpoint.id, by=me())
    say(f"{endpoint.url} is told again of {many} customers.")


def _meant(deps: Deps, given: Namespace) -> tuple[Client, Endpoint]:
    """The address of that id or URL. Raises CommandError."""
    with deps.reading() as tx:
        client = find_client(tx, given.client)
        return client, _endpoint(tx, client, given.endpoint)


def _endpoint(tx: Tx, client: Client, wanted: str) -> Endpoint:
    found = hook_endpoints.listed(tx, client.id)
    named = next((one for one in found if one.url == wanted), None)
    mend = f"see `ledgerhand hooks list {client.id}`"
    if named is None:
        id_ = whole_number(wanted, f"{client.name} tells no address {wanted!r}; {mend}")
        named = next((one for one in found if one.id == id_), None)
    if named is None:
        raise CommandError(f"{client.name} has no address {wanted}; {mend}")
    return named
