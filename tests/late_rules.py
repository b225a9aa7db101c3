"""Rules of web applications that learn to write an address when first asked for one: for tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

from werkzeug.routing import Rule


class LateRule(Rule):
    """To learn it is nine tenths of the time that putting an application together takes, and most
    rules are only ever read."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        learned = cache(partial(super()._compile_builder, append_unknown))

        def write(rule: Rule, **values: object) -> tuple[str, str]:
            return learned()(rule, **values)

        return write
