"""Long work on shipments."""

from datetime import date

from distribution.forms.shipstation import scope_of
from distribution.shipstation.fetching import client, fetch
from eqms.jobs import job_kind
from eqms.models import Job

FETCH = "fetch_shipstation"


@job_kind(FETCH)
def fetch_shipstation(job: Job) -> dict:
    """Fetch the pages of one scope from ShipStation and keep them. Run again, it goes on where it was cut.

    Raises ShipStationTrouble in words: the job is tried again a little later.
    """
    since, month = job.arguments.get("since") or "", job.arguments.get("month") or ""
    scope = scope_of(date.fromisoformat(since) if since else None, month)
    done = 0

    def tell(words: str) -> None:
        nonlocal done
        done += 1
        job.progress(done=done, message=words)

    return {"scope": str(scope), "shipments": fetch(scope, client(), tell)}
