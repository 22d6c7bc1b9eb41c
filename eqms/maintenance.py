"""The page that lists every operation which a person may run, with its last run."""

from dataclasses import dataclass

from django.contrib import admin
from django.db.models import Max
from django.urls import reverse

from eqms.models import OperationRun, User
from eqms.operations import Operation, registry
from eqms.pages import admin_page, answer_page


@dataclass(frozen=True)
class Entry:
    """An operation as the page shows it. ``address`` is "" where only a command runs it."""

    operation: Operation
    address: str
    last_run: OperationRun | None


@admin_page()
def maintenance(request):
    """Answer with every operation for which the user has the permission."""
    return answer_page(request, "admin/maintenance.html", "Maintenance", entries=entries(request.user))


def entries(user: User) -> list[Entry]:
    """Return the operations that ``user`` may run, by title. One query."""
    allowed = sorted((op for op in registry.values() if user.has_perm(op.permission)), key=lambda op: op.title)
    addresses, runs = pages(), last_runs([op.name for op in allowed])
    return [Entry(op, addresses.get(op.name, ""), runs.get(op.name)) for op in allowed]


def pages() -> dict[str, str]:
    """Return the address of the page of each operation that some model's admin offers."""
    found = {}
    for model, model_admin in admin.site._registry.items():
        for op in getattr(model_admin, "operations", ()):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_operation"
            found.setdefault(op.name, reverse(name, args=[op.name]))
    return found


def last_runs(names: list[str]) -> dict[str, OperationRun]:
    """Return the last applied run of each operation that ever ran."""
    last = OperationRun.objects.applied().filter(operation__in=names).order_by().values("operation")
    newest = last.annotate(newest=Max("pk")).values("newest")
    return {run.operation: run for run in OperationRun.objects.filter(pk__in=newest)}
