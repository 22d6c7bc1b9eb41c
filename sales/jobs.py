"""Long work on papers."""

from dataclasses import asdict

from eqms.jobs import job_kind
from eqms.models import Job, SourceDocument
from eqms.storage import StorageTrouble
from sales.papers import read_papers


@job_kind("read_papers")
def read_uploaded_papers(job: Job) -> dict:
    """Read the documents of one upload; what was read before costs one query each.

    Raises StorageTrouble where storage did not give some of them: the job is tried again.
    """
    numbers = job.arguments["documents"]
    documents = SourceDocument.objects.in_bulk(numbers)
    tally = read_papers(
        (documents[number] for number in numbers),
        by=job.asked_by or job.asked_by_name,
        again=job.arguments.get("again", False),
        progress=job.progress,
    )
    if tally.unread:
        raise StorageTrouble("unread", f"Storage did not give {tally.unread} of {len(numbers)} files. {job.message}")
    return asdict(tally)
