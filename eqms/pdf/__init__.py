"""PDFs that strangers send: their words, their pictures and their pages, read under limits."""


class UnreadableDocument(Exception):
    """Says in a clerk's words what is wrong with a file and what to do next."""
