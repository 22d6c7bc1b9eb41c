"""Files that a page was sent: kept before anything else happens to them."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from eqms.models import SourceDocument

from .documents import store
from .names import harmless
from .trouble import StorageTrouble

NO_STORAGE = "Upload failed: storage not configured or inaccessible."


def kept(request: HttpRequest, files: Iterable[UploadedFile], *, largest: int) -> list[SourceDocument]:
    """Store each file and say what storage said: what waits in the spool is safe, what failed has to be sent again.

    A file of more than ``largest`` bytes is refused by name.
    """
    documents = []
    for file in files:
        if (size := file.size or 0) > largest:
            name, has, most = harmless(file.name), size // 1024**2, largest // 1024**2
            messages.error(request, f"Not kept: {name} has {has} MB, more than {most} MB. Split it and send the parts.")
            continue
        try:
            documents.append(store(file, file.name, by=request.user))
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
