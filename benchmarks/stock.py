"""Stock: what the reconciliation and contended transfers cost beside plain SQL, in one table.

    DATABASE_URL=... python -m benchmarks.stock [40000 1000000]

On PostgreSQL: the plain statements are its own, and SQLite has one writer.
"""

import sys

from benchmarks import _reconcile, _transfers
from benchmarks._own_database import in_own_database, set_up

SIZES = (40_000, 1_000_000)


def main(sizes: list[int]) -> None:
    """Print the table line by line."""
    from django.db import connection

    if connection.vendor != "postgresql":
        print("Skipped: set DATABASE_URL to a PostgreSQL database.")
        return
    print("| what | ours s | plain s | ratio | limit |\n|---|---|---|---|---|", flush=True)
    with in_own_database():
        for part in (_transfers.rows(), *map(_reconcile.rows, sizes)):
            for what, ours, plain, limit in part:
                print(f"| {what} | {ours:.2f} | {plain:.2f} | {ours / plain:.2f} | {limit} |", flush=True)


if __name__ == "__main__":
    set_up()
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
