"""What runs and what does not, for people who keep the product running."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from eqms.commands import first_line
from eqms.health import SILENCE
from eqms.json_views import error, json_view
from eqms.mail_options import NOT_SET
from eqms.models import AuditHead, HealthResult, Job
from eqms.pages import admin_page, answer_page
from eqms.schema import waiting_migrations
from eqms.storage import diagnose, spooled


class Finding(NamedTuple):
    """One line of the page: what was found, and what to do where it is not well."""

    name: str
    is_well: bool
    words: str
    remedy: str = ""
    address: str = ""


@never_cache
@require_GET
@json_view
def storage_json(request: HttpRequest) -> JsonResponse:
    """Answer with what came of using storage now; secrets are never among it."""
    return JsonResponse(diagnose().as_dict()) if request.user.is_staff else error(403, "Only staff may see this.")


@require_GET
@admin_page()
def diagnostics(request: HttpRequest) -> HttpResponse:
    """Answer with the state of each part, in words, and what to do about it."""
    return answer_page(request, "admin/diagnostics/page.html", "Diagnostics", findings=findings())


def findings() -> list[Finding]:
    """Look at each part now. Takes up to eight seconds where storage hangs."""
    looks = (database, migrations, storage, spool, mail, worker, queue, audit, release)
    return [look() for look in looks]


def database() -> Finding:
    """Return which database this is; a page is shown only while it answers."""
    return Finding("Database", True, first_line())


def migrations() -> Finding:
    """Return which migrations wait."""
    names = waiting_migrations()
    if not names:
        return Finding("Migrations", True, "None wait.")
    return Finding("Migrations", False, f"{len(names)} wait: {', '.join(names)}", "Run: manage.py release")


def storage() -> Finding:
    """Return whether storage takes and gives back a file now."""
    found = diagnose()
    return Finding("Storage", found.accessible, str(found), "Mend the setting it names, then: manage.py check_storage")


def spool() -> Finding:
    """Return how many files wait for storage, and since when."""
    count = spooled().count()
    if not count:
        return Finding("Spool", True, "No file waits for storage.")
    oldest = timezone.localtime(spooled().values_list("uploaded_at", flat=True)[0])
    words = f"{count} files wait for storage, the oldest since {oldest:%Y-%m-%d %H:%M}. They are safe on this machine."
    return Finding("Spool", False, words, "They go over by themselves. At once: manage.py check_storage --bring-over")


def mail() -> Finding:
    """Return whether mail is set up; without it letters are printed, which hinders nothing."""
    if settings.MAIL_PROBLEM:
        return Finding("Mail", settings.MAIL_PROBLEM == NOT_SET, settings.MAIL_PROBLEM, "Mend the setting it names.")
    return Finding("Mail", True, f"Goes out by {settings.EMAIL_HOST}, from {settings.DEFAULT_FROM_EMAIL}.")


def worker() -> Finding:
    """Return when a worker was last seen."""
    remedy = "Start one: ./run worker"
    last = HealthResult.objects.filter(name="worker").first()
    if last is None:
        return Finding("Worker", False, "None was ever seen.", remedy)
    seen = f"Last seen {timezone.localtime(last.at):%Y-%m-%d %H:%M:%S}."
    return Finding("Worker", last.is_well and timezone.now() - last.at < SILENCE["worker"], seen, remedy)


def queue() -> Finding:
    """Return how many jobs wait, run, failed and are stuck."""
    count = {state: Job.objects.filter(state=state).count() for state in ("queued", "running", "failed")}
    stuck = Job.objects.stuck().count()
    words = f"{count['queued']} queued, {count['running']} running, {count['failed']} failed, {stuck} stuck."
    address = reverse("admin:eqms_job_changelist")
    return Finding("Jobs", not stuck and not count["failed"], words, "Look at them and retry or cancel.", address)


def audit() -> Finding:
    """Return the head of the chain of seals, to be compared with one kept elsewhere."""
    head = AuditHead.objects.filter(pk=1).first()
    if head is None:
        return Finding("Audit", False, "There is no head row.", "Run: manage.py migrate")
    return Finding("Audit", True, f"Head at seal {head.number}: {head.hash or 'nothing written yet'}")


def release() -> Finding:
    """Return which release runs, and where."""
    return Finding("Release", True, f"{settings.RELEASE}, {settings.ENV}")
