"""Telling a client's own system one thing: signed, at least once, and given up in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from connector import audit
from connector.clients import tenants
from connector.deps import Deps
from connector.firm_news import hook_endpoints
from connector.firm_news.hook_endpoints import Endpoint, State
from connector.lease import Fence
from connector.outgoing import intents
from connector.outgoing.effects import SendHook
from connector.outgoing.intents import Intent, Step
from connector.vault import Vault
from providers.errors import OutcomeUnknown, Refused, TryLater
from providers.http import Http
from providers.standard_webhooks.reach import Outward
from providers.standard_webhooks.signing import sign

AGAIN_AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""Between one try and the next (standardwebhooks.com, the schedule that it proposes)."""
TRIED_FOR = sum(AGAIN_AFTER, timedelta())
REST = timedelta(minutes=1)
BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
READ_SECONDS_MAX = 10.0
MESSAGE_ID_CHARACTERS = 32


@dataclass
class Run:
    """Deliveries one after another. An endpoint that is down, of those in `resting`, is not called
    again in the same run: what else is due there waits a little."""

    deps: Deps
    fence: Fence
    resting: set[int] = field(default_factory=set)

    def deliver(self, intent: Intent) -> None:
        effect = _hook(intent)
        with self.deps.reading() as tx:
            client_id = tenants.connection(tx, intent.connection_id).client_id
            endpoint = hook_endpoints.find(tx, client_id, effect.endpoint_id)
        if endpoint is None or endpoint.state is not State.ACTIVE:
            self._end(intent, Step.REFUSED, "the address is told nothing any more")
        elif endpoint.id in self.resting:
            self._wait(intent)
        else:
            self._try(intent, endpoint)

    def _try(self, intent: Intent, endpoint: Endpoint) -> None:
        deps = self.deps
        with deps.writing() as tx:
            self.fence.check(tx)
            intents.sending(tx, intent, None, now=deps.now())
        deps.reached("hook.sending")
        try:
            status = _post(deps, intent, endpoint)
        except (TryLater, OutcomeUnknown) as error:
            self.resting.add(endpoint.id)
            self._failed(intent, str(error))
            return
        except Refused as refused:
            self._end(intent, Step.PERSON, f"not sent: {refused}")
            return
        deps.reached("hook.sent")
        if status == HTTPStatus.GONE:
            self._gone(intent, endpoint)
        elif status // 100 == HTTPStatus.OK // 100:
            self._arrived(intent, endpoint, status)
        else:
            if status in BUSY or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                self.resting.add(endpoint.id)
            self._failed(intent, f"it answered {status}")

    def _arrived(self, intent: Intent, endpoint: Endpoint, status: int) -> None:
        now = self.deps.now()
        with self.deps.writing() as tx:
            self.fence.check(tx)
            intents.confirmed(tx, intent, str(status), now=now)
            audit.add(
                tx, intent.connection_id, at=now, actor="ledgerhand", event="send_hook.confirmed",
                about=f"customer:{_hook(intent).customer_id}", url=endpoint.url,
                message_id=message_id(intent),
            )  # fmt: skip

    def _failed(self, intent: Intent, why: str) -> None:
        """No sooner than the schedule says, and not for ever."""
        tries = intent.attempts + 1
        if tries > len(AGAIN_AFTER) or self._is_too_old(intent):
            self._end(intent, Step.PERSON, f"given up after {tries} tries: {why}")
            return
        with self.deps.writing() as tx:
            self.fence.check(tx)
            intents.again(tx, intent, why, next_at=self.deps.now() + AGAIN_AFTER[tries - 1])

    def _wait(self, intent: Intent) -> None:
        why = "an earlier one did not get through"
        if self._is_too_old(intent):
            self._end(intent, Step.PERSON, f"given up after {intent.attempts} tries: {why}")
            return
        with self.deps.writing() as tx:
            self.fence.check(tx)
            intents.wait(tx, intent, why, next_at=self.deps.now() + REST)

    def _is_too_old(self, intent: Intent) -> bool:
        return self.deps.now() - intent.created_at >= TRIED_FOR

    def _gone(self, intent: Intent, endpoint: Endpoint) -> None:
        """The address says itself that it wants no more."""
        with self.deps.writing() as tx:
            self.fence.check(tx)
            hook_endpoints.stand(tx, endpoint, State.GONE)
            audit.add(
                tx, intent.connection_id, at=self.deps.now(), actor="ledgerhand",
                event="hook.gone", about=endpoint.subject, url=endpoint.url,
            )  # fmt: skip
        self._end(intent, Step.REFUSED, "the address says that it is gone (410)")

    def _end(self, intent: Intent, state: Step, why: str) -> None:
        now = self.deps.now()
        with self.deps.writing() as tx:
            self.fence.check(tx)
            intents.end(tx, intent, state, why, now=now)
            audit.add(
                tx, intent.connection_id, at=now, actor="ledgerhand", event="send_hook.not done",
                about=f"customer:{_hook(intent).customer_id}", reason=why,
                message_id=message_id(intent),
            )  # fmt: skip


def message_id(intent: Intent) -> str:
    """The same however often it is tried, so that a receiver can tell a repeat."""
    return f"msg_{intent.key[:MESSAGE_ID_CHARACTERS]}"


def _post(deps: Deps, intent: Intent, endpoint: Endpoint) -> int:
    """The status that came back. Raises TryLater, OutcomeUnknown and Refused."""
    raw, now = _hook(intent).body.encode(), deps.now()
    keys = hook_endpoints.secrets_of(Vault(deps.config.keys), endpoint, now)
    outward = Outward(loopback=not deps.config.production)
    http = Http(
        adapters={"https://": outward, "http://": outward}, read_seconds=READ_SECONDS_MAX
    )  # fmt: skip
    try:
        return http.call(
            "hook", "POST", endpoint.url, writes=True, body=raw,
            headers={"Content-Type": "application/json", "User-Agent": "Ledgerhand"}
            | sign(raw, message_id(intent), *keys, now=now),
        ).status  # fmt: skip
    finally:
        http.close()


def _hook(intent: Intent) -> SendHook:
    assert isinstance(intent.effect, SendHook)
    return intent.effect
