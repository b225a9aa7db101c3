"""The customer's account page: what is open, and three forms. No sign-in: who holds the link is let
in, and looking changes nothing, because scanners look at every link."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as AnyResponse
from wtforms.validators import ValidationError

from connector import local_days
from connector.account.account_faults import CannotRead
from connector.clients.meter import Purpose
from connector.commitments.promises import State
from connector.correspondence.tracking import Kind
from connector.db import Tx
from connector.disputed.disputes import Type
from connector.inbound import portal, portal_acts
from connector.inbound.portal import Visit
from connector.inbound.portal_acts import Unacceptable
from connector.local_days import NoDay
from connector.paper import statement_papers
from connector.paper.statement_papers import Disagrees
from dunning.customer.account import Account, DueInvoice
from dunning.letter.paint import on_colour, readable
from dunning.words.lines import isolated, one_line
from dunning.words.phrases import LANGUAGES, phrases_of
from providers.errors import LedgerError
from providers.letters.pdf import TooLong
from providers.money import Money
from ui_embed import headers
from webhooks import parts
from webhooks import tracking as seen

pages = Blueprint("portal", __name__)
REFUSED = 422
SHUT = {"gone": "This link no longer works", "fault": "This page cannot be shown now"}
PERIOD_DAYS, PERIOD_DAYS_MAX = 90, 731
DONE = frozenset({"promise", "part", "dispute", "asked"})
_HOST = re.compile(r"[a-zA-Z0-9.-]+(:\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Said:
    """What a form answers: a sentence to confirm, or where it leads once it is done."""

    sentence: str
    done: str = ""


@pages.after_request
def keep_to_itself(response: Response) -> Response:
    """The address is a key to the page: no other site, search engine or log of theirs gets it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@pages.get("/account/<token>")
def show(token: str) -> Response:
    deps, visit = parts.here(), _visit(token)
    seen.note(deps, visit.link, Kind.VIEW)
    done = request.args.get("done", "")
    return _page(visit, done=done if done in DONE else "")


@pages.get("/account/<token>/brand.css")
def brand(token: str) -> Response:
    """The client's colour; a style sheet of its own, because nothing inline is let through."""
    colour = _visit(token).rules.brand.colour
    return Response(
        f":root {{ --accent: {readable(colour)}; --brand: {colour}; --on-brand:"
        f" {on_colour(colour)}; }}\n",
        mimetype="text/css",
    )


@pages.get("/account/<token>/pay/<invoice_id>")
def pay(token: str, invoice_id: str) -> AnyResponse:
    """On to the ledger's own page for an invoice that is open."""
    deps, visit = parts.here(), _visit(token)
    target = portal.pay_pages(deps, visit, ask=False).get(invoice_id) or abort(404)
    by_machine = seen.by_machine(deps, visit.link)
    with deps.writing() as tx:
        portal.gone_to_pay(tx, deps.config, visit, invoice_id, target, by_machine=by_machine)
    return redirect(target)


@pages.post("/account/<token>/promise")
def promise(token: str) -> AnyResponse:
    return _form(token, "promise", _promise)


@pages.post("/account/<token>/dispute")
def dispute(token: str) -> AnyResponse:
    return _form(token, "dispute", _dispute)


@pages.post("/account/<token>/statement.pdf")
def statement(token: str) -> Response:
    """Read from the ledger now, so it is asked for by a button and once a minute at most."""
    deps, visit = parts.here(), _visit(token)
    try:
        _check_form()
        since, until = _period(visit)
        _check_pace(visit, Kind.STATEMENT, "later")
        made = statement_papers.make(
            deps, visit.connection, visit.customer, since=since, until=until,
            purpose=Purpose.SWEEP,
        )  # fmt: skip
    except Unacceptable as error:
        return _page(visit, fault=error, at="statement")
    except (Disagrees, LedgerError, TooLong):
        return _page(visit, fault=Unacceptable("later"), at="statement")
    return _download(made.printed.pdf, f"statement-{until}.pdf")


@pages.post("/account/<token>/invoices/<invoice_id>.pdf")
def copy(token: str, invoice_id: str) -> Response:
    """An open invoice as the ledger prints it now, so once a minute at most."""
    deps, visit = parts.here(), _visit(token)
    invoice = visit.invoice(invoice_id) or abort(404)
    try:
        _check_form()
        _check_pace(visit, Kind.COPY, "not_now", invoice.id)
        pdf = portal.copy_of(deps, visit, invoice)
    except Unacceptable as error:
        return _page(visit, fault=error, at="copy")
    except LedgerError:
        pdf = b""
    if not pdf:
        return _page(visit, fault=Unacceptable("not_now"), at="copy")
    return _download(pdf, f"{secure_filename(invoice.number) or 'invoice'}.pdf")


def _form(token: str, name: str, act: Callable[[Tx, Visit, bool], Said]) -> AnyResponse:
    """What was filled in is shown for a second look; done once that is confirmed."""
    deps, confirmed = parts.here(), "confirmed" in request.form
    visit = _visit(token)
    try:
        _check_form()
        with deps.writing() if confirmed else deps.reading() as tx:
            visit = portal.enter(tx, token, deps.now(), to_act=confirmed) or abort(404)
            said = act(tx, visit, confirmed)
    except Unacceptable as error:
        return _page(visit, fault=error, at=name)
    if not confirmed:
        return _dressed(visit, "portal_check.html", sentence=said.sentence, form=name)
    deps.ring("decide", visit.connection.id)
    return redirect(url_for("portal.show", token=token, done=said.done), code=303)


