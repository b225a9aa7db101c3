"""Words that are written in more than one way, and such as look alike and mean another."""

from __future__ import annotations

import re
from itertools import takewhile

_CARDINALS = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
    thirty forty fifty sixty seventy eighty ninety hundred
"""
_ORDINALS = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth
"""
_VALUES = [*range(1, 21), *range(30, 101, 10)]
CARDINALS = dict(zip(_CARDINALS.split(), map(str, _VALUES), strict=True))
ORDINALS = dict(zip(_ORDINALS.split(), map(str, _VALUES), strict=True))
NUMBERS = CARDINALS | ORDINALS
"""What a written number comes to."""
_BY_VALUE = {value: word for word, value in ORDINALS.items()}
_TH = re.compile(r"\b0*(\d{1,3})(?:st|nd|rd|th)\b")
_SAME = {
    "mount": "mt", "saint": "st", "street": "st", "fort": "ft", "centre": "ctr", "center": "ctr",
    "grey": "gray",
} | CARDINALS  # fmt: skip
_IES, _ISATION = re.compile(r"(?<=[^\W\d_]{3})ies$"), re.compile(r"isation(?=s?$)")
_POINTS = re.compile(
    r"(north|nord|noord|south|sud|zuid)(east|west|oost|ost|oust|est)?|(nor|sur)(este|oste)"
    r"|(east|west|oost|ost)"
)
_DIRECTIONS = {
    "north": "n", "nord": "n", "noord": "n", "nor": "n", "south": "s", "sud": "s", "zuid": "s",
    "sur": "s", "east": "e", "oost": "e", "ost": "e", "est": "e", "este": "e", "west": "w",
    "oust": "w", "oste": "w",
}  # fmt: skip
_ENDS = re.compile(r"(?:er|ern)?")
_STEMS = """
    adrian alex alexand andre andrej anton august bernard bernhard brian camill carl carlo cecil
    charl christ christi christian clar claud clement constant cornel dan daniel dari denis dian
    diego dominic dominik eduard emil emm eric erik ernest eugen ev fabian feder federic
    felici ferdinand fernand filip flor florian franc francesc francisc frank frederic frederik
    gabri gabriel georg gerald gerard giovann giuli glori guid gust henri henrik herman ign irin
    ivan ivon jacob jacque jakob jan janin jean jo joan johan johann jon jordan jos josef joseph
    juan jul juli julian justin karl kristi kristian laur lauren leo leon leonard lorenz louis
    luc luci lucian ludovic luis manuel mar marc marcel marco mari marian mariann marijan marin
    mario mark martin mauric maurizi maxim maximilian michael michel miguel mik mikael milan
    natal nicol nikol nin noel octavi oliv olivi pablo paol pascal patric patrici patrik paul
    paulin per petr phil philip philipp pier pierr rafael raffael ramon raphael ren renat ricard
    riccard richard robert robin roland rolf roman ros rosari ruben rudolf sabin samuel sandr
    sebastian sergi silvan silvi simon sofi soni stan stefan stephan steven sylvain
    sylvi theo theodor theres thomas tin tom ton toni urs valenti valentin valeri ver vicent
    victor viktor vincen vincent vincenz virgini vittori vivian walter wilhelm wilhelmin
    willem xavier yann yasmin yol yv yvan yvon
"""
"""Of given names, up to where a man's and a woman's part."""
_ENDINGS = """
    a ana ane an anne as e ee el ela ella elle en enne er et etta ette i ia ie in ina ine io la le
    n na ne o on ra re us
"""
_GENDERS = frozenset({"", *_ENDINGS.split()})
_UMLAUTS = re.compile(r"(?<=[aou])e")


def without_umlauts(word: str) -> str:
    """A word in lower case of which ae, oe and ue are written with one letter."""
    return _UMLAUTS.sub("", word)


_GIVEN_NAMES = frozenset(without_umlauts(stem) for stem in _STEMS.split())


def counted(name: str) -> str:
    """A name in lower case with "1st" as "first"."""
    return _TH.sub(lambda found: _BY_VALUE.get(found[1], found[0]), name)


def spelt(word: str) -> str:
    """A word in lower case in the one of its spellings that stands for all of them: mt for mount,
    and one of several for all: property."""
    word = _SAME.get(word, word)
    return _ISATION.sub("ization", _IES.sub("y", word)) if len(word) > len("ies") else word


def all_spelt(name: str) -> str:
    """All words of a name in lower case in such a spelling."""
    return " ".join(spelt(word) for word in counted(name).split())


def is_compass(word: str) -> bool:
    """Whether a word in lower case is made of points of the compass: southeastern."""
    found = _POINTS.match(word)
    return bool(found and _ENDS.fullmatch(word, found.end()))


def tell_places_apart(one: str, other: str) -> bool:
    """Whether two words begin with different points of the compass; south is another than
    southeast, and southeas is that one cut off."""
    left, right = _points(one), _points(other)
    if not left or not right or left == right:
        return False
    common = min(len(left), len(right))
    shorter = one if len(left) < len(right) else other
    return left[:common] != right[:common] or is_compass(shorter)


def tell_people_apart(one: str, other: str) -> bool:
    """Whether two words are given names that differ in their ending: Daniel, Daniela."""
    if one == other:
        return False
    both = zip(one, other, strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))
    return any(
        one[:end] in _GIVEN_NAMES and one[end:] in _GENDERS and other[end:] in _GENDERS
        for end in range(common, 0, -1)
    )


def _points(word: str) -> str:
    found = _POINTS.match(word)
    return "".join(_DIRECTIONS[it] for it in found.groups() if it) if found else ""
