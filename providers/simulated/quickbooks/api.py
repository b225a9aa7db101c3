"""The API itself: who asks, for which company, and which part of the service answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Request

from providers.simulated.gateway import Answered
from providers.simulated.identity import TokenDesk
from providers.simulated.quickbooks import answers
from providers.simulated.quickbooks.batch import run_batch
from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.cdc import capture
from providers.simulated.quickbooks.entity import Entity
from providers.simulated.quickbooks.files import download, upload
from providers.simulated.quickbooks.limits import Limits, ReadMeter
from providers.simulated.quickbooks.people import People
from providers.simulated.quickbooks.query import Queries
from providers.simulated.quickbooks.refusals import Refusal, missing, no_access, unsupported
from providers.simulated.quickbooks.replay import remember, remembered
from providers.simulated.quickbooks.reports import report
from providers.simulated.quickbooks.sending import pay_link, pdf, send
from providers.simulated.quickbooks.tokens import bearer
from providers.simulated.quickbooks.webhooks import ACCOUNTING
from providers.simulated.quickbooks.wire import read, write
from providers.simulated.quickbooks.writing import (
    BY_PATH,
    checked_id,
    create,
    delete,
    update,
    void,
)
from providers.simulated.store import Doc
from providers.simulated.world import World

PREFIX = "/v3/company/"
SINGLE = ("CompanyInfo", "Preferences")


@dataclass
class Api:
    """Answers every request below /v3/company/. `limits_on` says whether there are limits."""

    world: World
    desk: TokenDesk
    people: People
    open_book: Callable[[str], Book]
    limits_on: bool = True

    def __post_init__(self) -> None:
        self._limits = Limits()
        self.reads = ReadMeter()
        self._queries = Queries()

    def answer(self, request: Request, realm: str, path: str) -> Answered:
        now = self.world.clock.now()
        try:
            grant, expired = self.desk.check_access(bearer())
        except KeyError:
            return answers.unauthenticated("Malformed bearer token or token revoked", now)
        if expired:
            return answers.unauthenticated("Token expired: the access token is too old", now)
        if realm not in grant["companies"] or ACCOUNTING not in grant["scopes"]:
            return answers.unauthorised(now)
        book = self.open_book(realm)
        if not self.people.may_open(grant["user"]["sub"], realm):
            return answers.refused(no_access(), book.answer_time())
        client, resource = str(grant["client_id"]), path.partition("/")[0]
        reads = request.method == "GET" or resource == "query"
        if not self._admits(now, realm=realm, client=client, resource=resource, reads=reads):
            return answers.throttled(self.world)
        with book.transaction():
            answer = self._answer(book, request, path.strip("/").split("/"))
        if reads and answer.status.startswith("2"):
            self.reads.count(client, now)
        return answer

    def _admits(
        self, now: datetime, *, realm: str, client: str, resource: str, reads: bool
    ) -> bool:
        if not self.limits_on:
            return True
        if reads and self.reads.is_used_up(client, now):
            return False
        return self._limits.admits(now, realm=realm, client=client, resource=resource)

    def _answer(self, book: Book, request: Request, path: list[str]) -> Answered:
        writes = request.method == "POST" and path[0] != "query"
        request_id = request.args.get("requestid", "") if writes else ""
        first = remembered(book, request_id)
        if first is not None:
            return answers.answered(200, first.encode())
        try:
            answer = self._dispatch(book, request, path)
        except Refusal as refusal:
            return answers.refused(refusal, book.answer_time())
        remember(book, request_id, answer.body)
        return answer

    def _dispatch(self, book: Book, request: Request, path: list[str]) -> Answered:
        special = {
            "query": self._query, "cdc": self._cdc, "batch": self._batch, "upload": self._upload,
            "reports": self._report, "download": self._download,
        }.get(path[0])  # fmt: skip
        if special:
            return special(book, request, path)
        entity = BY_PATH.get(path[0])
        if entity is None or len(path) > 3:
            raise unsupported(_resource(request))
        if request.method == "GET":
            return self._read(book, request, path, entity=entity)
        if len(path) == 3 and path[2] == "send":
            doc = send(book, entity, checked_id(path[1]), request.args.get("sendTo", ""))
            return answers.good({entity.name: doc}, book.answer_time())
        if len(path) > 1:
            raise unsupported(_resource(request))
        doc = _written(book, entity, request)
        return answers.good({entity.name: doc}, book.answer_time())

    def _read(self, book: Book, request: Request, path: list[str], *, entity: Entity) -> Answered:
        if entity.name in SINGLE:
            return answers.good({entity.name: book.read(entity.name, "1")}, book.answer_time())
        if len(path) == 1 or (len(path) == 3 and path[2] != "pdf"):
            raise unsupported(_resource(request))
        doc = book.read(entity.name, checked_id(path[1]))
        if len(path) == 3:
            return answers.answered(200, pdf(book, entity, doc), content_type="application/pdf")
        if "invoiceLink" in request.args.get("include", ""):
            doc = doc | pay_link(book, doc, request.host_url)
        return answers.good({entity.name: doc}, book.answer_time())

    def _query(self, book: Book, request: Request, _path: list[str]) -> Answered:
        text = request.args.get("query", "")
        if request.method == "POST" and not text:
            text = request.get_data().decode()
        if not text:
            raise missing("query")
        return answers.good({"QueryResponse": self._queries.answer(book, text)}, book.answer_time())

    def _cdc(self, book: Book, request: Request, _path: list[str]) -> Answered:
        since = request.args.get("changedSince", "")
        changes = capture(book, request.args.get("entities", ""), since)
        return answers.good(changes, book.answer_time())

    def _batch(self, book: Book, request: Request, _path: list[str]) -> Answered:
        done = run_batch(book, read(request.get_data()), self._queries)
        return answers.good(done, book.answer_time())

    def _upload(self, book: Book, request: Request, _path: list[str]) -> Answered:
        done = upload(book, request.content_type or "", request.get_data())
        return answers.good(done, book.answer_time())

    def _download(self, book: Book, request: Request, path: list[str]) -> Answered:
        if len(path) != 2:
            raise unsupported(_resource(request))
        return answers.answered(
            200, download(book, checked_id(path[1])), content_type="application/octet-stream"
        )

    def _report(self, book: Book, request: Request, path: list[str]) -> Answered:
        if len(path) != 2:
            raise unsupported(_resource(request))
        return answers.answered(200, write(report(book, path[1], request.args)))


def _written(book: Book, entity: Entity, request: Request) -> Doc:
    body = read(request.get_data())
    operation = request.args.get("operation", "")
    if operation == "delete":
        return delete(book, entity, body)
    if operation == "void" or request.args.get("include") == "void":
        return void(book, entity, body)
    if operation not in {"", "create", "update"}:
        raise unsupported(operation)
    return update(book, entity, body) if body.get("Id") else create(book, entity, body)


def _resource(request: Request) -> str:
    return f"Could not find resource for relative : {request.path} of full path: {request.url}"
