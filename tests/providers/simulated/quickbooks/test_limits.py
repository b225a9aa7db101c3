from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from providers.simulated.quickbooks.limits import Limits, ReadMeter
from tests.providers.simulated.quickbooks.place import Place

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def admitted(limits: Limits, times: int, *, apart: float, resource: str, client: str = "a") -> int:
    return sum(
        limits.admits(
            NOW + timedelta(seconds=apart * n), realm="1", client=client, resource=resource
        )
        for n in range(times)
    )


@pytest.mark.parametrize(
    ("_case", "resource", "apart", "most"),
    [
        ("ten a second for one app", "invoice", 0.0, 10),
        ("500 a minute for one company", "invoice", 0.1, 500),
        ("40 batches a minute for one app", "batch", 0.2, 40),
        ("200 reports a minute", "reports", 0.1, 200),
    ],
)
def test_no_more_pass_than_the_vendor_lets(
    _case: str, resource: str, apart: float, most: int
) -> None:
    times = 60 if apart == 0.0 else int(60 / apart)
    assert admitted(Limits(), times, apart=apart, resource=resource) == most


def test_a_company_takes_120_batches_a_minute_from_all_apps() -> None:
    limits = Limits()
    passed = [admitted(limits, 40, apart=0.2, resource="batch", client=app) for app in "abcd"]
    assert passed == [40, 40, 40, 0]


def test_what_was_refused_does_not_count() -> None:
    limits = Limits()
    assert admitted(limits, 30, apart=0.0, resource="invoice") == 10
    later = NOW + timedelta(seconds=1)
    assert limits.admits(later, realm="1", client="a", resource="invoice")


def test_one_company_does_not_slow_another() -> None:
    limits = Limits()
    assert admitted(limits, 11, apart=0.0, resource="invoice") == 10
    assert limits.admits(NOW, realm="2", client="a", resource="invoice")


def test_a_throttled_request_does_nothing_and_says_so_in_one_of_three_shapes(
    connected: Place,
) -> None:
    connected.quickbooks.limits_on = True
    for number in range(10):
        connected.post("customer", {"DisplayName": f"C{number}"})
    shapes = set()
    for number in range(40):
        answer = connected.call("POST", "customer", {"DisplayName": f"D{number}"})
        assert answer.status_code == 429
        assert b"ThrottleExceeded" in answer.data
        assert b"3001" in answer.data
        assert answer.headers["intuit_tid"]
        shapes.add((answer.mimetype, answer.data.startswith(b'{"Fault"')))
    assert shapes == {
        ("application/json", True), ("application/json", False), ("application/xml", False),
    }  # fmt: skip
    connected.clock.advance(timedelta(seconds=1))
    assert connected.query("select count(*) from Customer") == {"totalCount": 10}


def test_metered_reads_run_out_until_the_next_month(connected: Place) -> None:
    connected.quickbooks.limits_on = True
    connected.quickbooks.reads.most = 2
    connected.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    connected.connect()
    assert connected.call("GET", "customer/99").status_code == 400
    assert connected.call("GET", "companyinfo/1").status_code == 200
    assert connected.call("POST", "query", "select * from Customer").status_code == 200
    assert connected.call("GET", "companyinfo/1").status_code == 429
    connected.post("customer", {"DisplayName": "Writing is free"})
    connected.clock.set(datetime(2026, 12, 1, 1, 0, tzinfo=UTC))
    connected.connect()
    assert connected.call("GET", "companyinfo/1").status_code == 200


def test_reads_are_counted_for_each_app() -> None:
    meter = ReadMeter()
    meter.count("a", NOW)
    assert (meter.used("a", NOW), meter.used("b", NOW)) == (1, 0)
    assert not meter.is_used_up("a", NOW)
