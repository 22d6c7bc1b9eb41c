import doctest

import pytest
from django.template.loader import render_to_string

from eqms import charts
from eqms.charts import bar_chart, line_chart

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
