"""The record in the admin: runs with their changes, plans that wait for a second person."""

import json

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from eqms.lists import CountingFilter, ReadOnly
from eqms.look import link, status
from eqms.models import OperationRun, PlanRequest
from eqms.operations import NothingWritten, registry
from eqms.operations.admin import OperationsAdmin, shown_of
from eqms.operations.four_eyes import decline, is_signed, plan_again, sign
from eqms.operations.undo import undo
from eqms.operations.words import SHOWN, as_change, shown


class RecordAdmin(ReadOnly, OperationsAdmin):
    """Rows that writing leaves behind: nothing is done with a selection of them."""

    show_full_result_count = False

    def get_actions(self, request):
        return {}


class UndoneFilter(CountingFilter):
    title = "undo"
    parameter_name = "undo"
    choices_by_name = {"is": "takes another run back", "has": "was taken back"}

    def chosen(self, rows, name):
        if name == "is":
            return rows.filter(undoes__isnull=False)
        return rows.filter(pk__in=OperationRun.objects.applied().filter(undoes__isnull=False).values("undoes"))


class OperationFilter(admin.SimpleListFilter):
    """Operations by name. Admin saves and actions are found by the search."""

    title = "operation"
    parameter_name = "operation"

    def lookups(self, request, model_admin):
        return [(name, op.title) for name, op in sorted(registry.items())]

    def queryset(self, request, queryset):
        return queryset.filter(operation=self.value()) if self.value() else queryset


@admin.register(OperationRun)
class OperationRunAdmin(RecordAdmin):
    list_display = ("number", "title", "outcome", "at", "actor_name", "created", "updated", "deleted", "why")
    list_display_links = ("number",)
    list_filter = ("state", OperationFilter, "at", UndoneFilter)
    search_fields = ("=id", "operation", "actor_name", "reason", "request_id")
    search_help_text = "Run number, operation, person, reason or request id"
    ordering = ("-id",)
    operations = (undo,)
    empty_says = "No runs yet. Every write of an operation, an action or a form leaves one here."

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"operations": [], **(extra_context or {})})  # undo starts at a run

    @admin.display(description="run", ordering="id")
    def number(self, run):
        return run.pk

    @admin.display(description="operation", ordering="operation")
    def title(self, run):
        return run.title

    @admin.display(description="state", ordering="state")
    def outcome(self, run):
        return status(run.state)

    @admin.display(description="why")
    def why(self, run):
        return run.reason or run.message

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show one run: who, when, why, and each change in words."""
        run = self.get_object(request, object_id)
        if run is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, run):
            return HttpResponseRedirect(reverse("admin:index"))
        page = Paginator(run.entries.order_by("position"), SHOWN).get_page(request.GET.get("page"))
        undoable = run.state == OperationRun.State.APPLIED and not run.is_undone()
        context = {
            **self.admin_site.each_context(request),
            "title": str(run).capitalize(),
            "opts": self.opts,
            "run": run,
            "state": status(run.state),
            "options": json.loads(run.options),
            "selected": len(json.loads(run.selection)) if run.selection else None,
            "page": page,
            "changes": shown([as_change(entry) for entry in page], written=True),
            "undone_by": run.undone_by.applied(),
            "undo_url": f"{self.address_of(undo)}?run={run.pk}",
            "may_undo": undoable and request.user.has_perm(undo.permission),
        }
        return TemplateResponse(request, "admin/operations/run.html", context)


class SignatureForm(forms.Form):
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), label="Your password"
    )


@admin.register(PlanRequest)
class PlanRequestAdmin(RecordAdmin):
    list_display = ("__str__", "outcome", "asked_by", "asked_at", "changes", "decided_by", "of_run")
    list_filter = ("state",)
    list_select_related = ("asked_by", "decided_by", "run")
    ordering = ("-id",)
    empty_says = "No plan waits for a second person. Operations that ask for four eyes leave their plans here."

    @admin.display(description="state", ordering="state")
    def outcome(self, asked):
        return status(asked.state)

    @admin.display(description="run")
    def of_run(self, asked):
        address = asked.run_id and reverse("admin:eqms_operationrun_change", args=[asked.run_id])
        return link(address, asked.run or "")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the plan as it is now; sign and write it, or decline. Not inside an atomic view: writing is durable."""
        asked = self.get_object(request, object_id)
        if asked is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, asked):
            return HttpResponseRedirect(reverse("admin:index"))
        form = SignatureForm(request.POST if "sign" in request.POST else None)
        if request.method == "POST":
            try:
                if answer := self.decided(request, asked, form):
                    return answer
            except NothingWritten as refusal:
                self.message_user(request, str(refusal), messages.WARNING)
        return TemplateResponse(request, "admin/operations/request.html", self.context_of(request, asked, form))

    def decided(self, request, asked, form):
        """Do what the button says; None where the form is not filled."""
        if "decline" in request.POST:
            decline(asked, request.user)
            self.message_user(request, f"{asked} was declined. Nothing was written.", messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        if not form.is_valid():
            return None
        plan = sign(asked, request, form.cleaned_data["password"])
        self.message_user(request, format_html("Signed and written as {}.", plan.run), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:eqms_operationrun_change", args=[plan.run.pk]))

    def context_of(self, request, asked, form):
        context = {
            **self.admin_site.each_context(request),
            "title": str(asked).capitalize(),
            "opts": self.opts,
            "asked": asked,
            "state": status(asked.state),
            "form": form,
            "is_signed": is_signed(asked),
            "is_mine": asked.asked_by == request.user,
        }
        if asked.state != PlanRequest.State.WAITING:
            return context
        try:
            plan = plan_again(asked)
        except NothingWritten as refusal:
            return {**context, "problem": str(refusal)}
        moved = plan.fingerprint != asked.fingerprint
        return {**context, "plan": plan, "moved": moved, **shown_of(registry[asked.operation], plan)}
