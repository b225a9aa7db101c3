"""The neutral words for what we say to customers and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail, complete. `message_id` is fixed before the first attempt and never changes.

    `unsubscribe` are the addresses at which the recipient can ask for no more (RFC 2369): a first
    one by https takes a POST and acts at once (RFC 8058).
    """

    message_id: str
    sender_name: str
    sender: str
    reply_to: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    unsubscribe: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a customer wrote. `in_reply_to` are the ids of the messages that it answers.

    `text` is all that may be the sender's own; `whole` the message with what it quotes, empty where
    that is nothing more. `bare` is what certainly is their own, without a signature: a no is looked
    for there; empty where it is not told.

    `automatic` marks out-of-office notes, bounces and the like (RFC 3834): not an answer. `notice`
    marks newsletters and what a program sends when something happened, as the receipts of help
    desks: an answer only where it names what it answers.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    sender: str
    subject: str
    text: str
    received_at: datetime
    automatic: bool
    notice: bool = False
    whole: str = ""
    bare: str = ""


class Channel(Protocol):
    def send(self, message: Message) -> str:
        """Hand the message over once; returns the other side's word of acceptance.

        Raises TryLater (nothing was accepted), OutcomeUnknown (it may have been) or Refused.
        """
        ...
