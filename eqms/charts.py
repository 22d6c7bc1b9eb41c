"""Bar, line and step charts as geometry; templates/eqms/chart.html draws it as inline SVG.

The same data stand in a table below. Pure: no database, no markup. Two series at most,
since two colours are what everybody can tell apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, floor, log10

WIDTH, HEIGHT = 560, 220
LEFT, TOP, BOTTOM = 46, 22, 30
BAR_SHARE = 0.64  # of the room that one label has
WIDEST_BAR = 60
LINE_APART = 15  # between the names at the ends of two lines
MOST_LABELS = 13
MOST_SERIES = 2
GUIDES = 4
DATES = 3  # spaces between the days below a step chart
FIRST_DATE = 52  # half the width of a day in the large letters of a phone

Number = int | float


@dataclass(frozen=True)
class Text:
    """Words at a place; ``anchor`` is SVG's: start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: Text
    tone: str


@dataclass(frozen=True)
class Line:
    points: str
    label: Text
    tone: str


@dataclass(frozen=True)
class Chart:
    """What the template draws. ``rows`` is the table: a label and one value for each of ``columns``."""

    title: str
    labels: list[Text]
    guides: list[Text]
    bars: list[Bar]
    lines: list[Line]
    columns: list[str]
    rows: list[tuple[str, list[Number]]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM
    said: str = ""

    @property
    def summary(self) -> str:
        """The data in one sentence, for whoever does not see the drawing."""
        return self.said or "; ".join(
            f"{label}: {', '.join(written(value) for value in values)}" for label, values in self.rows
        )


@dataclass(frozen=True)
class Scale:
    """Where labels and values lie. Values below zero are drawn as zero: these charts count things."""

    count: int
    top: Number
    right: int

    @property
    def slot(self) -> float:
        return (WIDTH - LEFT - self.right) / max(self.count, 1)

    def x(self, position: int) -> float:
        return round(LEFT + self.slot * (position + 0.5), 1)

    def y(self, value: Number) -> float:
        room = HEIGHT - TOP - BOTTOM
        return round(TOP + room * (1 - max(value, 0) / self.top), 1)

    def guides(self, step: Number) -> list[Text]:
        values = [step * n for n in range(round(self.top / step) + 1)]
        return [Text(LEFT - 6, self.y(value), written(value), "end") for value in values]

    def labels(self, words: Sequence[str]) -> list[Text]:
        every = ceil(len(words) / MOST_LABELS)
        return [Text(self.x(n), HEIGHT - 10, word) for n, word in enumerate(words) if n % every == 0]


def bar_chart(
    title: str, labels: Sequence[str], values: Sequence[Number], *, names: tuple[str, str], short: Sequence[str] = ()
) -> Chart:
    """Return one bar for each label, with its value above it.

    ``names`` head the table: what a label is, and a value. ``short`` stands below the bars in place of long labels.
    """
    step, top = steps(max(values, default=0))
    scale = Scale(len(labels), top, right=4)
    width = round(min(scale.slot * BAR_SHARE, WIDEST_BAR), 1)
    bars = [bar(scale, position, value, width) for position, value in enumerate(values)]
    rows = [(label, [value]) for label, value in zip(labels, values, strict=True)]
    return Chart(title, scale.labels(short or labels), scale.guides(step), bars, [], list(names), rows)


def bar(scale: Scale, position: int, value: Number, width: float) -> Bar:
    """Return the bar of one label; its value stands above it while there is room for all."""
    x, y = scale.x(position), scale.y(value)
    words = written(value) if scale.count <= MOST_LABELS else ""
    return Bar(round(x - width / 2, 1), y, width, round(HEIGHT - BOTTOM - y, 1), Text(x, y - 6, words), "first")


def line_chart(
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    *,
    name: str,
    short: Sequence[str] = (),
) -> Chart:
    """Return one line for each of at most two named series, its name at its end; ``name`` says what a label is.

    ``short`` stands below the lines in place of long labels.
    """
    if len(series) > MOST_SERIES:
        raise ValueError(f"{title}: {len(series)} series, but two colours at most. Draw two charts.")
    step, top = steps(max((value for values in series.values() for value in values), default=0))
    scale = Scale(len(labels), top, right=110)
    tones = zip(("first", "second"), series.items(), strict=False)
    lines = apart([line(scale, tone, words, values) for tone, (words, values) in tones])
    rows = [(label, list(values)) for label, *values in zip(labels, *series.values(), strict=True)]
    return Chart(title, scale.labels(short or labels), scale.guides(step), [], lines, [name, *series], rows)


def apart(lines: list[Line]) -> list[Line]:
    """Return ``lines`` with the names at their ends far enough from each other to be read."""
    if len(lines) < MOST_SERIES or abs(lines[0].label.y - lines[1].label.y) >= LINE_APART:
        return lines
    upper, lower = sorted(lines, key=lambda one: one.label.y)
    raised = replace(upper, label=replace(upper.label, y=lower.label.y - LINE_APART))
    return [raised if one is upper else one for one in lines]


def line(scale: Scale, tone: str, words: str, values: Sequence[Number]) -> Line:
    """Return one series as a line, its name and last value at its end."""
    points = " ".join(f"{scale.x(n)},{scale.y(value)}" for n, value in enumerate(values))
    end = values[-1] if values else 0
    label = Text(scale.x(len(values) - 1) + 6, scale.y(end) + 4, f"{words} {written(end)}", "start")
    return Line(points, label, tone)


def step_chart(title: str, points: Sequence[tuple[date, Number]], *, names: tuple[str, str]) -> Chart:
    """Return a value that holds from its day on until the next one, days as far apart as they are in time.

    ``points`` begin with the first value (before it there was nothing) and end with the last day drawn.
    ``names`` head the table: what a day is, and a value.
    """
    values = [value for _, value in points]
    step, top = steps(max(values, default=0))
    scale = DayScale(len(points), top, right=70, days=[day for day, _ in points])
    rows: list[tuple[str, list[Number]]] = [(f"{day:%Y-%m-%d}", [value]) for day, value in points]
    drawn = [step_line(scale, values)] if points else []
    said = f"{written(values[-1])} now, between {written(min(values))} and {written(max(values))}" if points else ""
    return Chart(title, scale.dates(), scale.guides(step), [], drawn, list(names), rows, said=said)


def step_line(scale: "DayScale", values: Sequence[Number]) -> Line:
    """Return the corners of a line that rises and falls upright, its last value at its end."""
    corners, before = [], 0
    for position, value in enumerate(values):
        x = scale.x(position)
        corners += [f"{x},{scale.y(before)}", f"{x},{scale.y(value)}"]
        before = value
    end = max(scale.x(len(values) - 1), scale.at(scale.last))
    corners.append(f"{end},{scale.y(before)}")
    return Line(" ".join(corners), Text(end + 6, scale.y(before) + 4, written(before), "start"), "first")


@dataclass(frozen=True)
class DayScale(Scale):
    """Where days lie: as far apart as they are in time."""

    days: Sequence[date] = ()

    @property
    def last(self) -> date:
        """The right end: the last day, or the day after where there is but one."""
        return max(self.days[-1], self.days[0] + timedelta(days=1))

    def at(self, day: date) -> float:
        """Return where ``day`` lies."""
        share = (day - self.days[0]) / (self.last - self.days[0])
        return round(LEFT + (WIDTH - LEFT - self.right) * share, 1)

    def x(self, position: int) -> float:
        return self.at(self.days[position])

    def dates(self) -> list[Text]:
        """Return days to write below the axis, first and last among them."""
        if not self.days:
            return []
        length = (self.last - self.days[0]).days  # one at least
        # Few days are split evenly or not at all: rounded, two of them would stand too close to be read.
        parts = next(n for n in range(DATES, 0, -1) if length % n == 0 or length > 4 * DATES)
        shown = [self.days[0] + timedelta(days=round(length * n / parts)) for n in range(parts + 1)]
        return [Text(max(self.at(day), FIRST_DATE), HEIGHT - 10, f"{day:%Y-%m-%d}") for day in shown]


def steps(largest: Number) -> tuple[Number, Number]:
    """Return the distance between guides and the value at the top: round numbers, the top not below ``largest``.

    >>> steps(37), steps(0), steps(1200)
    ((10, 40), (1, 1), (500, 1500))
    """
    if largest <= 0:
        return 1, 1
    power = 10 ** floor(log10(largest / GUIDES))
    factor = next(n for n in (1, 2, 5, 10) if n * power * GUIDES >= largest)
    step = factor * power
    if isinstance(largest, int):
        step = max(1, ceil(step))
    return step, step * ceil(largest / step)


def written(value: Number) -> str:
    """Return a figure as people write it: 1,200 and 0.5."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
