"""CSV files that become rows: kept, read, judged row by row, previewed, written; what is wrong is handed back.

An app says what is its own: a ``FileKind`` (columns), a ``FileWork`` (what becomes of each row), options and examples.
"""
