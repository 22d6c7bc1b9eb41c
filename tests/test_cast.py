"""The cast stands, and its hash sees every change."""

from inventory.models import Product

from .cast import digest, everything


def test_the_digest_changes_with_one_column_of_one_row(demo):
    before = digest(), everything()
    Product.objects.filter(pk=demo.product.pk).update(description="x")
    assert before[0] != digest()
    assert before[1] != everything()
