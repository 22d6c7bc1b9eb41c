"""How a customer stands with us: its status or its archive, and since when, as the record tells."""

from datetime import datetime
from typing import NamedTuple

from eqms.models import AuditEntry

from .models import Customer


class Standing(NamedTuple):
    """``since`` is the day of the change that led to it; of a customer whose record tells none, when it was made."""

    status: str
    label: str
    since: datetime
    why: str
    by: str


def standing_of(customer: Customer) -> Standing:
    """Return how ``customer`` stands. One query."""
    column = "archived_at" if customer.archived_at else "status"
    entries = AuditEntry.objects.filter(model=Customer._meta.label, key=str(customer.pk), verb="update")
    last = entries.filter(after__contains=f'"{column}":').select_related("run").order_by("-pk").first()
    words = ("archived", "archived") if customer.archived_at else (customer.status, customer.get_status_display())
    if last is None:
        return Standing(words[0], words[1].lower(), customer.archived_at or customer.created_at, "", "")
    return Standing(words[0], words[1].lower(), last.run.at, last.run.reason or last.because, last.run.actor_name)
