"""A person at a browser, as far as sign-in and consent pages need one: links, forms, redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

PAGES_MAX = 12
REDIRECTS = (301, 302, 303, 307)
OK = 200


class Lost(RuntimeError):
    """The pages do not lead where they should; the text says where it ended."""


@dataclass
class Form:
    """`fields` hold what the form would send as it stands; `buttons` are (name, value)."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.found:
            self._take(self.found[-1], tag, given)

    def _take(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and given.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields[name] = value
        elif tag == "input" and name:
            form.fields[name] = value
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            form.fields.setdefault(self._select, value)


@dataclass(frozen=True, slots=True)
class Browser:
    """`wishes` answer what pages ask: by field name the value, by button name its value."""

    session: requests.Session
    wishes: Mapping[str, str]

    def go(self, url: str, *, until: str) -> str:
        """Follow pages and submit forms until an address that starts with `until` comes up.

        Returns that address without opening it. Raises Lost.
        """
        answer = self._get(url)
        for _ in range(PAGES_MAX):
            if answer.status_code in REDIRECTS:
                target = urljoin(answer.url, answer.headers["Location"])
                if target.startswith(until):
                    return target
                answer = self._get(target)
                continue
            forms = _forms(answer)
            if answer.status_code != OK or not forms:
                raise Lost(f"{answer.url} answered {answer.status_code}: {answer.text[:200]}")
            answer = self._submit(answer.url, forms[0])
        raise Lost(f"no end of pages after {url}")

    def _get(self, url: str) -> requests.Response:
        return self.session.get(url, allow_redirects=False, timeout=30)

    def _submit(self, page: str, form: Form) -> requests.Response:
        offered = [(name, value) for name, values in form.choices.items() for value in values]
        wished = {
            name: value
            for name, value in (*offered, *form.buttons)
            if self.wishes.get(name) == value
        }
        sent = form.fields | wished
        url = urljoin(page, form.action) if form.action else page
        if form.method == "post":
            return self.session.post(url, data=sent, allow_redirects=False, timeout=30)
        return self.session.get(url, params=sent, allow_redirects=False, timeout=30)


def _forms(answer: requests.Response) -> list[Form]:
    parser = _Forms()
    parser.feed(answer.text)
    return parser.found
