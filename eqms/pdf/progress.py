"""Tells whoever watches a long reading that another page is done."""

from collections.abc import Callable


class Progress:
    """What to call after each page. Nothing, unless a watcher sets it (the reading child does)."""

    after_page: Callable[[int], None] | None = None


def page_done(number: int) -> None:
    """Report that page ``number`` is finished."""
    if Progress.after_page:
        Progress.after_page(number)
