from datetime import date

from django import forms
from django.template import Context, Template

from eqms.look import status
from eqms.templatetags.look import labelled


class Line(forms.Form):
    quantity = forms.IntegerField(label="Quantity <units>")
    row = forms.IntegerField(widget=forms.HiddenInput)


def test_a_status_says_its_word_and_takes_its_tone_from_the_value():
    assert status("needs_review") == '<span class="status status-needs-review">needs review</span>'
    assert status("NEW", "New") == '<span class="status status-new">New</span>'


def test_a_status_escapes_its_word_and_an_empty_one_is_a_dash():
    assert "<b>" not in status("done", "<b>")
    assert status("") == "–"


def test_an_input_in_a_table_is_named_by_its_column():
    assert 'aria-label="Quantity &lt;units&gt;"' in labelled(Line()["quantity"])


def test_a_hidden_input_gets_no_name():
    assert "aria-label" not in labelled(Line()["row"])


def test_dates_are_written_alike_everywhere():
    assert Template("{{ day }}").render(Context({"day": date(2026, 11, 20)})) == "2026-11-20"
