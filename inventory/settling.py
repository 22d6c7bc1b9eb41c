"""Where a stock count is settled: both its page and its sheet lead there."""

from django.urls import reverse
from django.utils.http import urlencode

from eqms.models import User
from inventory.models import StockCount
from inventory.operations.settle_stock_count import settle_stock_count


def settle_address(count: StockCount, user: User) -> str:
    """Return where ``count`` is settled, "" where that is not the next step or not for ``user``."""
    if count.state != count.State.COUNTED or not user.has_perm(settle_stock_count.permission):
        return ""
    page = reverse("admin:inventory_stockcount_operation", args=[settle_stock_count.name])
    return f"{page}?{urlencode({'count': count.pk})}"
