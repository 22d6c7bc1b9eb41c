"""What pages do with files of papers: keep each, then have them read in the background."""

from django.db.models import QuerySet

from eqms.jobs import enqueue
from eqms.models import Job
from eqms.storage.uploads import kept

SHOWN = 10


def kept_and_read_later(request, form) -> Job | None:
    """Keep the files of a form that was sent and return the job that reads them; None where none was sent or kept."""
    if not (form.is_bound and form.is_valid()):
        return None
    documents = kept(request, form.cleaned_data["papers"])
    if not documents:
        return None
    words = documents[0].filename if len(documents) == 1 else f"{len(documents)} files"
    numbers = list(dict.fromkeys(document.pk for document in documents))
    return enqueue("read_papers", by=request.user, subject=words, total=len(numbers), documents=numbers)


def latest_uploads() -> QuerySet[Job]:
    """Return the latest uploads of papers, newest first."""
    return Job.objects.filter(kind="read_papers").order_by("-pk")[:SHOWN]
