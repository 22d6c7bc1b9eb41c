"""Papers of a shipment. They never touch customers or numbers."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from eqms.models import Traced
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
        return f"{self.kind} {self.pk}"
