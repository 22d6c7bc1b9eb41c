"""Papers: their bytes and what a reader saw in them. The apps above give them meaning."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SourceDocument(models.Model):
    """A file as it came, kept for ever: the same bytes twice are one document.

    While storage refuses, the bytes lie in the local spool (``stored_at`` is empty)
    and a job brings them over.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    filename = models.CharField(max_length=255, help_text="as it was uploaded, made harmless")
    size = models.BigIntegerField(help_text="bytes")
    content_type = models.CharField(max_length=100, help_text="judged by content")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    uploaded_by_name = models.CharField(max_length=150)
    uploaded_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True, blank=True, help_text="empty while the bytes wait in the spool")
    storage_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["-uploaded_at"], name="document_uploaded"),
            models.Index(fields=["id"], name="document_spooled", condition=models.Q(stored_at__isnull=True)),
        ]

    def __str__(self):
        return self.filename

    @property
    def storage_key(self) -> str:
        """Where the bytes lie in storage: a key made from their hash, so nothing is ever overwritten."""
        return f"documents/{self.sha256[:2]}/{self.sha256}"


class Reading(models.Model):
    """What one version of a reader saw in a document: pages, papers, fields with their places.

    ``content`` is JSON text as the reader gave it; ``problem`` says in words why there is none.
    """

    document = models.ForeignKey(SourceDocument, models.PROTECT, related_name="readings")
    reader = models.CharField(max_length=60, help_text="name and version")
    at = models.DateTimeField(default=timezone.now)
    seconds = models.FloatField(default=0)
    page_count = models.PositiveIntegerField(default=0)
    content = models.TextField(default="{}")
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "reader"], name="reading_once")]

    def __str__(self):
        return f"{self.document} by {self.reader}"
