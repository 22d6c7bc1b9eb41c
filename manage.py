#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from importlib import import_module

# These need no database: asked for as they should be, they do not wait for Django to start.
WITHOUT_DJANGO = {"find_duplicates": "customers.duplicate_file_search"}


def make_streams_usable() -> None:
    """Let a command run all the same where its streams are closed, or cannot say every letter."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))
        elif stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def main() -> None:
    """Run the command that was asked for."""
    make_streams_usable()
    name, *arguments = sys.argv[1:] or [""]
    if name in WITHOUT_DJANGO and import_module(WITHOUT_DJANGO[name]).run(arguments):
        return

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eqms.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"eqms: {error}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
