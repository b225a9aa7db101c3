"""QuickBooks Online as one product of the simulated world."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from urllib.parse import parse_qs

from flask import Flask, Response, request

from providers.simulated.deliveries import Deliveries
from providers.simulated.faults import Fault
from providers.simulated.gateway import Answered, App, Environ
from providers.simulated.identity import TokenDesk
from providers.simulated.quickbooks import answers, founding, tokens
from providers.simulated.quickbooks.api import PREFIX, Api
from providers.simulated.quickbooks.book import SETTINGS, Book
from providers.simulated.quickbooks.hand import Hand
from providers.simulated.quickbooks.limits import ReadMeter
from providers.simulated.quickbooks.pages import consent_pages
from providers.simulated.quickbooks.paying import pay_pages
from providers.simulated.quickbooks.people import People
from providers.simulated.quickbooks.shelves import Shelves
from providers.simulated.quickbooks.webhooks import SILENT, Announcements
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World

FIRST_REALM = 9_341_450_000_000_001


class QuickBooks:
    """Satisfies gateway.Product."""

    name = "quickbooks"

    def __init__(self, world: World) -> None:
        self._world = world
        self._desk = TokenDesk(world, self.name, tokens.LIFETIMES)
        self._people = People(world)
        self._shelves = Shelves(world.store)
        self._announcements = Announcements(world, self._desk)
        self.deliveries = Deliveries(world, self._announcements)
        self._api = Api(world, self._desk, self._people, self.book)

    @cached_property
    def app(self) -> App:
        """Put together when it is first asked: a book alone, and the other ledger, need none."""
        return self._flask().wsgi_app

    @property
    def limits_on(self) -> bool:
        """Whether the vendor's rate limits hold."""
        return self._api.limits_on

    @limits_on.setter
    def limits_on(self, on: bool) -> None:
        self._api.limits_on = on

    @property
    def reads(self) -> ReadMeter:
        """What each app has read this month, and the most that it may."""
        return self._api.reads

    def add_company(
        self,
        name: str,
        currency: str,
        country: str,
        time_zone: str,
        multi_currency: bool = False,
    ) -> str:
        """The realm id of a new company; `country` by ISO 3166 (US), `time_zone` as in
        America/New_York."""
        with self._world.store.transaction():
            realm = str(self._world.store.number(EVERYWHERE, "realm", FIRST_REALM))
            book = self.book(realm)
            founding.settings(book, currency, time_zone=time_zone, multi_currency=multi_currency)
            founding.found(book, name, country)
            return realm

    def add_user(self, email: str, name: str, companies: Sequence[str]) -> Doc:
        """Someone who can sign in and open these companies."""
        return self._people.add(email, name, companies)

    def shut_out(self, email: str, realm: str) -> None:
        """Take a company away from a user; connections made by that user stop working."""
        self._people.shut_out(email, realm)

    def act(self, realm: str) -> Hand:
        """Work inside a company as its own people do."""
        return Hand(self.book(realm))

    def book(self, realm: str) -> Book:
        return Book(realm, self._world, self._shelves, self._announce)

    def kind_of(self, environ: Environ) -> str:
        path = environ["PATH_INFO"]
        if path in tokens.KINDS:
            return f"{self.name}.oauth.{tokens.KINDS[path]}"
        if not path.startswith(PREFIX):
            return ""
        parts = path[len(PREFIX) :].strip("/").split("/")
        resource = parts[1].lower() if len(parts) > 1 else ""
        sub = f".{parts[3].lower()}" if len(parts) > 3 else ""
        reads = environ["REQUEST_METHOD"] == "GET" or resource == "query"
        return f"{self.name}.{resource}{sub}.{'read' if reads else 'write'}"

    def client_of(self, environ: Environ) -> str:
        token = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ").strip()
        try:
            grant, _ = self._desk.check_access(token)
        except KeyError:
            return ""
        return str(grant["client_id"])

    def company_of(self, environ: Environ) -> str:
        path = str(environ["PATH_INFO"])
        return path[len(PREFIX) :].partition("/")[0] if path.startswith(PREFIX) else EVERYWHERE

    def idempotency_key_of(self, environ: Environ) -> str:
        asked = parse_qs(str(environ.get("QUERY_STRING", "")))
        return asked.get("requestid", [""])[0]

    def refusal(self, fault: Fault) -> Answered:
        return answers.refusal(self._world, fault)

    def _announce(self, realm: str, entity: str, id_: str, operation: str, gone: str) -> None:
        if entity in SILENT or not self._announcements.subscribed(realm):
            return
        event = self._announcements.event(realm, entity, id_, operation, gone)
        self.deliveries.emit(realm, event)

    def _flask(self) -> Flask:
        flask = Flask(__name__)
        flask.config["PROPAGATE_EXCEPTIONS"] = True
        flask.register_blueprint(tokens.token_server(self._world, self._desk, self._people))
        flask.register_blueprint(
            consent_pages(self._world, self._desk, self._people, open_book=self.book)
        )
        flask.register_blueprint(pay_pages(self.book))
        flask.add_url_rule(
            f"{PREFIX}<realm>/<path:path>", "api", self._answer, methods=["GET", "POST"]
        )
        flask.after_request(_stamped)
        return flask

    def _answer(self, realm: str, path: str) -> Response:
        if self._world.store.peek(realm, SETTINGS, "1") is None:
            return _response(answers.unauthorised(self._world.clock.now()))
        return _response(self._api.answer(request, realm, path))


def _response(answer: Answered) -> Response:
    return Response(answer.body, status=answer.status, headers=answer.headers)


def _stamped(response: Response) -> Response:
    """Every answer carries the vendor's own id of the call."""
    if "intuit_tid" not in response.headers:
        response.headers["intuit_tid"] = answers.call_id()
    return response
