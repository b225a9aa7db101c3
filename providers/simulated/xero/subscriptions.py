"""Whether a webhook may be sent to: the intent to receive, tidiness, and being disabled."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping

import requests

from providers.simulated.deliveries import Deliveries
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World, post_over_http
from providers.simulated.xero import events

INTENT_GOOD, INTENT_BAD = 2, 3
UNTIDY = "untidy.xero"
SIXBITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


class Subscriptions:
    """Keeps the state of each app's webhook; `deliveries` asks it before each pump."""

    def __init__(self, world: World, announcer: events.XeroAnnouncer) -> None:
        self._world = world
        self.deliveries = Deliveries(world, announcer, before=self._tend, post=self.post)

    def intent_to_receive(self, app: Doc) -> bool:
        """Post a shuffled handful, well signed (200 wanted) and wrongly signed (401 wanted).

        A pass enables the webhook of this URL and key; a failure disables it until it is
        enabled again.
        """
        posts = [True] * INTENT_GOOD + [False] * INTENT_BAD
        self._world.faults.random.shuffle(posts)
        results = [self._intend(app, well=well) for well in posts]
        passed = all(results)
        proof = events.proof(app) if passed else ""
        with self._world.store.transaction():
            self._world.register_app(app | {"intent_passed": proof, "webhook_disabled": not passed})
        return passed

    def post(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
        """Send one webhook and note an answer that has a body or sets a cookie."""
        if self._world.post is not post_over_http:
            return self._world.post(url, headers, body, seconds)
        try:
            answer = requests.post(
                url, data=body, headers=dict(headers), timeout=seconds, allow_redirects=False
            )
        except requests.RequestException:
            return 0
        if answer.content or "Set-Cookie" in answer.headers:
            self._note(url, answer)
        return answer.status_code

    def untidy(self) -> list[Doc]:
        """The answers to webhooks that were not empty: url, status, body, cookie, time."""
        return self._world.store.all(EVERYWHERE, UNTIDY)

    def _intend(self, app: Doc, *, well: bool) -> bool:
        chance = self._world.faults.random
        body = events.envelope("", 0, 0, chance).encode()
        signature = events.sign(app["webhook_key"], body)
        if not well:
            signature = spoil(signature, chance)
        headers = events.headers(signature)
        status = self.post(app["webhook_url"], headers, body, events.DEADLINE_SECONDS)
        return status == (200 if well else 401)

    def _tend(self) -> None:
        """Check webhooks that are new, changed or enabled again; empty those now disabled."""
        for app in self._world.apps("xero"):
            if app.get("webhook_disabled"):
                self._stop(app)
            elif app.get("webhook_url") and not events.ready(app):
                self.intent_to_receive(app)

    def _stop(self, app: Doc) -> None:
        """What was not delivered is lost, and the check is due again."""
        if app.get("intent_passed"):
            with self._world.store.transaction():
                self._world.register_app(app | {"intent_passed": ""})
                self.deliveries.forget(app["client_id"])

    def _note(self, url: str, answer: requests.Response) -> None:
        store = self._world.store
        with store.transaction():
            number = str(store.number(EVERYWHERE, UNTIDY))
            store.put(EVERYWHERE, UNTIDY, number, {
                "url": url, "status": answer.status_code, "body": answer.text[:200],
                "cookie": answer.headers.get("Set-Cookie", ""),
                "time": self._world.clock.now().isoformat(),
            })  # fmt: skip


def spoil(signature: str, chance: random.Random) -> str:
    """The signature with a single character changed, as Xero's wrong signatures are."""
    place = chance.randrange(len(signature) - 2)
    other = chance.choice([c for c in SIXBITS if c != signature[place]])
    return signature[:place] + other + signature[place + 1 :]
