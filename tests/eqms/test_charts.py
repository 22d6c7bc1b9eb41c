import doctest
from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from eqms import charts
from eqms.charts import bar_chart, line_chart, step_chart

NAMES = ("Month", "Orders")


def test_examples_of_steps_hold():
    assert doctest.testmod(charts).failed == 0


@pytest.mark.parametrize("largest", [0, 1, 3, 4, 5, 9, 10, 11, 99, 1234, 1_000_000, 0.03, 2.5])
def test_the_top_is_not_below_the_largest_value_and_has_few_guides(largest):
    step, top = charts.steps(largest)
    assert top >= largest
    assert 1 <= round(top / step) <= charts.GUIDES + 1


def test_the_highest_bar_is_twice_the_half_one_and_all_stand_on_the_axis():
    chart = bar_chart("Orders per month", ["Jan", "Feb", "Mar"], [10, 20, 0], names=NAMES)
    half, high, none = chart.bars
    assert high.height == pytest.approx(2 * half.height, abs=0.2)
    assert none.height == 0
    assert {round(bar.y + bar.height, 1) for bar in chart.bars} == {chart.bottom}


def test_no_bar_leaves_the_drawing():
    chart = bar_chart("Orders per day", [str(n) for n in range(60)], list(range(60)), names=NAMES)
    assert all(chart.left <= bar.x and bar.x + bar.width <= chart.width and bar.y >= 0 for bar in chart.bars)


def test_many_labels_are_thinned_out():
    chart = bar_chart("Orders per day", [str(n) for n in range(60)], [1] * 60, names=NAMES)
    assert len(chart.labels) <= charts.MOST_LABELS


def test_a_third_line_is_refused():
    with pytest.raises(ValueError, match="two colours at most"):
        line_chart("Stock", ["Jan"], {"in": [1], "out": [2], "left": [3]}, name="Month")


@pytest.mark.parametrize("ends", [(0, 0), (5, 5), (5, 4), (4, 5)])
def test_the_names_at_the_ends_of_two_lines_can_be_read(ends):
    chart = line_chart("Stock", ["Jan", "Feb"], {"in": [100, ends[0]], "out": [0, ends[1]]}, name="Month")
    first, second = (line.label.y for line in chart.lines)
    assert abs(first - second) >= 15


def test_short_labels_stand_below_the_lines_and_long_ones_in_the_table():
    chart = line_chart("Stock", ["2026-01"], {"in": [1]}, name="Month", short=["Jan"])
    assert [label.words for label in chart.labels] == ["Jan"]
    assert chart.rows == [("2026-01", [1])]


def test_the_table_below_holds_the_same_data():
    chart = line_chart("Stock", ["Jan", "Feb"], {"in": [1, 2], "out": [3, 4]}, name="Month")
    assert chart.columns == ["Month", "in", "out"]
    assert chart.rows == [("Jan", [1, 3]), ("Feb", [2, 4])]


def test_the_drawing_escapes_what_people_typed_and_carries_no_inline_style():
    drawn = render_to_string("eqms/chart.html", {"chart": bar_chart("<b>", ["<i>"], [3], names=NAMES)})
    assert "<b>" not in drawn and "<i>" not in drawn
    assert "style=" not in drawn


def test_an_empty_chart_is_drawn():
    chart = bar_chart("Orders per month", [], [], names=NAMES)
    assert chart.summary == ""
    assert "<svg" in render_to_string("eqms/chart.html", {"chart": chart})


def corners(chart):
    return [tuple(map(float, corner.split(","))) for corner in chart.lines[0].points.split()]


def test_a_step_line_never_slopes():
    points = [(date(2026, 1, 1), 10), (date(2026, 1, 5), 4), (date(2026, 3, 1), 7)]
    found = corners(step_chart("Main", points, names=("Day", "Units")))
    assert all(one[0] == other[0] or one[1] == other[1] for one, other in zip(found, found[1:], strict=False))


def test_days_lie_as_far_apart_as_they_are_in_time():
    points = [(date(2026, 1, 1), 1), (date(2026, 1, 11), 2), (date(2026, 1, 31), 3)]
    first, second, third = sorted({x for x, _ in corners(step_chart("Main", points, names=("Day", "Units")))})
    assert third - second == pytest.approx(2 * (second - first), abs=0.2)


def test_a_step_line_begins_at_nothing_and_ends_with_its_last_value():
    chart = step_chart("Main", [(date(2026, 1, 1), 3), (date(2026, 1, 9), 6)], names=("Day", "Units"))
    found = corners(chart)
    assert found[0][1] == chart.bottom
    assert found[-1][1] == chart.lines[0].label.y - 4
    assert chart.lines[0].label.words == "6"
    assert chart.summary == "6 now, between 3 and 6"


@pytest.mark.parametrize("points", [[], [(date(2026, 1, 1), 3)], [(date(2026, 1, 1), -3)]])
def test_a_step_chart_of_few_days_is_drawn_within_its_frame(points):
    chart = step_chart("Main", points, names=("Day", "Units"))
    assert "<svg" in render_to_string("eqms/chart.html", {"chart": chart})
    assert all(
        chart.left <= x <= chart.width and 0 <= y <= chart.bottom for line in chart.lines for x, y in corners(chart)
    )


def test_dates_below_a_step_chart_begin_with_the_first_and_end_with_the_last():
    chart = step_chart("Main", [(date(2025, 1, 1), 1), (date(2026, 1, 1), 2)], names=("Day", "Units"))
    assert [chart.labels[0].words, chart.labels[-1].words] == ["2025-01-01", "2026-01-01"]
    assert len(chart.labels) == charts.DATES + 1


@pytest.mark.parametrize("days", [1, 2, 3, 4, 5, 7, 11, 13, 100])
def test_dates_below_a_step_chart_keep_their_distance(days):
    points = [(date(2026, 1, 1), 1), (date(2026, 1, 1) + timedelta(days=days), 2)]
    places = [label.x for label in step_chart("Main", points, names=("Day", "Units")).labels]
    assert all(after - before > 110 for before, after in zip(places, places[1:], strict=False))
