"""Small pieces of markup that every page writes alike. The words for classes stand on top of eqms.css."""

from django.utils.html import format_html
from django.utils.text import slugify

NOTHING = "–"


def status(value: str, label: str = ""):
    """Return a status as word plus colour; ``label`` is what people read, by default the value itself."""
    if not value:
        return NOTHING
    word = label or value.replace("_", " ").lower()
    return format_html('<span class="status status-{}">{}</span>', slugify(value.replace("_", "-")), word)


def link(address: str, words: object):
    """Return a link, or only ``words`` where there is no address."""
    return format_html('<a href="{}">{}</a>', address, words) if address else words
