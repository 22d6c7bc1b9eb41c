"""Papers of a shipment. They never touch customers or numbers."""

from functools import partial

from django.conf import settings
from django.db import models
from django.utils import timezone

from eqms.models import Traced
from eqms.operations import Plan, Refused, act
from sales.models import DocumentSegment

from .shipments import Distribution


class DistributionDocument(Traced):
    """A label, a proof of delivery or other evidence; the paper itself is its segment."""

    class Kind(models.TextChoices):
        LABEL = "label"
        PROOF = "proof"
        EVIDENCE = "evidence"

    distribution = models.ForeignKey(Distribution, models.PROTECT, related_name="documents", db_index=False)
    segment = models.ForeignKey(DocumentSegment, models.PROTECT, related_name="distribution_documents")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EVIDENCE)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="distribution_documents"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "paper of a shipment"
        verbose_name_plural = "papers of shipments"
        constraints = [
            models.UniqueConstraint(
                fields=["distribution", "segment"],
                name="distribution_document_once",
                violation_error_message="This paper lies with the shipment already.",
            )
        ]

    def __str__(self):
        """The shipment where it is loaded: a list that wants it loads it, and no row asks alone."""
        shipment = self._state.fields_cache.get("distribution")
        return f"{self.get_kind_display()} of the {shipment}" if shipment else f"{self.kind} {self.pk}"


def plan_attachment(plan: Plan, paper: DocumentSegment, shipment: Distribution, *, because: str, by=None) -> None:
    """Plan that ``paper`` lies with ``shipment``: no number of either changes."""
    is_label = paper.kind == DocumentSegment.Kind.SHIPPING_LABEL
    kind = DistributionDocument.Kind.LABEL if is_label else DistributionDocument.Kind.EVIDENCE
    values = {"distribution": shipment, "segment": paper, "kind": kind, "added_by": by}
    plan.create(DistributionDocument, because=because, added_at=plan.now, **values)
    plan.update(paper, status=DocumentSegment.Status.ATTACHED, problem="", because=because)


def attach(paper: DocumentSegment, shipment: Distribution, *, by):
    """Lay ``paper`` with ``shipment`` because a person says so; Refused where it became an order or may become one."""
    return act("attach paper", partial(_plan_decision, paper, shipment, by), by=by)


def _plan_decision(paper: DocumentSegment, shipment: Distribution, by, plan: Plan) -> None:
    paper, shipment = plan.watch(paper, "document"), plan.watch(shipment)
    if paper.kind == DocumentSegment.Kind.SALES_ORDER:
        raise Refused(
            "This paper is a sales order: import it, or attach it to its order. It is not laid with shipments."
        )
    if paper.no_document:
        raise Refused(paper.no_document)
    if shipment.voided_at:
        raise Refused(f"The {shipment} is void. Choose the entry that replaced it.")
    if DistributionDocument.objects.filter(distribution=shipment, segment=paper).exists():
        raise Refused("This paper lies with the shipment already.")
    plan_attachment(plan, paper, shipment, because=f"{by} says that it belongs to the {shipment}", by=by)
