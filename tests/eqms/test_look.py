from datetime import date

from django import forms
from django.contrib.auth.models import Group
from django.template import Context, Template
from django.test import RequestFactory
from django.views.defaults import server_error

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


def test_a_form_with_an_error_links_to_the_field(as_ada):
    page = as_ada.post("/admin/auth/group/add/", {"name": ""}).content.decode()
    assert '<a href="#id_name">Name</a>: This field is required.' in page


def test_an_empty_list_says_so_and_a_search_without_result_leads_back(as_ada):
    assert "No groups yet." in as_ada.get("/admin/auth/group/").content.decode()
    Group.objects.create(name="quality")
    page = as_ada.get("/admin/auth/group/?q=nobody").content.decode()
    assert "Nothing here fits this search." in page and 'href="?"' in page


def test_a_missing_row_or_page_answers_in_our_words(as_ada):
    answer = as_ada.get("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_the_page_for_a_failure_needs_nothing_that_may_have_failed(as_ada):
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert b"What was not finished was not written." in answer.content
