"""Documents in the admin: looked at and downloaded, never edited."""

from django.contrib import admin
from django.urls import reverse

from eqms.lists import ReadOnly
from eqms.look import link, status
from eqms.models import SourceDocument


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("filename", "content_type", "size", "uploaded_by_name", "uploaded_at", "kept", "download")
    search_fields = ("filename", "sha256")
    ordering = ("-id",)
    show_full_result_count = False
    empty_says = "Every file that was uploaded or imported appears here. None was yet."
    readonly_fields = ("kept", "download")

    @admin.display(description="kept")
    def kept(self, document):
        return status("done", "in storage") if document.stored_at else status("waiting", "waits in the spool")

    @admin.display(description="file")
    def download(self, document):
        return link(reverse("download_document", args=[document.pk]), "Download")
