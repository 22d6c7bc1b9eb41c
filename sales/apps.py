from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "sales"

    def ready(self):
        from sales import rules  # noqa: F401  (what its rows must keep)
