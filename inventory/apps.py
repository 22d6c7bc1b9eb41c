from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self):
        from eqms.operations.undo import undo_checks
        from inventory import rules  # noqa: F401  (what its rows must keep)
        from inventory.undo_guard import keep_stock_whole

        undo_checks.append(keep_stock_whole)
