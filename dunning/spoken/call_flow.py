"""A machine call, turn by turn: keys in, what to say next and what was wished for out.

The first sentence says that it is a machine, for whom and to whom it calls; of amounts nothing is
said before the person confirms to be the right one, for an account is nobody else's business
(12 CFR 1006.6(d) on third parties; FCC 24-17 on artificial voices; 47 CFR 64.1200(b) on saying
who calls and offering a key to opt out).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from babel.dates import format_date

from dunning.spoken.speech import Facts, brief, is_month_first, say

PROMISE_DAYS_MAX = 60
SILENCES_MAX = 2
DAY_KEYS = 4
NEVER_KEY = "9"
RIGHT_PERSON_KEY = "1"


class Stage(StrEnum):
    """What the next keys will answer."""

    IDENTIFY = "identify"
    MENU = "menu"
    DAY = "day"
    CONFIRM = "confirm"
    OVER = "over"


class Wish(StrEnum):
    """What came of a turn."""

    NONE = ""
    IDENTIFIED = "identified"
    WRONG_PERSON = "wrong person"
    VOICEMAIL = "voicemail"
    SETTLED = "settled"
    LINK = "link"
    PROMISE = "promise"
    PERSON = "person"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Turn:
    """What is said now; `digits` keys are waited for, none where the call ends. `day` is the day
    entered last, in the client's zone. `silences` counts turns without a key that helped."""

    say: tuple[str, ...]
    stage: Stage
    digits: int = 0
    wish: Wish = Wish.NONE
    day: date | None = None
    silences: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """What a turn stands on: `today` in the client's zone, and what can be offered now. `settled`
    tells that nothing is open any more: the customer paid while the phone rang."""

    facts: Facts
    today: date
    may_text: bool
    may_forward: bool
    settled: bool = False

    def words(self, name: str, **more: object) -> str:
        return say(name, self.facts, may_text=self.may_text, **more)

    def shown(self, day: date) -> str:
        return format_date(day, "long", locale=self.facts.locale)


def begin(ground: Ground, *, by_machine: bool) -> Turn:
    """Somebody, or a mailbox, took the call."""
    disclosure = ground.words("disclosure")
    if ground.settled:
        return Turn((disclosure, ground.words("wrong_person")), Stage.OVER, wish=Wish.SETTLED)
    if by_machine:
        return Turn((disclosure, ground.words("voicemail")), Stage.OVER, wish=Wish.VOICEMAIL)
    return Turn((disclosure, ground.words("identify")), Stage.IDENTIFY, 1)


def script(ground: Ground) -> tuple[tuple[str, ...], ...]:
    """What the machine says: to whoever takes the call, to the person that it is for, and to a
    mailbox."""
    first = begin(ground, by_machine=False)
    identified = respond(ground, first, RIGHT_PERSON_KEY)
    return first.say, identified.say, begin(ground, by_machine=True).say


def respond(ground: Ground, last: Turn, keys: str) -> Turn:
    """The turn after `last`, in which `keys` were pressed; empty for silence."""
    if last.stage is Stage.OVER:
        return _over(ground, "goodbye")
    if keys == NEVER_KEY:
        return _over(ground, "never", wish=Wish.NEVER)
    return ANSWERS[last.stage](ground, last, keys) or _again(ground, last)


def _identify(ground: Ground, _last: Turn, keys: str) -> Turn | None:
    if keys == RIGHT_PERSON_KEY:
        said = (brief(ground.facts), ground.words("menu"))
        return Turn(said, Stage.MENU, 1, wish=Wish.IDENTIFIED)
    return _over(ground, "wrong_person", wish=Wish.WRONG_PERSON) if keys == "2" else None


def _menu(ground: Ground, _last: Turn, keys: str) -> Turn | None:
    if keys == "1":
        return _over(ground, "link_coming" if ground.may_text else "no_link", wish=Wish.LINK)
    if keys == "2":
        return Turn((ground.words("promise_ask"),), Stage.DAY, DAY_KEYS)
    if keys == "3":
        return _over(ground, "forwarding" if ground.may_forward else "person", wish=Wish.PERSON)
    return None


def _day(ground: Ground, last: Turn, keys: str) -> Turn | None:
    day = day_of(ground, keys)
    if day is not None:
        read_back = ground.words("promise_read", day=ground.shown(day))
        return Turn((read_back,), Stage.CONFIRM, 1, day=day)
    if not keys or last.silences + 1 >= SILENCES_MAX:
        return None
    said = (ground.words("promise_again", days=PROMISE_DAYS_MAX), ground.words("promise_ask"))
    return replace(last, say=said, silences=last.silences + 1, wish=Wish.NONE)


def _confirm(ground: Ground, last: Turn, keys: str) -> Turn | None:
    assert last.day is not None, "a day is confirmed only after it was entered"
    if keys == "1":
        said = (ground.words("promise_kept", day=ground.shown(last.day)),)
        return Turn(said, Stage.OVER, wish=Wish.PROMISE, day=last.day)
    if keys == "2":
        return Turn((ground.words("promise_ask"),), Stage.DAY, DAY_KEYS)
    return None


ANSWERS: dict[Stage, Callable[[Ground, Turn, str], Turn | None]] = {
    Stage.IDENTIFY: _identify, Stage.MENU: _menu, Stage.DAY: _day, Stage.CONFIRM: _confirm,
}  # fmt: skip
"""None where the keys say nothing: the question is put once more."""
QUESTIONS = {Stage.IDENTIFY: "identify", Stage.MENU: "menu", Stage.DAY: "promise_ask"}


def day_of(ground: Ground, keys: str) -> date | None:
    """The next such day within 60 days, from today on; month and day as people there write them."""
    if not (keys.isascii() and keys.isdecimal() and len(keys) == DAY_KEYS):
        return None
    first, second = int(keys[:2]), int(keys[2:])
    month, day = (first, second) if is_month_first(ground.facts) else (second, first)
    ahead = (ground.today + timedelta(days=n) for n in range(PROMISE_DAYS_MAX + 1))
    return next((d for d in ahead if (d.month, d.day) == (month, day)), None)


def _again(ground: Ground, last: Turn) -> Turn:
    silences = last.silences + 1
    if silences >= SILENCES_MAX:
        return _over(ground, "goodbye")
    if last.stage is Stage.CONFIRM and last.day is not None:
        question = ground.words("promise_read", day=ground.shown(last.day))
    else:
        question = ground.words(QUESTIONS[last.stage])
    said = (ground.words("silent"), question)
    return replace(last, say=said, silences=silences, wish=Wish.NONE)


def _over(ground: Ground, name: str, *, wish: Wish = Wish.NONE) -> Turn:
    return Turn((ground.words(name),), Stage.OVER, wish=wish)
