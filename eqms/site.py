"""The admin as the workplace of this product: its name, and apps in the order in which people use them."""

from django.contrib.admin import AdminSite
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.views.autocomplete import AutocompleteJsonView

APPS_BY_USE = ("sales", "distribution", "customers", "inventory", "eqms")


class OfferedRows(AutocompleteJsonView):
    """What autocomplete fields offer: of the rows found those that may be chosen anew (``ListAdmin.offered``)."""

    def get_queryset(self):
        rows = super().get_queryset()
        offered = getattr(self.model_admin, "offered", None)
        return offered(rows) if offered else rows


class Workplace(AdminSite):
    """Lists apps by use, and the models of an app in the order in which its admin.py registers them."""

    site_title = "eQMS"
    site_header = "eQMS"
    index_title = "Overview"
    site_url = None
    empty_value_display = "–"

    def replace(self, model, admin_class):
        """Show ``model`` by ``admin_class``, which adds to what a lower app registered, at the same place."""
        if model not in self._registry:
            raise NotRegistered(f"{model._meta.label} is not registered yet: import the admin module of its app first.")
        self._registry[model] = admin_class(model, self)

    def autocomplete_view(self, request):
        return OfferedRows.as_view(admin_site=self)(request)

    def get_app_list(self, request, app_label=None):
        registered = {model: number for number, model in enumerate(self._registry)}
        found = super().get_app_list(request, app_label)
        for app in found:
            app["models"].sort(key=lambda entry: registered[entry["model"]])
        return sorted(found, key=rank)


def rank(app: dict) -> int:
    """Return the place of ``app`` among the others; those that nobody ranked come last."""
    label = app["app_label"]
    return APPS_BY_USE.index(label) if label in APPS_BY_USE else len(APPS_BY_USE)
