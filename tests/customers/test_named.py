"""Who is meant by an id or a number that a person types."""

import pytest
from django.core.exceptions import ValidationError

from customers.forms.merging import MergeOptions, chosen_in
from customers.forms.named import CustomersField, customers_called
from customers.models import Customer
from customers.operations import merge_customers
from eqms.operations import Approval


def test_ids_and_numbers_of_any_spelling_mean_customers(demo):
    texts = [str(demo.idle.pk), "c-100", f"id:{demo.idle_two.pk}", "number: C-100", " C-100 "]
    assert customers_called(texts) == [demo.idle.pk, demo.north.pk, demo.idle_two.pk, demo.north.pk, demo.north.pk]


def test_what_is_the_id_of_one_and_the_number_of_another_means_two(demo):
    Customer.objects.filter(pk=demo.north.pk).update(
        customer_number=str(demo.idle.pk), customer_number_key=str(demo.idle.pk)
    )
    with pytest.raises(ValidationError, match=f"write id:{demo.idle.pk} or number:{demo.idle.pk}"):
        customers_called([str(demo.idle.pk)])
    assert customers_called([f"id:{demo.idle.pk}", f"number:{demo.idle.pk}"]) == [demo.idle.pk, demo.north.pk]


@pytest.mark.parametrize("text", ["nobody", "999999999", "9" * 19, "9" * 40, "id:x", "-1", "٣", "\0"])
def test_what_means_nobody_is_named(demo, text):
    with pytest.raises(ValidationError, match="No customer has the id or number"):
        customers_called([text])


def test_a_merged_customer_is_led_to_the_one_it_is_now(demo):
    merge_customers.apply(Approval("test"), master=demo.north.pk, duplicates=[demo.north_inc.pk])
    with pytest.raises(ValidationError, match=rf"merged into customer {demo.north.pk} \(North Clinic\) already"):
        customers_called([str(demo.north_inc.pk)])


def test_too_many_are_refused_before_any_is_looked_up(demo, django_assert_num_queries):
    field = CustomersField(most=500)
    with django_assert_num_queries(0), pytest.raises(ValidationError, match="10,000 customers are too many at once"):
        field.clean([str(number) for number in range(10_000)])


def test_several_are_written_with_commas_and_each_counts_once(demo):
    assert CustomersField(most=5).clean([f"{demo.idle.pk}, C-100", "c-100"]) == [demo.idle.pk, demo.north.pk]


@pytest.mark.parametrize("text", ["phone", "phone=", "phone=x", "nothing=1", "portal_user=1", "id=1", "phone=-1"])
def test_a_choice_that_cannot_be_read_says_how_to_write_it(text):
    with pytest.raises(ValidationError, match="write a column and a customer's id, such as phone=42"):
        chosen_in(text)


def test_equal_choices_have_one_spelling(demo):
    data = {"master": "C-100", "duplicates": [str(demo.idle.pk)]}
    forms = [MergeOptions({**data, "choose": text}) for text in ("phone=2,email=1", " email=1 , phone=9, phone=2 ,")]
    assert [form.is_valid() for form in forms] == [True, True]
    assert {form.cleaned_data["choose"] for form in forms} == {"email=1, phone=2"}
