"""Jobs in the admin: how far they are, cancel, retry."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django_tasks_db.models import DBTaskResult

from eqms import jobs
from eqms.lists import ReadOnly
from eqms.look import status
from eqms.models import Job

LOOK_AGAIN_SECONDS = "5"

# The queue's own rows only carry the number of a job: people look at the job.
admin.site.unregister(DBTaskResult)


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "kind", "subject", "state_word", "how_far", "pace", "left", "errors", "message", "asked_at")
    list_filter = ("state",)
    search_fields = ("subject", "kind")
    ordering = ("-id",)
    show_full_result_count = False
    change_form_template = "admin/eqms/job/change_form.html"
    empty_says = "Long work appears here while it runs and afterwards: imports, syncs, searches for duplicates."
    readonly_fields = ("how_far", "pace", "left")

    def get_urls(self):
        verbs = [
            path(f"<int:number>/{verb}/", self.admin_site.admin_view(view), name=f"eqms_job_{verb}")
            for verb, view in {"cancel": self.cancel, "retry": self.retry}.items()
        ]
        return [*verbs, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show one job; while it is not over the page looks again by itself, without a script."""
        job = self.get_object(request, object_id)
        may = request.user.has_perm("eqms.change_job")
        answer = super().change_view(request, object_id, form_url, {"job": job, "may_change": may})
        if job and not job.is_over:
            answer["Refresh"] = LOOK_AGAIN_SECONDS
        return answer

    def cancel(self, request, number):
        return self.done(request, number, Job.cancel)

    def retry(self, request, number):
        return self.done(request, number, jobs.retry)

    def done(self, request, number, do):
        """Do what a button says and show the job again."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("eqms.change_job"):
            raise PermissionDenied
        job = get_object_or_404(Job, pk=number)
        do(job)
        words = "ends after its present step" if job.cancel_asked and not job.is_over else f"is {job.state}"
        self.message_user(request, f"Job {job.pk} {words}.", messages.SUCCESS)
        return redirect("admin:eqms_job_change", job.pk)

    @admin.display(description="state", ordering="state")
    def state_word(self, job):
        return status(job.state)

    @admin.display(description="done")
    def how_far(self, job):
        return f"{job.done} / {job.total}" if job.total else str(job.done)

    @admin.display(description="per second")
    def pace(self, job):
        return f"{job.rate:.1f}" if job.rate else "–"

    @admin.display(description="time left")
    def left(self, job):
        seconds = job.seconds_left
        return "–" if seconds is None else f"{seconds // 60} min {seconds % 60:02} s"