def _promise(tx: Tx, visit: Visit, confirmed: bool) -> Said:
    made, phrases = portal_acts.offer(tx, visit, request.form), visit.phrases
    kept = confirmed and portal_acts.promise(tx, visit, made)
    sentence = _say(
        visit, "promise", "sentence", amount=phrases.amount(made.amount), day=phrases.day(made.on),
        numbers=", ".join(map(_number, made.invoices)),
    )  # fmt: skip
    return Said(sentence, ("part" if made.is_part else "promise") if kept else "asked")


def _dispute(tx: Tx, visit: Visit, confirmed: bool) -> Said:
    made = portal_acts.complaint(tx, visit, request.form)
    if confirmed:
        portal_acts.dispute(tx, visit, made)
    sentence = _say(
        visit, "dispute", "sentence", amount=visit.phrases.amount(made.amount),
        number=_number(made.invoice), type=_say(visit, "type", made.type),
    )  # fmt: skip
    return Said(sentence, "dispute")


def _visit(token: str) -> Visit:
    """Who is at the door; the page for links that lead nowhere, whatever the reason."""
    deps = parts.here()
    with deps.reading() as tx:
        visit = portal.enter(tx, token, deps.now())
    if visit is None:
        abort(_shut("gone", HTTPStatus.NOT_FOUND))
    return visit


@pages.errorhandler(CannotRead)
def _cannot_show(_: CannotRead) -> Response:
    """Nothing of what was sent is kept: whoever comes to act is let in first."""
    return _shut("fault", HTTPStatus.SERVICE_UNAVAILABLE)


def _shut(why: str, status: HTTPStatus) -> Response:
    """In every language: whose page it would be is not known."""
    told = [(it, phrases_of(it).say("portal", why, "text")) for it in LANGUAGES]
    return Response(render_template("portal_shut.html", told=told, heading=SHUT[why]), status)


def _check_form() -> None:
    """That the form is ours; not by the referrer, which browsers are asked to keep to
    themselves."""
    try:
        validate_csrf(request.form.get("csrf_token", ""))  # type: ignore[no-untyped-call]
    except (CSRFError, ValidationError):
        raise Unacceptable("form") from None


def _check_pace(visit: Visit, kind: Kind, fault: str, about: str = "") -> None:
    if not seen.note(parts.here(), visit.link, kind, about):
        raise Unacceptable(fault)


def _download(pdf: bytes, name: str) -> Response:
    answer = Response(pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _period(visit: Visit) -> tuple[date, date]:
    try:
        since = local_days.written(request.form.get("since", ""))
        until = local_days.written(request.form.get("until", ""))
    except NoDay:
        raise Unacceptable("period", most=str(PERIOD_DAYS_MAX)) from None
    if not since <= until <= visit.today or (until - since).days > PERIOD_DAYS_MAX:
        raise Unacceptable("period", most=str(PERIOD_DAYS_MAX))
    return since, until


def _page(
    visit: Visit, *, done: str = "", fault: Unacceptable | None = None, at: str = ""
) -> Response:
    """The whole page; with a fault of the form `at`, which keeps what was filled in."""
    deps = parts.here()
    ask = request.method == "GET" and not seen.by_machine(deps, visit.link)
    answer = _dressed(
        visit, "portal.html", done=done, at=at, types=list(Type), given=request.form,
        fault=_say(visit, "error", fault.why, **fault.facts) if fault else "",
        pay=portal.pay_pages(deps, visit, ask=ask), since=visit.today - timedelta(days=PERIOD_DAYS),
        pay_to=tuple(map(isolated, visit.rules.brand.payment_details)),
        words_max=portal_acts.WORDS_MAX, sums=[_sums(account) for account in visit.accounts],
        promised={id_: it.promise for it in visit.promised if it.state is State.OPEN
                  for id_ in it.promise.invoice_ids},
    )  # fmt: skip
    answer.status_code = REFUSED if fault else 200
    return answer


def _dressed(visit: Visit, template: str, **what: Any) -> Response:
    """In the customer's language and under the client's name, logo and colour."""
    logo = visit.rules.brand.logo_url
    page = render_template(
        template, visit=visit, phrases=visit.phrases, say=partial(_say, visit), number=_number,
        company=isolated(one_line(visit.company)), logo=logo, **what,
    )  # fmt: skip
    host = urlsplit(logo).netloc
    images_from = f"https://{host}" if _HOST.fullmatch(host) else ""
    answer = Response(page)
    answer.headers["Content-Security-Policy"] = headers.content_policy(images_from)
    return answer


def _say(visit: Visit, *path: str, **facts: object) -> str:
    return visit.phrases.say("portal", *path, count=1, form="", **facts)


def _sums(account: Account) -> list[tuple[str, Money]]:
    """What is open, what is taken off it, and what is left to pay."""
    currency, zero = account.currency, Money.zero(account.currency)
    whole = Money.total((i.open for i in account.invoices), currency)
    disputed = whole - Money.total((i.undisputed for i in account.invoices), currency)
    later = Money.total((i.not_yet_due for i in account.invoices), currency)
    off = [("disputed", disputed), ("later", later), ("credit", max(account.credits, zero))]
    taken = [(name, amount) for name, amount in off if amount]
    left = whole - Money.total((amount for _, amount in taken), currency)
    return [*([("sum", whole), *taken] if taken else []), ("total", max(left, zero))]


def _number(invoice: DueInvoice) -> str:
    return isolated(one_line(invoice.number)) or invoice.id
