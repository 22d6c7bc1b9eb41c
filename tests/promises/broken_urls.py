"""Addresses with a bug, to see that P33 finds it."""

from django.urls import path


def broken(request):
    return undefined_name  # noqa: F821  (the bug)


urlpatterns = [path("broken", broken)]
