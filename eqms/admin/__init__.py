"""The admin pages of the lowest app, each in a module named for its subject."""

from . import papers, people, record, work  # noqa: F401  (they register themselves)
