"""A plan in parts: approved as one, written in one transaction, each part a run that can be undone by itself."""

import pytest

from customers.models import Customer, NotDuplicate
from eqms import audit
from eqms.models import AuditEntry, Job, OperationRun
from eqms.operations import Plan, act
from eqms.operations.operation import Approval
from eqms.operations.plan import ACTOR
from eqms.operations.undo import undo
from eqms.operations.write import write
from tests.cast import digest


def in_parts(demo, *, empty=False):
    def draft(plan):
        plan.skip(demo.north, because="before the first part")
        for row in (demo.idle, demo.idle_two):
            plan.part(f"Close {row}")
            plan.update(row, status="inactive", because="closed")
            plan.skip(row, because="looked at")
        if empty:
            plan.part("Nothing")

    return draft


def test_each_part_is_a_run_with_its_own_counts_under_one_finished_job(demo):
    plan = act("close", in_parts(demo, empty=True), by=demo.ada, reason="moved")
    first, second = plan.runs
    assert plan.run == first
    assert [(run.updated, run.skipped) for run in plan.runs] == [(1, 2), (1, 1)]
    assert {(run.reason, run.fingerprint) for run in plan.runs} == {("moved", plan.fingerprint)}
    assert '"part":"Close Idle Two"' in second.options
    job = Job.objects.get()
    assert {run.job_number for run in plan.runs} == {job.pk}
    assert (job.kind, job.state, job.asked_by) == ("close", "done", demo.ada)
    assert job.result == {"runs": [first.pk, second.pk]}
    assert list(audit.verify()) == []


def test_one_part_is_undone_and_the_others_stay(demo):
    plan = act("close", in_parts(demo), by="test")
    undo.apply(Approval("test"), run=plan.runs[0])
    statuses = Customer.objects.filter(pk__in=[demo.idle.pk, demo.idle_two.pk]).order_by("pk")
    assert [row.status for row in statuses] == ["active", "inactive"]
    assert list(audit.verify()) == []


def test_all_parts_undone_is_the_start(demo):
    start = digest()
    plan = act("close", in_parts(demo), by="test")
    for run in reversed(plan.runs):
        undo.apply(Approval("test"), run=run)
    assert digest() == start


def test_a_token_is_used_by_the_first_run_only(demo):
    plan = Plan("close")
    in_parts(demo)(plan)
    write(plan, actor="test", token_digest="d" * 64)
    assert list(OperationRun.objects.order_by("pk").values_list("token_digest", flat=True)) == ["d" * 64, None]


def test_how_a_plan_is_divided_stands_in_its_fingerprint(demo):
    whole, divided = Plan("close"), Plan("close")
    whole.part("All")
    for row in (demo.idle, demo.idle_two):
        whole.update(Customer.objects.get(pk=row.pk), phone="1", because="x")
        divided.part("All")
        divided.update(Customer.objects.get(pk=row.pk), phone="1", because="x")
    assert whole.fingerprint != divided.fingerprint


def test_one_part_needs_no_job(demo):
    def draft(plan):
        plan.part("Close")
        plan.update(demo.idle, status="inactive", because="closed")

    assert len(act("close", draft, by="test").runs) == 1
    assert not Job.objects.exists()


def test_changes_before_the_first_part_are_a_mistake(demo):
    plan = Plan("close")
    plan.update(demo.idle, status="inactive", because="closed")
    with pytest.raises(ValueError, match="begins with its first part"):
        plan.part("Late")


def test_a_row_that_changes_in_two_parts_is_undone_last_first(demo):
    def draft(plan):
        row = plan.watch(demo.idle)
        for phone in ("1", "2"):
            plan.part(f"Phone {phone}")
            plan.update(row, phone=phone, because="x")

    start = digest()
    plan = act("phones", draft, by="test")
    for run in reversed(plan.runs):
        undo.apply(Approval("test"), run=run)
    assert digest() == start


@pytest.mark.parametrize("is_user", [True, False])
def test_who_writes_a_plan_stands_in_the_row_and_not_in_the_fingerprint(demo, is_user):
    def draft(plan):
        plan.create(NotDuplicate, first=demo.idle, second=demo.idle_two, decided_by_id=plan.actor, because="seen")

    plan = act("say no", draft, by=demo.ada if is_user else "cron")
    assert NotDuplicate.objects.get().decided_by == (demo.ada if is_user else None)
    assert [change.as_dict()["after"]["decided_by_id"] for change in plan.changes] == [ACTOR]
    assert list(audit.verify()) == []
    assert AuditEntry.objects.get().after.count('"actor"') == 0
