"""The customers' post: every e-mail is taken in and kept, and customers can answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World

HOOK_SECONDS_MAX = 15.0
HOOK_WAITS = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=5), timedelta(hours=10), timedelta(hours=14),
)  # fmt: skip


class UnknownMessage(KeyError):
    """No message with this id was delivered."""


class Mail:
    """Messages are kept by the store as they came; answers are posted to the hook, signed by the
    scheme of Standard Webhooks, and again on its schedule until the hook says 2xx."""

    def __init__(self, world: World) -> None:
        self._world = world

    def hook(self, url: str, secret: str) -> None:
        """Where answers go; `secret` is ``whsec_`` and the key in base64. Raises ValueError."""
        key_of(secret)
        self._world.store.put(EVERYWHERE, "setting", "mail", {"url": url, "secret": secret})

    def take(self, raw: bytes, *, sender: str, recipients: Sequence[str]) -> Doc:
        """Keep one message that was handed over by SMTP."""
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        store = self._world.store
        with store.transaction():
            number = store.number(EVERYWHERE, "mail")
            row: Doc = {
                "number": number,
                "time": self._world.clock.now().isoformat(),
                "message_id": str(message.get("Message-ID", f"<{number}@simulated.invalid>")),
                "envelope_from": sender,
                "recipients": list(recipients),
                "from": str(message.get("From", "")),
                "to": str(message.get("To", "")),
                "subject": str(message.get("Subject", "")),
                "headers": [[name, str(value)] for name, value in message.items()],
                "text": _part(message, "plain"),
                "html": _part(message, "html"),
            }
            store.put(EVERYWHERE, "mail", f"{number:09d}", row)
        self._world.changed.set()
        return row

    def messages(self) -> list[Doc]:
        """Every message delivered, oldest first."""
        return self._world.store.all(EVERYWHERE, "mail")

    def answer(self, message_id: str, text: str) -> Doc:
        """The customer answers a message; the answer is queued for the hook.

        Raises UnknownMessage.
        """
        asked = next((m for m in self.messages() if m["message_id"] == message_id), None)
        if asked is None:
            raise UnknownMessage(message_id)
        now = self._world.clock.now()
        reply = composed(asked, text, now=now)
        row: Doc = {
            "id": f"msg_{secrets.token_hex(12)}", "message_id": str(reply["Message-ID"]),
            "raw": reply.as_bytes(policy=policy.SMTP).decode("utf-8", "surrogateescape"),
            "attempt": 0, "due": now.isoformat(), "status": 0,
        }  # fmt: skip
        self._world.store.put(EVERYWHERE, "answer", row["id"], row)
        self._world.changed.set()
        return row

    def pump(self) -> int:
        """Post every answer that is due; returns the number of posts made."""
        hook = self._world.store.get(EVERYWHERE, "setting", "mail")
        if hook is None:
            return 0
        now = self._world.clock.now()
        due = [row for row in self._waiting() if datetime.fromisoformat(row["due"]) <= now]
        for row in due:
            self._post(hook, row, now)
        return len(due)

    def _waiting(self) -> list[Doc]:
        rows = self._world.store.all(EVERYWHERE, "answer")
        return [row for row in rows if row["due"]]

    def _post(self, hook: Doc, row: Doc, now: datetime) -> None:
        raw = row["raw"].encode("utf-8", "surrogateescape")
        headers = {
            "Content-Type": "message/rfc822",
            **signed(raw, id_=row["id"], now=now, secret=hook["secret"]),
        }
        status = self._world.post(hook["url"], headers, raw, HOOK_SECONDS_MAX)
        tried = row["attempt"] + 1
        done = 200 <= status < 300 or tried > len(HOOK_WAITS)
        due = "" if done else (now + HOOK_WAITS[tried - 1]).isoformat()
        fresh = row | {"attempt": tried, "due": due, "status": status}
        self._world.store.put(EVERYWHERE, "answer", row["id"], fresh)


def composed(asked: Doc, text: str, *, now: datetime) -> EmailMessage:
    """A customer's answer as a mail program writes it (RFC 5322): in the thread, quoting it."""
    header = {name.lower(): value for name, value in asked["headers"]}
    reply = EmailMessage(policy=policy.SMTP)
    reply["From"] = asked["recipients"][0]
    reply["To"] = header.get("reply-to") or asked["from"]
    subject = asked["subject"]
    reply["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    reply["Date"] = format_datetime(now)
    domain = parseaddr(asked["recipients"][0])[1].rpartition("@")[2]
    reply["Message-ID"] = f"<{secrets.token_hex(16)}@{domain or 'customer.invalid'}>"
    reply["In-Reply-To"] = asked["message_id"]
    before = header.get("references", "")
    reply["References"] = f"{before} {asked['message_id']}".strip()
    quoted = "\n".join(f"> {line}" for line in asked["text"].splitlines())
    sent = datetime.fromisoformat(asked["time"])
    reply.set_content(
        f"{text}\n\nOn {sent:%a, %d %b %Y} at {sent:%H:%M}, {asked['from']} wrote:\n{quoted}\n"
    )
    return reply


def key_of(secret: str) -> bytes:
    """The bytes of a ``whsec_`` secret. Raises ValueError."""
    kind, _, key = secret.partition("_")
    if kind != "whsec" or not key:
        raise ValueError("a hook's secret is 'whsec_' followed by the key in base64")
    return base64.b64decode(key, validate=True)


def signed(raw: bytes, *, id_: str, now: datetime, secret: str) -> dict[str, str]:
    """The headers that prove a post (Standard Webhooks, "Signature scheme")."""
    moment = str(int(now.timestamp()))
    digest = hmac.new(key_of(secret), f"{id_}.{moment}.".encode() + raw, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""
