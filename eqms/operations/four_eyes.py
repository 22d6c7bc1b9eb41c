"""Four eyes: one person asks for a plan, another signs it with the password, and both stand in the run."""

import hashlib
from typing import Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils import timezone

from eqms.columns import canonical
from eqms.models import ElectronicSignature, OperationRun, PlanRequest, User

from .confirm import cleaned, may_exceed, opened_for, selection
from .operation import Approval, Operation, registry
from .plan import Plan, PlanChanged, Refused

MEANING = "approved plan"


def ask_confirmed(op: Operation, token: str, user: User, *, reason: str = "", typed: str = "") -> PlanRequest:
    """Store the plan that ``token`` confirms for a second person. Raises NothingWritten in words."""
    said = opened_for(op, token, user)
    force = may_exceed(user, typed, said.size_against_ceiling)
    approval = Approval(user, said.fingerprint, reason, force, selection=said.selection, must_say_why=True)
    return ask(op, approval, said.options)


def ask(op: Operation, approval: Approval, options: dict[str, Any]) -> PlanRequest:
    """Store a plan for a second person; the same plan asked for twice by one person is one request."""
    plan = op.plan(selection(op, approval.selection), **cleaned(op, options))
    if not plan:
        raise PlanChanged("There is nothing to do any more.")
    op.check_person(plan, approval.actor)
    op.check_plan(plan, approval)
    same = {"operation": op.name, "fingerprint": plan.fingerprint, "asked_by": approval.actor}
    waiting = PlanRequest.objects.filter(**same, state=PlanRequest.State.WAITING).first()
    return waiting or PlanRequest.objects.create(
        **same,
        options=options,
        selection=approval.selection,
        changes=len(plan),
        size_against_ceiling=plan.size_against_ceiling,
        reason=approval.reason,
    )


def plan_again(asked: PlanRequest) -> Plan:
    """Return the plan of ``asked`` as the data stand now."""
    op = registry[asked.operation]
    return op.plan(selection(op, asked.selection), **cleaned(op, asked.options))


def sign(asked: PlanRequest, request: HttpRequest, password: str) -> Plan:
    """Sign and write the plan in one transaction. Raises NothingWritten with the words for the person."""
    refuse_signer(asked, request.user)
    if authenticate(request, username=request.user.get_username(), password=password) != request.user:
        raise Refused("The password is not right. Nothing was signed.")
    op = registry[asked.operation]
    approval = Approval(
        asked.asked_by,
        asked.fingerprint,
        asked.reason,
        force=True,  # the size stands in the fingerprint that was asked for
        selection=asked.selection,
        approved_by=request.user,
        afterwards=lambda run: settle(asked, request.user, run),
    )
    plan = op.apply(approval, selection(op, asked.selection), **cleaned(op, asked.options))
    if plan.run is None:
        raise PlanChanged("There is nothing to do any more.")
    return plan


def settle(asked: PlanRequest, signer: User, run: OperationRun) -> None:
    """Leave the signature and the answer beside the run, in its transaction."""
    decide(asked, signer, PlanRequest.State.APPROVED, run)
    ElectronicSignature.objects.create(
        user=signer,
        user_name=str(signer),
        meaning=MEANING,
        model=asked._meta.label,
        key=str(asked.pk),
        digest=digest_of(asked),
    )


def decline(asked: PlanRequest, user: User) -> None:
    """Say no for good."""
    refuse_signer(asked, user)
    decide(asked, user, PlanRequest.State.DECLINED)


def decide(asked: PlanRequest, user: User, state: str, run: OperationRun | None = None) -> None:
    """Leave the answer on a request that still waits; Refused where somebody was quicker."""
    answer = {"state": state, "decided_by": user, "decided_at": timezone.now(), "run": run}
    if not PlanRequest.objects.filter(pk=asked.pk, state=PlanRequest.State.WAITING).update(**answer):
        raise Refused("This plan was decided already.")
    asked.refresh_from_db()


def refuse_signer(asked: PlanRequest, user: User) -> None:
    """Raise Refused unless ``user`` may decide about ``asked``."""
    if asked.state != PlanRequest.State.WAITING:
        raise Refused(f"This plan was {asked.state} already.")
    if user == asked.asked_by:
        raise Refused("Another person has to decide this: you asked for it.")
    permission = registry[asked.operation].permission
    if not user.has_perm(permission):
        raise Refused(f"{user} lacks the permission {permission}.")


def digest_of(asked: PlanRequest) -> str:
    """Return the hash of what is signed; a signature on an edited or copied request no longer fits it."""
    parts = [asked.pk, asked.operation, asked.options, asked.selection, asked.fingerprint, asked.asked_by_id]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def is_signed(asked: PlanRequest) -> bool:
    """True where a second person's signature fits the request as it stands. One query."""
    signatures = ElectronicSignature.objects.filter(model=asked._meta.label, key=str(asked.pk), meaning=MEANING)
    return signatures.filter(digest=digest_of(asked), user=asked.decided_by).exclude(user=asked.asked_by).exists()
