from __future__ import annotations

from connector.decided import telling


def test_a_list_is_told_as_it_is_spoken() -> None:
    assert telling.listed(["a"]) == "a"
    assert telling.listed(["a", "b", "c"]) == "a, b and c"
