"""Customers in the admin, each subject in a module of its own: their page, their people, their duplicates."""

from . import customer, duplicates, people  # noqa: F401  (they register themselves)
