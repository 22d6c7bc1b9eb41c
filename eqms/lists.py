"""What every list and detail page of the admin has in common: quick, calm, and read-only where rows are facts."""

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import smart_split, unescape_string_literal

from eqms import look
from eqms.operations.admin import TracedAdmin

COUNTED = 10_000  # rows of a part of a list: nobody pages further


def status_column(field: str = "status", description: str = ""):
    """Return a list column that shows the choice in ``field`` as word plus colour."""

    @admin.display(description=description or field.replace("_", " "), ordering=field)
    def column(model_admin, row):
        return look.status(getattr(row, field), getattr(row, f"get_{field}_display")().lower())

    return column


class FilteredList(ChangeList):
    """A list whose rows lead to pages that know the way back to its filters.

    Stock resolves the address of every row for that, a fifth of the time of a page; here it is known. And it reads
    every column of every row and of those that come with it, a tenth; here those that its admin names.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.way_back, self.preserved_filters = self.preserved_filters, ""

    def get_results(self, request):
        super().get_results(request)
        if self.model_admin.list_reads:
            self.result_list = self.result_list.only(*self.model_admin.list_reads)

    def url_for_result(self, result):
        address = super().url_for_result(result)
        return f"{address}?{self.way_back}" if self.way_back else address


class ListAdmin(TracedAdmin):
    """A list that asks as many queries for a million rows as for ten, and a page that answers before its form.

    ``search_related`` names columns of a related row: ``{"customer": ("facility_name",)}``. They are searched
    by a subquery of their own, since an OR over a join reads both tables whole.
    """

    show_full_result_count = False
    list_per_page = 50
    list_reads: tuple[str, ...] = ()  # the columns that its rows need, where all would be many
    search_related: dict[str, tuple[str, ...]] = {}
    empty_says = ""
    tools: tuple[tuple[str, str, str], ...] = ()  # pages beside this list: (title, name of the address, permission)

    def get_changelist(self, request, **kwargs):
        return FilteredList

    def changelist_view(self, request, extra_context=None):
        tools = [(title, reverse(name)) for title, name, needed in self.tools if request.user.has_perm(needed)]
        return super().changelist_view(request, {"tools": tools, **(extra_context or {})})

    @admin.display(description=mark_safe('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, obj):
        """Return the box that selects a row, as stock's widget renders it, at a tenth of its cost."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{} {}">',
            helpers.ACTION_CHECKBOX_NAME,
            obj.pk,
            "Select this object for an action -",
            obj,
        )

    def get_search_results(self, request, queryset: QuerySet, search_term: str):
        """Return the rows in which every word of ``search_term`` stands in one of the searched columns."""
        for word in words_of(search_term):
            queryset = queryset.filter(self.word_found(word))
        return queryset, False

    def word_found(self, word: str) -> Q:
        found = Q()
        for name in self.search_fields:
            found |= Q(**{f"{name}__icontains": word})
        for relation, names in self.search_related.items():
            inside = Q()
            for name in names:
                inside |= Q(**{f"{name}__icontains": word})
            related = self.model._meta.get_field(relation)
            key = related.target_field.attname if related.concrete else related.field.attname
            own = f"{relation}__in" if related.concrete else "pk__in"
            found |= Q(**{own: related.related_model._base_manager.filter(inside).values(key)})
        return found

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = CheckedAutocomplete(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def offered(self, rows: QuerySet) -> QuerySet:
        """Return those of ``rows`` that may be chosen anew: what autocomplete fields offer."""
        return rows

    def answers(self, request, row) -> dict:
        """Return what the page of ``row`` says before its form, for its template."""
        return {}

    def change_view(self, request, object_id, form_url="", extra_context=None):
        row = self.get_object(request, object_id) if request.method == "GET" else None
        says = self.answers(request, row) if row is not None and self.has_view_permission(request, row) else {}
        return super().change_view(request, object_id, form_url, {**says, **(extra_context or {})})


def words_of(search_term: str) -> list[str]:
    """Return the words of a search; a quoted phrase is one word."""
    bits = smart_split(search_term.replace("\x00", ""))
    quoted = ('"', "'")
    return [unescape_string_literal(b) if b.startswith(quoted) and b[0] == b[-1] and len(b) > 1 else b for b in bits]


class CheckedAutocomplete(AutocompleteSelect):
    """An autocomplete field that asks the database only for what can be a key; the form refuses the rest."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [text for text in value if self.can_be_key(text)], attr)

    def can_be_key(self, text) -> bool:
        key = self.field.target_field
        try:
            key.run_validators(key.to_python(text))
        except ValidationError:
            return False
        return True


class KnownAutocomplete(CheckedAutocomplete):
    """An autocomplete field that is told its row, in place of asking for it once a line."""

    known = None

    def optgroups(self, name, value, attr=None):
        if self.known is None or list(map(str, value)) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        return [(None, [*empty, self.create_option(name, self.known.pk, str(self.known), True, 0)], 0)]


class LineForm(forms.ModelForm):
    """A line of an inline: its autocomplete fields know the rows that came with the line."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, KnownAutocomplete):
                widget.known = self.instance._state.fields_cache.get(name)


class LinesInline(admin.TabularInline):
    """Rows below a row, read with their ``autocomplete_fields`` in one query however many there are."""

    extra = 0
    form = LineForm

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.autocomplete_fields)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class QuickPaginator(Paginator):
    """Pages of a list of a million rows, without counting them: estimated as a whole, at most COUNTED of a part."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not rows.query.where:
            return estimated(rows.model) or rows.order_by().values("pk").count()
        return rows.order_by().values("pk")[:COUNTED].count()


def estimated(model: type[Model]) -> int:
    """Return about how many rows ``model`` has where PostgreSQL knows of many, else 0. One query or none."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [model._meta.db_table])
        known = cursor.fetchone()[0]
    return known if known > COUNTED else 0


class ReadOnly:
    """Rows that people look at and do not edit here: facts, balances, what a job found."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(ReadOnly, ListAdmin):
    """The list and pages of such rows."""


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Such rows on the page of the row they belong to."""

    extra = 0
    show_change_link = True

    def get_readonly_fields(self, request, obj=None):
        return self.fields


class CountingFilter(admin.SimpleListFilter):
    """A filter over named querysets; those in ``counted`` carry how many rows they hold.

    Subclasses set ``title``, ``parameter_name``, ``choices_by_name`` and say in ``chosen`` what each means.
    """

    choices_by_name: dict[str, str] = {}
    counted: tuple[str, ...] = ()

    def lookups(self, request, model_admin):
        rows = model_admin.model._default_manager.all()
        return [(name, self.words(name, label, rows)) for name, label in self.choices_by_name.items()]

    def words(self, name: str, label: str, rows: QuerySet) -> str:
        return f"{label} ({self.chosen(rows, name).count()})" if name in self.counted else label

    def queryset(self, request, queryset):
        name = self.value()
        return self.chosen(queryset, name) if name in self.choices_by_name else queryset

    def chosen(self, rows: QuerySet, name: str) -> QuerySet:
        """Return those of ``rows`` that ``name`` means."""
        raise NotImplementedError


class ArchivedFilter(CountingFilter):
    """In use or archived, by ``archived_at``."""

    title = "in use"
    parameter_name = "use"
    choices_by_name = {"in_use": "in use", "archived": "archived"}

    def chosen(self, rows, name):
        return rows.filter(archived_at__isnull=name == "in_use")
