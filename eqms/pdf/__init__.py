"""PDFs that strangers send: their words, their pictures and their pages, read under limits."""

NEEDS_PASSWORD = (
    "This PDF opens only with a password. Ask the sender for a copy without password, or print it and scan it."
)


class UnreadableDocument(Exception):
    """Says in a clerk's words what is wrong with a file and what to do next."""
