#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys
from importlib import import_module

# These need no database: asked for as they should be, they run without the second that Django takes to start.
WITHOUT_DJANGO = {"find_duplicates": "customers.duplicate_file_search"}


def main() -> None:
    """Run the command that was asked for."""
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
    main()
