"""Products, stock and transfers in the admin, each in a module named for its subject."""

from . import catalogue, counts, places, stock, transfers  # noqa: F401  (they register themselves)
