"""The pages that people see: consent, the apps of a company, and paying an invoice."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from providers.simulated.identity import TokenDesk
from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.people import People
from providers.simulated.quickbooks.tokens import AUTHORIZE_PATH
from providers.simulated.quickbooks.webhooks import ACCOUNTING
from providers.simulated.store import Doc
from providers.simulated.world import World

SCOPES = frozenset(
    (ACCOUNTING, "com.intuit.quickbooks.payment", "openid", "profile", "email", "phone", "address")
)
COMPANY_SCOPES = frozenset((ACCOUNTING, "com.intuit.quickbooks.payment"))
ASKED = ("client_id", "response_type", "scope", "redirect_uri", "state", "nonce")
Open = Callable[[str], Book]
Page = AnyResponse | str | tuple[str, int]


def consent_pages(world: World, desk: TokenDesk, people: People, *, open_book: Open) -> Blueprint:
    pages = Blueprint("pages", __name__, template_folder="templates")
    consent = _Consent(world, desk, people, open_book)
    pages.add_url_rule(AUTHORIZE_PATH, "consent", consent.show)
    pages.add_url_rule(AUTHORIZE_PATH, "decide", consent.decide, methods=["POST"])
    apps = _Apps(world, desk, open_book)
    pages.add_url_rule("/", "home", apps.home)
    pages.add_url_rule("/app/<realm>/apps", "apps", apps.show)
    pages.add_url_rule("/app/<realm>/disconnect", "disconnect", apps.disconnect, methods=["POST"])
    return pages


class _Consent:
    def __init__(self, world: World, desk: TokenDesk, people: People, open_book: Open) -> None:
        self._world = world
        self._desk = desk
        self._people = people
        self._open = open_book

    def show(self) -> Page:
        """First who signs in, then what the app asks for."""
        wrong = self._wrong(request.args)
        if wrong:
            return render_template("problem.html", sentence=wrong), 400
        asked = {name: request.args[name] for name in ASKED if name in request.args}
        app = self._app(asked["client_id"])
        user = self._user(request.args.get("user", ""))
        if user is None:
            return render_template("sign_in.html", asked=asked, users=self._people.all(), app=app)
        return render_template(
            "consent.html",
            asked=asked,
            user=user,
            app=app,
            companies=[company_shown(self._open(realm)) for realm in user["companies"]],
            needs_company=_needs_company(asked["scope"]),
        )

    def decide(self) -> Page:
        wrong = self._wrong(request.form)
        user = self._user(request.form.get("user", ""))
        if wrong or user is None:
            return render_template("problem.html", sentence=wrong or "Sign in first."), 400
        asked, back = request.form, request.form["redirect_uri"]
        if asked.get("decision") != "approve":
            return _back(back, {"error": "access_denied", "state": asked["state"]})
        realm = asked.get("company", "")
        if _needs_company(asked["scope"]) and realm not in user["companies"]:
            return render_template("problem.html", sentence="Choose one of your companies."), 400
        companies = [realm] if _needs_company(asked["scope"]) else []
        app = self._app(asked["client_id"])
        assert app is not None, "checked before"
        grant = self._desk.grant(app, {"sub": user["sub"]}, asked["scope"].split(), companies)
        code = self._desk.issue_code(grant, redirect_uri=back, nonce=asked.get("nonce", ""))
        answer = {"code": code, "state": asked["state"]}
        return _back(back, answer | ({"realmId": realm} if companies else {}))

    def _wrong(self, asked: Doc) -> str:
        """What is wrong with a request for consent; empty if nothing is."""
        app = self._app(asked.get("client_id", ""))
        if app is None:
            return "The client_id is not that of a registered app."
        if asked.get("redirect_uri") not in app["redirect_uris"]:
            return "The redirect_uri query parameter value is invalid. It must match one of those"
        if asked.get("response_type") != "code":
            return "The response_type query parameter value must be 'code'."
        scopes = set(str(asked.get("scope", "")).split())
        if not scopes or not scopes <= SCOPES:
            return "The scope query parameter value is invalid."
        return "" if asked.get("state") else "The state query parameter is missing."

    def _app(self, client_id: str) -> Doc | None:
        apps = self._world.apps("quickbooks")
        return next((app for app in apps if app["client_id"] == client_id), None)

    def _user(self, sub: str) -> Doc | None:
        return next((user for user in self._people.all() if user["sub"] == sub), None)


class _Apps:
    """The page inside QuickBooks from which a person opens a connected app or ends it."""

    def __init__(self, world: World, desk: TokenDesk, open_book: Open) -> None:
        self._world = world
        self._desk = desk
        self._open = open_book

    def home(self) -> Page:
        realms = self._world.store.companies("CompanyInfo")
        companies = [company_shown(self._open(realm)) for realm in realms]
        return render_template("home.html", companies=companies)

    def show(self, realm: str) -> Page:
        holders = {grant["client_id"] for grant in self._grants(realm)}
        apps = [app for app in self._world.apps("quickbooks") if app["client_id"] in holders]
        name = company_shown(self._open(realm))["name"]
        return render_template("apps.html", realm=realm, company=name, apps=apps)

    def disconnect(self, realm: str) -> Page:
        """End the grant, then show the app's own page about it: its tokens are dead by then."""
        client_id = request.form.get("client_id", "")
        for grant in self._grants(realm):
            if grant["client_id"] == client_id:
                self._desk.save_grant(grant | {"revoked": True})
        apps = self._world.apps("quickbooks")
        app = next((app for app in apps if app["client_id"] == client_id), {})
        if app.get("disconnect_url"):
            return _back(app["disconnect_url"], {"realmId": realm})
        return redirect(f"/app/{realm}/apps")

    def _grants(self, realm: str) -> list[Doc]:
        return [grant for grant in self._desk.grants() if realm in grant["companies"]]


def company_shown(book: Book) -> Doc:
    return {"id": book.realm, "name": book.read("CompanyInfo", "1")["CompanyName"]}


def _needs_company(scope: str) -> bool:
    return bool(COMPANY_SCOPES & set(scope.split()))


def _back(url: str, answer: dict[str, str]) -> Response:
    joint = "&" if "?" in url else "?"
    return Response(status=302, headers={"Location": f"{url}{joint}{urlencode(answer)}"})
