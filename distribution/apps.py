from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "distribution"

    def ready(self):
        from distribution import holders, moved_units  # noqa: F401  (what holds a customer, what moves stock)
        from distribution.operations import plan_links
        from sales.operations import after_import

        after_import.append(plan_links)
