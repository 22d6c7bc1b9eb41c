"""The figures of a product's page on the demo data, whose stock holds planted damage."""

from distribution.shipped import shipped_of
from inventory.effective import differences
from inventory.models import Product
from inventory.product_stock import histories_of, stock_of


def test_places_that_disagree_are_those_that_the_reconciliation_finds(demo_data):
    found = {(row.product_id, row.storefront_id): (row.shown or 0, row.correct) for row in differences()}
    stocks = [(product.pk, stock_of(product)) for product in Product.objects.all()]
    shown = {(key, at.key.id): (at.balance, at.units) for key, stock in stocks for at in stock.wrong_places}
    assert shown == found
    assert len(shown) > 2


def test_figures_of_every_product_add_up(demo_data):
    for product in Product.objects.all():
        stock, shipped = stock_of(product), shipped_of(product)
        assert stock.here == stock.taken_in + stock.returned + stock.adjusted - stock.dispatched, product
        assert stock.dispatched == shipped["units"] + shipped["waiting"] - shipped["placeless"], product
        ends = {history.at.key: history.points[-1][1] for history in histories_of(product, stock)}
        assert ends == {at.key: at.units for at in stock.places if at.key in ends}, product
