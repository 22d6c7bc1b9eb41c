"""Files that a page was sent: kept before anything else happens to them."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from eqms.models import SourceDocument

from .documents import store
from .sizes import TooLarge, refuse_large
from .trouble import StorageTrouble

NO_STORAGE = "Upload failed: storage not configured or inaccessible."


def kept(request: HttpRequest, files: Iterable[UploadedFile], *, largest: int | None = None) -> list[SourceDocument]:
    """Store each file and say what storage said: what waits in the spool is safe, what failed has to be sent again.

    A file of more than ``largest`` bytes (None: what any file may have) is refused by name.
    """
    documents = []
    for file in files:
        try:
            refuse_large(file.name, file.size or 0, largest)
            documents.append(store(file, file.name, by=request.user))
        except TooLarge as refusal:
            messages.error(request, f"Not kept: {refusal}")
        except StorageTrouble as trouble:
            messages.error(request, f"{NO_STORAGE} {file.name}: {trouble}")
    spooled = [document for document in documents if not document.stored_at]
    if spooled:
        cause = spooled[0].storage_problem
        text = (
            f"Storage not configured or inaccessible: {cause} {len(spooled)} of {len(documents)} files are kept here "
        )
        messages.warning(request, text + "and go over by themselves when storage is back. Do not upload them again.")
    return documents
