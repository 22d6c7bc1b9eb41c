"""The command, as people run it: ``python _ours.py CUSTOMERS.csv PAIRS.csv``."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(source: str, target: str) -> None:
    """Find duplicates with ``manage.py find_duplicates``."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eqms.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "find_duplicates", "--input", source, "--output", target])


if __name__ == "__main__":
    main(*sys.argv[1:])
