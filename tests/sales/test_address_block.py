"""A printed block of name and address, and the customer that is named after it."""

import pytest

from customers.models import Customer
from sales.address_block import AddressBlock

BLOCK = AddressBlock("North Clinic LLC", "Attn: Receiving 2\nBuilding C\n1 Main St", "Springfield", "IL", "62701")


def test_the_street_is_the_line_with_a_digit_that_addresses_no_person():
    assert BLOCK.street == "1 Main St"


@pytest.mark.parametrize(("address", "street"), [("", ""), ("Market Square", "Market Square"), ("Attn: Bo", "")])
def test_the_street_of_a_short_block(address, street):
    assert BLOCK._replace(address=address).street == street


@pytest.mark.django_db
def test_a_customer_named_after_a_block_has_its_key():
    assert (
        Customer.objects.create(**BLOCK.as_customer()).company_key
        == BLOCK.key
        == "northclinic|1mainst|springfield|il|62701"
    )


def test_no_line_of_the_block_is_lost():
    assert BLOCK.as_customer()["address2"] == "Attn: Receiving 2, Building C"


def test_a_block_without_a_readable_name_has_no_key():
    assert AddressBlock("***", "1 Main St").key == ""
    assert not AddressBlock(" ", "1 Main St")
