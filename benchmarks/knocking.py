"""The sender of webhooks, a process of its own: signed requests, each about something new."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from uuid import uuid4

HEADERS = {"quickbooks": "intuit-signature", "xero": "x-xero-signature"}
MOMENT = "2026-11-02T09:30:00.000Z"


@dataclass(frozen=True, slots=True)
class Order:
    """What to send: at most `count` requests in at most `seconds_max`, from so many senders."""

    port: int
    ledger: str
    company: str
    key: str
    count: int
    senders: int = 8
    seconds_max: float = 20.0


@dataclass(frozen=True, slots=True)
class Heard:
    """Requests that were answered with 200, those that were not, and the times of the answers."""

    answered: int
    refused: int
    seconds: float
    milliseconds: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Acknowledgements a second."""
        return self.answered / self.seconds

    @property
    def p99(self) -> float:
        """Milliseconds within which 99 of 100 answers came."""
        return sorted(self.milliseconds)[int(0.99 * (len(self.milliseconds) - 1))]


def body_of(ledger: str, company: str) -> bytes:
    """One event about a record that nobody has heard of."""
    if ledger == "quickbooks":
        return json.dumps([{
            "specversion": "1.0", "id": str(uuid4()), "source": "intuit.benchmark",
            "type": "qbo.invoice.updated.v1", "datacontenttype": "application/json",
            "time": MOMENT, "intuitentityid": str(uuid4().int % 10**9),
            "intuitaccountid": company, "data": {},
        }]).encode()  # fmt: skip
    record = str(uuid4())
    return json.dumps({
        "events": [{
            "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{record}",
            "resourceId": record, "eventDateUtc": MOMENT[:-1], "eventType": "UPDATE",
            "eventCategory": "INVOICE", "tenantId": company, "tenantType": "ORGANISATION",
        }],
        "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "XHRTZQPLSYGWYTGQUPKF",
    }).encode()  # fmt: skip


def knock(order: Order) -> Heard:
    """Send everything, each sender over one connection that it keeps."""
    requests = [body_of(order.ledger, order.company) for _ in range(order.count)]
    signed = [(body, _signature(body, order.key)) for body in requests]
    times: list[float] = []
    refused: list[int] = []
    end = time.monotonic() + order.seconds_max
    threads = [
        threading.Thread(
            target=_send, args=(order, signed[number :: order.senders], end, times, refused)
        )
        for number in range(order.senders)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Heard(len(times), len(refused), time.perf_counter() - start, times)


def _send(
    order: Order, signed: list[tuple[bytes, str]], end: float, times: list[float],
    refused: list[int],
) -> None:  # fmt: skip
    connection = HTTPConnection("127.0.0.1", order.port, timeout=order.seconds_max)
    for body, signature in signed:
        if time.monotonic() > end:
            break
        start = time.perf_counter()
        connection.request("POST", f"/webhooks/{order.ledger}", body, {
            HEADERS[order.ledger]: signature, "Content-Type": "application/json",
        })  # fmt: skip
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            times.append(1000 * (time.perf_counter() - start))
        else:
            refused.append(answer.status)
    connection.close()


def _signature(body: bytes, key: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


if __name__ == "__main__":
    print(json.dumps(asdict(knock(Order(**json.loads(sys.argv[1]))))))
