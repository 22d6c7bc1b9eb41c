"""Filters for templates that mend or extend stock's pages."""

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def labelled(field: BoundField) -> SafeString:
    """Return the widget of ``field`` named by its label: for forms whose labels stand in the head of a table."""
    if field.is_hidden:
        return mark_safe(str(field))
    widget = field.as_widget(attrs={"aria-label": str(field.label)})
    initial = field.as_hidden(only_initial=True) if field.field.show_hidden_initial else ""
    return mark_safe(widget + initial)
