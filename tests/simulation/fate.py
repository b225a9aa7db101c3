"""What fails in a seed, and processes that die."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from connector.db import Tx
from connector.deps import Deps


class Killed(BaseException):
    """This process was killed here; what it held is not given back."""


@dataclass
class Fate:
    """What fails in this seed, and how often: every rate is drawn anew for each seed."""

    random: random.Random
    crash: float
    write_fault: float
    read_fault: float
    hook_fault: float
    mail_fault: float
    bell_lost: float
    crowd: float
    meddling: float
    dead: bool = False
    crashes: int = 0
    healed: bool = False

    @classmethod
    def of(cls, seed: int) -> Fate:
        rng = random.Random(seed)
        return cls(
            rng, crash=rng.choice((0, 0.02, 0.08)), write_fault=rng.choice((0, 0.15, 0.5)),
            read_fault=rng.choice((0, 0.1)), hook_fault=rng.choice((0, 0.3, 0.7)),
            mail_fault=rng.choice((0, 0.3)), bell_lost=rng.choice((0, 0.3)),
            crowd=rng.choice((0, 0.15)),
            meddling=rng.choice((0, 0.1)),
        )  # fmt: skip

    def strike(self) -> None:
        """Perhaps the process dies at this very point."""
        if not self.healed and self.random.random() < self.crash:
            self.dead = True
            self.crashes += 1
            raise Killed


@dataclass(frozen=True)
class MortalDeps(Deps):
    """Transactions of a process that may die before or after each commit; `watch` sees the end of
    every one."""

    fate: Fate = field(kw_only=True)
    watch: Callable[[Tx], None] = field(kw_only=True, default=lambda _tx: None)

    @contextmanager
    def writing(self) -> Iterator[Tx]:  # type: ignore[override]
        if self.fate.dead:
            raise Killed
        with self.engine.begin() as tx:
            yield tx
            self.watch(tx)
            self.fate.strike()
        self.fate.strike()


@contextmanager
def replaced(thing: object, name: str, value: object) -> Iterator[None]:
    old = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        setattr(thing, name, old)
