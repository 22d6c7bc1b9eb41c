"""Papers in the admin, with what may become of them beyond orders."""

from django.contrib import admin

from distribution.operations import attach_papers
from sales.admin import PAGES_OF_PAPERS, DocumentSegmentAdmin
from sales.models import DocumentSegment


class PaperOfShipmentsAdmin(DocumentSegmentAdmin):
    operations = (*DocumentSegmentAdmin.operations, attach_papers)
    tools = (*PAGES_OF_PAPERS, ("Upload labels and slips", "upload_labels", "distribution.add_distributiondocument"))


admin.site.replace(DocumentSegment, PaperOfShipmentsAdmin)
