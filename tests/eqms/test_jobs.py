"""Jobs: the row is the truth, whatever the queue does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from eqms import jobs
from eqms.jobs import enqueue, enqueue_once, job_kind, kinds, retry, run, run_waiting, sweep
from eqms.models import HealthResult, Job, OperationRun, Policy, User
from eqms.operations import act
from eqms.storage.waiting import patient

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def kind():
    """Register work for one test: ``kind(function)`` returns the name."""
    names = []

    def register(work):
        names.append(job_kind(f"test {work.__name__}")(work) and f"test {work.__name__}")
        return names[-1]

    yield register
    for name in names:
        del kinds[name]


@pytest.fixture(autouse=True)
def not_stopping():
    yield
    Job.stop_asked.clear()


def lose_worker(job, **columns):
    """Leave the job as a killed worker leaves it."""
    past = timezone.now() - LONG_AGO
    Job.objects.filter(pk=job.pk).update(**{"state": "running", "attempts": 1, "lease_until": past, **columns})


def test_does_the_work_and_keeps_what_it_returns(kind):
    def count(job):
        for done in range(1, job.arguments["number"] + 1):
            job.progress(done=done, message=f"counted {done}")
        return {"counted": done}

    ada = User.objects.create(username="ada")
    job = enqueue(kind(count), by=ada, subject="sheep", total=3, number=3)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == (Job.State.DONE, 3, 3, {"counted": 3})
    assert (job.message, job.asked_by, job.asked_by_name, job.attempts) == ("counted 3", ada, "ada", 1)
    assert job.ended_at and job.lease_until is None


def test_the_runs_that_it_writes_name_the_job_and_its_attempt(kind):
    def note(job):
        plan = act("note", lambda plan: plan.create(Policy, because="x", name="a", value="b"), by=job.asked_by_name)
        return {"run": plan.run.pk}

    job = enqueue(kind(note), by="test")
    run(job.pk)
    job.refresh_from_db()
    written = OperationRun.objects.get(pk=job.result["run"])
    assert (written.job_number, written.request_id) == (job.pk, f"job-{job.pk}-1")
    outside = act("note", lambda plan: plan.create(Policy, because="x", name="c", value="d"), by="test").run
    assert outside.job_number is None


def test_delivering_a_task_twice_does_the_work_once(kind):
    calls = []
    job = enqueue(kind(lambda job: calls.append(job.pk)), by="a")
    run(job.pk)
    run(job.pk)
    assert calls == [job.pk]


def test_a_task_of_no_job_does_nothing():
    run(12345)
    assert not Job.objects.exists()


def test_a_job_that_another_worker_holds_is_left_to_it(kind):
    job = enqueue(kind(lambda job: pytest.fail("taken from its worker")), by="a")
    lose_worker(job, lease_until=timezone.now() + LONG_AGO)
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING


def test_the_queue_gets_only_the_number(kind, django_capture_on_commit_callbacks):
    from django_tasks_db.models import DBTaskResult

    with django_capture_on_commit_callbacks(execute=True):
        job = enqueue(kind(lambda job: None), by="a", secret="paper")
    assert DBTaskResult.objects.get().args_kwargs == {"args": [job.pk], "kwargs": {}}


def test_work_in_the_background_waits_for_storage_as_long_as_it_needs(kind):
    seen = []
    run(enqueue(kind(lambda job: seen.append(patient.get())), by="a").pk)
    assert seen == [True] and not patient.get()


def test_work_that_fails_is_tried_three_times_and_then_left_to_a_person(kind):
    def fail(job):
        job.progress(done=job.attempts)
        raise ValueError("page 3 has no number")

    job = enqueue(kind(fail), by="a")
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == ("queued", "Will be tried again. ValueError: page 3 has no number")
    run(job.pk)
    run(job.pk)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.message == "Gave up after 3 attempts. ValueError: page 3 has no number"


def test_a_failure_that_quotes_a_nul_from_a_paper_is_kept(kind):
    def fail(job):
        job.progress(message="Reading \0.pdf")
        raise ValueError("no number in '\0'")

    job = enqueue(kind(fail), by="a")
    run(job.pk)
    job.refresh_from_db()
    assert job.message == "Will be tried again. ValueError: no number in '�'"


def test_a_kind_that_nobody_knows_fails_with_its_name():
    job = enqueue("dig", by="a")
    for _ in range(3):
        run(job.pk)
    job.refresh_from_db()
    assert "no work is known by the name dig" in job.message


def test_a_failed_job_is_taken_up_again_a_little_later(kind, django_capture_on_commit_callbacks):
    job = enqueue(kind(lambda job: 1 / 0), by="a")
    run(job.pk)
    assert sweep() == 0
    Job.objects.update(lease_until=timezone.now() - LONG_AGO)
    with django_capture_on_commit_callbacks() as sent:
        assert sweep() == 1
    assert len(sent) == 1


def test_the_sweep_takes_up_a_job_whose_worker_was_lost(kind, django_capture_on_commit_callbacks):
    job = enqueue(kind(lambda job: {"attempt": job.attempts}), by="a")
    lose_worker(job)
    with django_capture_on_commit_callbacks() as sent:
        sweep()
    assert len(sent) == 1
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"attempt": 2})


def test_the_sweep_sends_again_what_the_queue_lost(kind, django_capture_on_commit_callbacks):
    enqueue(kind(lambda job: None), by="a")
    Job.objects.update(lease_until=timezone.now() - LONG_AGO)
    with django_capture_on_commit_callbacks() as sent:
        sweep()
        sweep()
    assert len(sent) == 1


def test_a_job_that_lost_its_worker_three_times_is_parked(kind):
    job = enqueue(kind(lambda job: None), by="a")
    lose_worker(job, attempts=3, message="Reading bomb.pdf")
    sweep()
    run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.message == "Parked: its worker was lost 3 times. Last seen: Reading bomb.pdf"


def test_a_worker_that_lost_its_lease_stops_and_writes_nothing(kind):
    def lose_lease(job):
        Job.objects.filter(pk=job.pk).update(attempts=2, message="the other one")
        job.progress(done=1, message="mine")
        pytest.fail("went on without a lease")

    job = enqueue(kind(lose_lease), by="a")
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message, job.done) == ("running", "the other one", 0)


def test_a_queued_job_is_cancelled_at_once(kind):
    job = enqueue(kind(lambda job: pytest.fail("was cancelled")), by="a")
    job.cancel()
    run(job.pk)
    assert (job.state, job.message) == ("cancelled", "Cancelled before it began.")


def test_a_running_job_is_cancelled_at_its_next_step(kind):
    def endless(job):
        Job.objects.get(pk=job.pk).cancel()
        job.progress(done=7, message="seven")
        pytest.fail("went on after it was cancelled")

    job = enqueue(kind(endless), by="a")
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.message) == ("cancelled", 7, "Cancelled. seven")


def test_a_job_that_is_over_cannot_be_cancelled(kind):
    job = enqueue(kind(lambda job: None), by="a")
    run(job.pk)
    job.cancel()
    assert job.state == "done"


def test_a_stopping_worker_gives_its_job_back_after_the_step(kind, django_capture_on_commit_callbacks):
    def work(job):
        job.progress(done=1)
        Job.stop_asked.set()
        job.progress(done=2)
        pytest.fail("went on after the worker was asked to stop")

    job = enqueue(kind(work), by="a")
    with django_capture_on_commit_callbacks() as sent:
        run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done, len(sent)) == ("queued", 0, 2, 1)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_job_that_ended_badly_can_be_retried(kind, state):
    job = enqueue(kind(lambda job: None), by="a")
    Job.objects.update(state=state, attempts=3, cancel_asked=True)
    retry(job)
    assert (job.state, job.attempts, job.cancel_asked) == ("queued", 0, False)
    assert run_waiting() == 1
    job.refresh_from_db()
    assert job.state == "done"


def test_a_job_that_is_done_is_not_retried(kind):
    job = enqueue(kind(lambda job: None), by="a")
    run(job.pk)
    retry(job)
    assert job.state == "done"


def test_work_that_looks_for_itself_is_queued_once(kind):
    name = kind(lambda job: None)
    assert enqueue_once(name, by="a") == enqueue_once(name, by="b")


def test_progress_writes_at_most_twice_a_second(kind, django_assert_num_queries):
    job = enqueue(kind(lambda job: None), by="a")
    taken = jobs.take(job.pk)
    taken.progress(done=1)
    with django_assert_num_queries(0):
        for done in range(1000):
            taken.progress(done=done)


def test_rate_and_time_left_come_from_what_is_done():
    now = timezone.now()
    job = Job(state="running", started_at=now - timedelta(seconds=10), done=20, total=50)
    assert round(job.rate) == 2 and job.seconds_left == 15
    assert Job(state="running", done=0, total=5).seconds_left is None


def test_health_results_keep_the_last_finding_only():
    HealthResult.record("worker", is_well=False, message="x" * 400)
    HealthResult.record("worker", is_well=True)
    assert [(row.is_well, row.message) for row in HealthResult.objects.all()] == [(True, "")]


@pytest.mark.django_db(transaction=True)
def test_eight_deliveries_at_once_do_the_work_once(kind):
    calls = []
    job = enqueue(kind(lambda job: calls.append(job.attempts)), by="a")

    def deliver(number: int) -> None:
        try:
            run(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(deliver, [job.pk] * 8))
    assert calls == [1]


def test_daily_work_is_asked_for_once_a_day():
    for _ in range(2):
        jobs.enqueue_daily("sweep_orphans", by="worker")
    assert Job.objects.count() == 1
    Job.objects.update(asked_at=timezone.now() - timedelta(days=2), state="done")
    jobs.enqueue_daily("sweep_orphans", by="worker")
    assert Job.objects.count() == 2
