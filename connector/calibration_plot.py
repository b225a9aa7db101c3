"""Confidence against the share that was right, as a picture that needs nothing to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from matching.backtest import Result, Side
from matching.hindsight import Question
from matching.scoring import Bin

WIDTH, HEIGHT, LEFT, TOP, SIZE = 640, 470, 70, 50, 340
SVG = "http://www.w3.org/2000/svg"
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
COLOURS = {Question.CUSTOMER: "#1b5e9e", Question.NAME: "#b3400e"}
WORDS = {Question.CUSTOMER: "customer known", Question.NAME: "only a name known"}
STYLE = (
    "text{font:13px sans-serif;fill:#222}.axis{stroke:#222}.grid{stroke:#ccc}"
    ".even{stroke:#666;stroke-dasharray:5 4}"
)


def drawn(result: Result, company: str) -> str:
    """An SVG. On the dashed line what is said comes true; bars are the intervals in which the true
    share probably lies."""
    title = f"How often the matcher is right, by what it says: {company}"
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return "\n".join((
        f'<svg xmlns="{SVG}" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(described(result))}</desc>',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="28" style="font-weight:bold">{escape(title)}</text>',
        *_axes(),
        *(line for side in result.sides for line in _points(side)),
        *_legend(result.sides),
        "</svg>\n",
    ))  # fmt: skip


def described(result: Result) -> str:
    """The figures in words, for those who do not see them."""
    parts = [
        f"{WORDS[side.question]}: " + ("; ".join(map(_in_words, side.calibration)) or "no case")
        for side in result.sides
    ]
    return f"Receipts from {result.since} to {result.until}. " + ". ".join(parts) + "."


def _in_words(one: Bin) -> str:
    return (
        f"at a confidence of {one.confidence:.1%}, {one.right.right} of {one.right.judged} right"
        f" ({one.right.low:.0%} to {one.right.high:.0%})"
    )


def _axes() -> Iterator[str]:
    for tick in TICKS:
        x, y = _x(tick), _y(tick)
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{TOP + SIZE}"/>'
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{LEFT + SIZE}" y2="{y}"/>'
        yield f'<text x="{x}" y="{TOP + SIZE + 20}" text-anchor="middle">{tick:.0%}</text>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.0%}</text>'
    yield f'<rect class="axis" x="{LEFT}" y="{TOP}" width="{SIZE}" height="{SIZE}" fill="none"/>'
    yield f'<line class="even" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    middle = TOP + SIZE / 2
    yield f'<text x="{LEFT + SIZE / 2}" y="{TOP + SIZE + 44}" text-anchor="middle">said</text>'
    yield f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">right</text>'


def _points(side: Side) -> Iterator[str]:
    colour = COLOURS[side.question]
    for one in side.calibration:
        x, right = _x(one.confidence), one.right
        yield (
            f'<line x1="{x}" y1="{_y(right.low)}" x2="{x}" y2="{_y(right.high)}"'
            f' stroke="{colour}" stroke-width="2"/>'
        )
        yield _mark(side.question, x, _y(right.share or 0.0))


def _mark(question: Question, x: float, y: float) -> str:
    """Told apart by shape as well as by colour."""
    colour = COLOURS[question]
    if question is Question.CUSTOMER:
        return f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    return (
        f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" fill="#fff"'
        f' stroke="{colour}" stroke-width="2"/>'
    )


def _legend(sides: Sequence[Side]) -> Iterator[str]:
    x = LEFT + SIZE + 25
    for place, side in enumerate(sides):
        y = TOP + 12 + 24 * place
        yield _mark(side.question, x, y)
        yield f'<text x="{x + 14}" y="{y + 4}">{WORDS[side.question]}</text>'


def _x(share: float) -> float:
    return round(LEFT + SIZE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIZE * (1 - share), 1)
