"""Jobs in the admin and on the command line."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from eqms.jobs import enqueue
from eqms.models import Job, User

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(hours=1)


@pytest.fixture
def job():
    return enqueue("bring_over_spool", by="ada", subject="files that wait", total=40)


@pytest.fixture
def keeper(client):
    client.force_login(User.objects.create_superuser("keeper"))
    return client


def run_command(capsys, *words) -> str:
    call_command(*words)
    return capsys.readouterr().out


def test_the_list_shows_how_far_each_job_is(keeper, job):
    ago = timezone.now() - timedelta(seconds=1000)
    how_far = {"done": 2000, "total": 4000, "errors": 2, "message": "Reading 20.pdf"}
    Job.objects.update(state="running", started_at=ago, **how_far)
    page = keeper.get(reverse("admin:eqms_job_changelist")).content.decode()
    for words in ("2000 / 4000", "2.0", "16 min", "Reading 20.pdf", "files that wait", "running"):
        assert words in page


def test_the_list_costs_as_many_queries_for_many_jobs_as_for_few(keeper, job, django_assert_num_queries):
    address = reverse("admin:eqms_job_changelist")
    with django_assert_num_queries(4):
        keeper.get(address)
    for number in range(30):
        enqueue("bring_over_spool", by="ada", subject=f"{number}")
    with django_assert_num_queries(4):
        keeper.get(address)


def test_the_empty_list_says_what_belongs_here(keeper):
    assert "Long work appears here" in keeper.get(reverse("admin:eqms_job_changelist")).content.decode()


def test_the_page_of_a_running_job_looks_again_by_itself(keeper, job):
    answer = keeper.get(reverse("admin:eqms_job_change", args=[job.pk]))
    assert answer["Refresh"] == "5" and "Cancel this job" in answer.content.decode()
    Job.objects.update(state="done")
    answer = keeper.get(reverse("admin:eqms_job_change", args=[job.pk]))
    assert "Refresh" not in answer and "<button" not in answer.content.decode().split("form-row")[0].split("panel")[1]


def test_a_button_cancels_and_another_tries_again(keeper, job):
    answer = keeper.post(reverse("admin:eqms_job_cancel", args=[job.pk]), follow=True)
    assert f"Job {job.pk} is cancelled." in answer.content.decode()
    answer = keeper.post(reverse("admin:eqms_job_retry", args=[job.pk]), follow=True)
    assert f"Job {job.pk} is queued." in answer.content.decode()


@pytest.mark.parametrize("verb", ["cancel", "retry"])
def test_following_a_link_changes_no_job(keeper, job, verb):
    assert keeper.get(reverse(f"admin:eqms_job_{verb}", args=[job.pk])).status_code == 405
    job.refresh_from_db()
    assert job.state == "queued"


def test_who_may_only_look_cannot_cancel(client, job):
    client.force_login(User.objects.create_user("viewer", is_staff=True))
    assert client.post(reverse("admin:eqms_job_cancel", args=[job.pk])).status_code == 403
    job.refresh_from_db()
    assert job.state == "queued"


def test_the_command_lists_jobs_and_counts_them(capsys, job):
    lines = run_command(capsys, "jobs").splitlines()
    assert "bring_over_spool" in lines[0] and lines[-1] == "1 of 1 jobs shown, 1 not over yet."


def test_the_command_lists_only_stuck_jobs(capsys, job):
    assert run_command(capsys, "jobs", "--stuck") == "0 of 0 stuck jobs shown, 1 not over yet.\n"
    Job.objects.update(lease_until=timezone.now() - LONG_AGO)
    assert run_command(capsys, "jobs", "--stuck").endswith("1 of 1 stuck jobs shown, 1 not over yet.\n")


def test_the_command_prints_one_json_document(capsys, job):
    (listed,) = json.loads(run_command(capsys, "jobs", "--json"))["jobs"]
    assert (listed["id"], listed["state"], listed["asked_by_name"]) == (job.pk, "queued", "ada")


def test_the_commands_cancel_and_retry(capsys, job):
    assert run_command(capsys, "job", "cancel", str(job.pk)) == f"Job {job.pk}: cancelled.\n"
    assert run_command(capsys, "job", "retry", str(job.pk)) == f"Job {job.pk} is queued again.\n"


def test_the_command_says_that_a_running_job_ends_after_its_step(capsys, job):
    Job.objects.update(state="running")
    assert run_command(capsys, "job", "cancel", str(job.pk)) == f"Job {job.pk} ends after its present step.\n"


def test_the_command_refuses_what_cannot_be_done(job):
    Job.objects.update(state="done")
    with pytest.raises(CommandError, match="is done already: nothing to cancel"):
        call_command("job", "cancel", str(job.pk))
    with pytest.raises(CommandError, match="only failed and cancelled jobs are tried again"):
        call_command("job", "retry", str(job.pk))
    with pytest.raises(CommandError, match="There is no job 99999"):
        call_command("job", "retry", "99999")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("state", "reached", "words"),
    [
        (Job.State.QUEUED, False, "Job {} is queued now."),
        (Job.State.QUEUED, True, "Job {} is cancelled now."),
        (Job.State.RUNNING, True, "Job {} is running now, and is asked to end."),
    ],
)
def test_an_interrupted_command_says_in_which_state_the_job_is(job, monkeypatch, state, reached, words):
    Job.objects.filter(pk=job.pk).update(state=state)
    cancel = Job.cancel

    def interrupted(self):
        if reached:
            cancel(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(Job, "cancel", interrupted)
    with pytest.raises(CommandError) as refusal:
        call_command("job", "cancel", str(job.pk))
    assert str(refusal.value) == f"Interrupted. {words.format(job.pk)}"


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_check_of_storage_does_not_say_that_it_only_reads(monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("eqms.management.commands.check_storage.diagnose", interrupted)
    with pytest.raises(CommandError, match="Interrupted. Nothing but a probe of a few bytes was written"):
        call_command("check_storage")
