"""Which messages Twilio itself takes as a no: it blocks the sender and answers for us."""

from __future__ import annotations

KEYWORDS = frozenset({
    "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT",
})  # fmt: skip
"""Twilio's default keywords, the last two since May 2025, none with a space
(twilio.com/en-us/blog/update-to-fcc-s-sms-opt-out-keywords)."""


def answers_itself(text: str) -> bool:
    """Whether Twilio blocks the sender and confirms it: a single word, in any case."""
    return text.strip().upper() in KEYWORDS
