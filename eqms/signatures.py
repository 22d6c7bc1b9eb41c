"""Electronic signatures (21 CFR 11): the password once more, a meaning, and the hash of what was signed.

A signature holds the row as it stood: edited or copied it no longer fits, and every page shows that.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django import forms
from django.apps import apps
from django.contrib.auth import authenticate
from django.db.models import Exists, Model, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from eqms.columns import Columns, canonical_bytes, encode
from eqms.models import AuditEntry, ElectronicSignature, OperationRun, User
from eqms.operations import Plan, Refused

LONGEST_MEANING = 100


class SigningForm(forms.Form):
    """What every signature asks for: why, and the password again."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        label="Your password, to sign",
    )


class Signer(NamedTuple):
    """A person who has just given the password again."""

    user: User


class Signed(NamedTuple):
    """A signature, and whether it still fits the row that it stands for."""

    signature: ElectronicSignature
    is_valid: bool


def confirmed(request: HttpRequest, password: str) -> Signer:
    """Return who signs; Refused where the password is not right. Guesses count like those of the login.

    Call it before the transaction opens: what counts guesses must not be rolled back.
    """
    user = request.user
    if authenticate(request, username=user.get_username(), password=password) != user:
        raise Refused("The password is not right. Nothing was signed.")
    return Signer(user)


def sign(row: Model, signer: Signer, meaning: str) -> ElectronicSignature:
    """Leave the signature of ``signer`` on ``row`` as the database holds it now. Join the writer's transaction."""
    at = timezone.now()
    who = {"user": signer.user, "user_name": signer.user.get_username(), "meaning": meaning[:LONGEST_MEANING]}
    signature = ElectronicSignature(model=row._meta.label, key=key_of(row), at=at, **who)
    signature.digest = digest_of(signature)
    signature.save(force_insert=True)
    return signature


def is_valid(signature: ElectronicSignature) -> bool:
    """Return whether the row is as it was signed, and the signature as it was given. One query."""
    return signature.digest == digest_of(signature)


def digest_of(signature: ElectronicSignature) -> str:
    """Return the hash over who, when, meaning, and all columns of the row as they stand; of none where it is gone."""
    model = model_called(signature.model)
    rows = Columns.of(model).read(model, [signature.key]) if model else {}
    return digest_over(signature, next(iter(rows.values()), ""))


def digest_over(signature: ElectronicSignature, content: str) -> str:
    """Return the hash over ``signature`` and ``content``, the columns of its row as text ("" where it is gone)."""
    who = [signature.user_id, signature.user_name, signature.meaning, encode_at(signature)]
    return hashlib.sha256(canonical_bytes([signature.model, signature.key, content, *who])).hexdigest()


def encode_at(signature: ElectronicSignature) -> str:
    """Return the moment of ``signature`` as its hash holds it."""
    return encode(ElectronicSignature._meta.get_field("at"), signature.at)


def key_of(row: Model) -> str:
    """Return the key of ``row`` as signatures and audit entries write it."""
    return str(encode(row._meta.pk, row.pk))


def signatures_of(row: Model) -> list[Signed]:
    """Return the signatures on ``row``, newest first. One query, and one a signature."""
    rows = ElectronicSignature.objects.filter(model=row._meta.label, key=key_of(row)).order_by("-at", "-pk")
    return [Signed(signature, is_valid(signature)) for signature in rows]


def signatures_on(rows: Sequence[Model]) -> dict[str, list[Signed]]:
    """Return the signatures on ``rows`` of one model, by their keys as text, newest first. Two queries."""
    found: dict[str, list[Signed]] = defaultdict(list)
    if not rows:
        return found
    model, keys = type(rows[0]), [key_of(row) for row in rows]
    contents = {str(key): text for key, text in Columns.of(model).read(model, keys).items()}
    signatures = ElectronicSignature.objects.filter(model=model._meta.label, key__in=keys).order_by("-at", "-pk")
    for signature in signatures:
        fits = signature.digest == digest_over(signature, contents.get(signature.key, ""))
        found[signature.key].append(Signed(signature, fits))
    return found


def keep_what_was_signed(plan: Plan, run: OperationRun) -> None:
    """Refuse to take back what somebody signed: the opposite change wants a signature of its own. One query."""
    touched = AuditEntry.objects.filter(run=run, model=OuterRef("model"), key=OuterRef("key"))
    signature = ElectronicSignature.objects.filter(Exists(touched), at__gte=run.at).order_by("pk").first()
    if signature is None:
        return
    model = model_called(signature.model)
    name = model._meta.verbose_name if model else signature.model
    raise Refused(
        f"{name} {signature.key} was signed by {signature.user_name} ({signature.meaning}). "
        "What was signed is not taken back: change it again, with a signature of its own."
    )


def model_called(label: str) -> type[Model] | None:
    """Return the model with this label, None where it is gone since."""
    try:
        return apps.get_model(label)
    except LookupError:
        return None
