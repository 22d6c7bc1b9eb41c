"""Long work on customers."""

from customers.duplicate_search import search
from eqms.jobs import job_kind
from eqms.models import Job

FIND_DUPLICATES = "find_duplicates"
SUBJECT = "customers that may be the same"


@job_kind(FIND_DUPLICATES, daily=SUBJECT)
def find_duplicate_customers(job: Job) -> dict:
    """Compare all customers, and keep the pairs that look alike for people to judge."""
    return search(job.progress)._asdict()
