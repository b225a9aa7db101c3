"""Confidence against the share that was right, as a picture that needs nothing to be shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from matching.trying.backtest import Result, Side
from matching.trying.hindsight import Question
from matching.trying.scoring import Bin

LEFT, TOP, ACROSS, DOWN, BELOW = 70, 50, 560, 320, 90
WIDTH, HEIGHT = LEFT + ACROSS + 30, TOP + DOWN + BELOW
ASIDE = 12
"""How far the marks of the two questions stand from the middle of a column."""
SVG = "http://www.w3.org/2000/svg"
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
COLOURS = {Question.CUSTOMER: "#1b5e9e", Question.NAME: "#b3400e"}
WORDS = {Question.CUSTOMER: "customer known", Question.NAME: "only a name known"}
STYLE = (
    "text{font:13px sans-serif;fill:#222}.axis{stroke:#222}.grid{stroke:#ccc}"
    ".said{stroke:#222;stroke-width:2;stroke-dasharray:4 3}"
)


def drawn(result: Result, company: str) -> str:
    """An SVG with a column for each bin that has cases. A dashed line is what was said, a mark the
    share that was right, a bar the interval in which the true share probably lies."""
    columns = sorted({(one.low, one.high) for side in result.sides for one in side.calibration})
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
        *_labels(columns),
        *(line for side in result.sides for line in _points(side, columns)),
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
        y = _y(tick)
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{LEFT + ACROSS}" y2="{y}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:.0%}</text>'
    yield f'<rect class="axis" x="{LEFT}" y="{TOP}" width="{ACROSS}" height="{DOWN}" fill="none"/>'
    middle = TOP + DOWN / 2
    yield f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">right</text>'


def _points(side: Side, columns: Sequence[tuple[float, float]]) -> Iterator[str]:
    aside = -ASIDE if side.question is Question.CUSTOMER else ASIDE
    for one in side.calibration:
        middle = _middle(columns.index((one.low, one.high)), len(columns))
        x, right, said = round(middle + aside, 1), one.right, _y(one.confidence)
        yield f'<line class="said" x1="{x - 10:.1f}" y1="{said}" x2="{x + 10:.1f}" y2="{said}"/>'
        yield (
            f'<line x1="{x}" y1="{_y(right.low)}" x2="{x}" y2="{_y(right.high)}"'
            f' stroke="{COLOURS[side.question]}" stroke-width="2"/>'
        )
        yield _mark(side.question, x, _y(right.share or 0.0))


def _labels(columns: Sequence[tuple[float, float]]) -> Iterator[str]:
    for place, (low, high) in enumerate(columns):
        x = _middle(place, len(columns))
        for line, text in enumerate((f"{100 * low:g} %", f"to {100 * high:g} %")):
            y = TOP + DOWN + 18 + 15 * line
            yield f'<text x="{x}" y="{y}" text-anchor="middle" style="font-size:11px">{text}</text>'


def _middle(place: int, columns: int) -> float:
    return round(LEFT + ACROSS * (place + 0.5) / columns, 1)


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
    y = TOP + DOWN + 70
    for place, side in enumerate(sides):
        x = LEFT + 10 + 190 * place
        yield _mark(side.question, x, y)
        yield f'<text x="{x + 14}" y="{y + 4}">{WORDS[side.question]}</text>'
    x = LEFT + 10 + 190 * len(sides)
    yield f'<line class="said" x1="{x}" y1="{y}" x2="{x + 20}" y2="{y}"/>'
    yield f'<text x="{x + 28}" y="{y + 4}">confidence that was said</text>'


def _y(share: float) -> float:
    return round(TOP + DOWN * (1 - share), 1)
