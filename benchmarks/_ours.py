"""The command, as people run it: ``python _ours.py CUSTOMERS.csv PAIRS.csv``."""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main(source: str, target: str) -> None:
    """Find duplicates with ``manage.py find_duplicates``."""
    sys.path.insert(0, str(ROOT))
    sys.argv = ["manage.py", "find_duplicates", "--input", source, "--output", target]
    runpy.run_path(str(ROOT / "manage.py"), run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
