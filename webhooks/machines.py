"""What fetches pictures and follows links by itself, as far as a request tells.

Apple's Mail Privacy Protection fetches every picture some time after arrival, read or not, as a
bare `Mozilla/5.0` (help.socketlabs.com, "Apple MPP"). Gmail's and Yahoo's proxies fetch when
somebody looks, and often keep what they got: those count as opens. Scanners of links come within
moments of the arrival, mostly under a browser's name.
"""

from __future__ import annotations

import re
from datetime import timedelta

APPLE = "Mozilla/5.0"
SCAN = timedelta(seconds=30)
"""Sooner after sending, nobody has read a mail and chosen a link."""
_NAMED = re.compile(
    r"bot\b|crawl|spider|preview|scan|barracuda|mimecast|proofpoint|safelinks"
    r"|curl|wget|python|java/|go-http|okhttp|libwww",
    re.IGNORECASE,
)


def is_machine(method: str, agent: str, *, age: timedelta) -> bool:
    """Whether a request is known not to be a person's; `age` is how long ago the mail went out."""
    named = not agent or agent == APPLE or bool(_NAMED.search(agent))
    return method == "HEAD" or named or age < SCAN
