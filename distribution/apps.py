from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "distribution"

    def ready(self):
        from distribution import holders  # noqa: F401  (registers what holds a customer)
        from distribution.operations import plan_links
        from sales.operations import after_import

        after_import.append(plan_links)
