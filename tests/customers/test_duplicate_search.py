"""The search over all customers: what it keeps, what it leaves, how it ends early."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.duplicate_search import search
from customers.jobs import FIND_DUPLICATES
from customers.models import Customer, DuplicateCandidate, NotDuplicate
from eqms import jobs, worker
from eqms.models import Job

from .alike import alike


def pairs():
    return set(DuplicateCandidate.objects.values_list("first_id", "second_id"))


def test_finds_each_pair_once_the_lower_number_first(db):
    expected = {tuple(customer.pk for customer in alike(nth)) for nth in range(3)}
    result = search()
    assert pairs() == expected
    assert (result.customers, result.pairs, result.new) == (6, 3, 3)
    found = DuplicateCandidate.objects.first()
    assert found.version and found.band in DuplicateCandidate.Band.values and 0 < found.confidence <= 1


def test_a_pair_that_is_found_again_keeps_its_row_and_is_dated_anew(db):
    alike()
    search()
    before = DuplicateCandidate.objects.values().get()
    DuplicateCandidate.objects.update(found_at=timezone.now() - timedelta(days=9))
    begun = timezone.now()
    assert search()[2:] == (0, 0, 1, 0)
    again = DuplicateCandidate.objects.values().get()
    assert again.pop("found_at") >= begun
    assert again == {name: value for name, value in before.items() if name != "found_at"}


def test_what_changes_during_the_search_is_later_than_its_date(db):
    alike()
    moments = []
    search(lambda **told: moments.append(timezone.now()))
    assert DuplicateCandidate.objects.get().found_at <= moments[0]


def test_evidence_that_changed_is_kept_anew_in_the_same_row(db):
    alike()
    search()
    row = DuplicateCandidate.objects.get()
    DuplicateCandidate.objects.update(reasons="of an older matcher", version="0")
    assert search().changed == 1
    again = DuplicateCandidate.objects.get()
    assert (again.pk, again.reasons, again.version) == (row.pk, row.reasons, row.version)


def test_what_is_no_longer_alike_leaves(db):
    _, other = alike()
    search()
    Customer.objects.filter(pk=other.pk).update(facility_name="Ottawa Dental", phone="", address1="", city="Ottawa")
    assert search().gone == 1
    assert pairs() == set()


def test_archived_customers_and_refused_pairs_are_left_out(db):
    (_, archived), (first, second) = alike(0), alike(1)
    Customer.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    NotDuplicate.objects.create(first=second, second=first)
    assert search().pairs == 0


def test_tells_how_far_it_is(db):
    alike()
    said = []
    search(lambda **told: said.append((told.get("done"), told["message"])))
    assert said[:2] == [(0, "Reading customers"), (2, "Comparing 2 customers")]
    assert said[-1][1].startswith("1 pair among 2 customers: 1 new")


@pytest.mark.parametrize("step", ["Reading", "Comparing", "Keeping"])
def test_one_that_is_ended_changes_nothing(db, step):
    alike()

    def end(message, **told):
        if message.startswith(step):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        search(end)
    assert pairs() == set()


def test_costs_as_many_queries_for_many_customers_as_for_few(db, django_assert_num_queries):
    for nth in range(12):
        alike(nth)
    search()
    with django_assert_num_queries(
        7
    ):  # count, refusals, customers, candidates, their date, and the savepoint around them
        search()


def test_the_job_keeps_what_was_counted(db):
    alike()
    job = jobs.enqueue(FIND_DUPLICATES, by="ada")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["pairs"], job.total) == (Job.State.DONE, 1, 2)
    assert job.message.startswith("1 pair among 2 customers")


def test_a_cancelled_job_leaves_the_pairs_as_they_were(db):
    alike()
    job = jobs.enqueue(FIND_DUPLICATES, by="ada")
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, pairs()) == (Job.State.CANCELLED, set())


def test_the_worker_asks_for_a_search_once_a_day(db):
    worker.ask_for_daily_work()
    worker.ask_for_daily_work()
    assert Job.objects.filter(kind=FIND_DUPLICATES).count() == 1
    assert {"sweep_orphans", "check_data", "keep_audit_head"} <= set(Job.objects.values_list("kind", flat=True))
