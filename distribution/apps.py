from django.apps import AppConfig


class DistributionConfig(AppConfig):
    name = "distribution"

    def ready(self):
        from distribution.operations import plan_links
        from sales.operations import after_import

        after_import.append(plan_links)
