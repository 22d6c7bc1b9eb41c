"""What the live schema has and the migrations would not make, and the other way round.

The migrations run once more, in a process of their own, into a place that is empty and goes away: a schema of
the same PostgreSQL database, or a file of its own for SQLite. Both are then described in lines and compared.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import DatabaseError, connection

SCRATCH = "eqms_drift"

POSTGRES = {
    "table": """SELECT c.relname, c.relpersistence::text FROM pg_class c
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""",
    "column": """SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE ' NULL' END
        || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
        || CASE a.attidentity WHEN '' THEN '' ELSE ' IDENTITY' END
        || coalesce(' COLLATE ' || nullif(l.collname, 'default'), '')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
        AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """SELECT t.relname || '.' || c.conname, pg_get_constraintdef(c.oid)
        || CASE WHEN c.convalidated THEN '' ELSE ' NOT VALID' END
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        WHERE c.connamespace = %(schema)s::regnamespace AND c.contype <> 'n'""",
    "index": """SELECT i.relname, pg_get_indexdef(x.indexrelid)
        || CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE i.relnamespace = %(schema)s::regnamespace""",
    "trigger": """SELECT c.relname || '.' || g.tgname, pg_get_triggerdef(g.oid)
        || CASE g.tgenabled WHEN 'O' THEN '' ELSE ' DISABLED' END
        FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE c.relnamespace = %(schema)s::regnamespace AND NOT g.tgisinternal""",
    "function": """SELECT proname, prosrc FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace""",
}


class NotCompared(Exception):
    """The comparison could not be made; the message says why."""


def differences() -> list[str]:
    """Return one line per difference between the live schema and the migrations; none means no drift.

    Raises NotCompared. Costs about two seconds, for the migrations run from the beginning.
    """
    return compared(expected(), described())


def compared(expected: set[str], live: set[str]) -> list[str]:
    """Return the lines in which two descriptions differ, in words."""
    lines = [f"missing: {line}" for line in sorted(expected - live)]
    return lines + [f"not from a migration: {line}" for line in sorted(live - expected)]


def described() -> set[str]:
    """Return the live schema, one line for each table, column, constraint, index, trigger and function."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT current_schema()")
            return described_postgres(cursor.fetchone()[0])
        return described_sqlite(lambda sql: cursor.execute(sql).fetchall())


def expected() -> set[str]:
    """Return the description of what the migrations make of nothing. Raises NotCompared."""
    if connection.vendor == "postgresql":
        with scratch_schema() as name:
            migrate(postgres_url(name))
            return described_postgres(name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scratch.sqlite3"
        migrate(f"sqlite:///{file}")
        with closing(sqlite3.connect(file)) as session:
            return described_sqlite(lambda sql: session.execute(sql).fetchall())


@contextmanager
def scratch_schema():
    """Give the name of an empty schema that is dropped afterwards. Raises NotCompared."""
    name = f"{SCRATCH}_{os.getpid()}"
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            cursor.execute(f"CREATE SCHEMA {name}")
    except DatabaseError as error:
        raise NotCompared(f"this database user may not create a schema ({str(error).splitlines()[0]})") from error
    try:
        yield name
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def postgres_url(schema: str) -> str:
    """Return the address of the live database with ``schema`` in place of public."""
    live = connection.settings_dict
    who = quote(live["USER"], safe="") + (f":{quote(live['PASSWORD'], safe='')}" if live["PASSWORD"] else "")
    place = f"{live['HOST']}:{live['PORT']}" if live["PORT"] else live["HOST"]
    others = {name: value for name, value in live["OPTIONS"].items() if name.startswith("ssl")}
    query = urlencode({**others, "options": f"-c search_path={schema}"}, quote_via=quote)
    return f"postgresql://{who}@{quote(place, safe=':')}/{quote(live['NAME'])}?{query}"


def migrate(url: str) -> None:
    """Run every migration into ``url``; a process of its own, so that no data migration meets live rows."""
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env={**os.environ, "DATABASE_URL": url}, capture_output=True, text=True
    )
    if done.returncode:
        raise NotCompared(f"the migrations fail from the beginning: {done.stderr.strip().splitlines()[-1]}")


def described_postgres(schema: str) -> set[str]:
    """Return the description of ``schema``. Six queries. Django's own scratch schemas are none of its lines."""
    lines = set()
    with connection.cursor() as cursor:
        for kind, query in POSTGRES.items():
            cursor.execute(query, {"schema": schema})
            lines |= {f"{kind} {name}: {plain(text)}" for name, text in cursor.fetchall()}
    return {line.replace(f"{schema}.", "").strip() for line in lines}


def plain(text: str) -> str:
    """Return an expression without casts between kinds of text, nor the brackets around them.

    PostgreSQL writes them differently after a dump and restore of the same schema.
    """
    cast = r"::(?:character varying|text)(?:\[\])?"
    return re.sub(r"[()]", "", re.sub(cast, "", text)) if re.search(cast, text) else text


def described_sqlite(fetch) -> set[str]:
    """Return the description of the database that ``fetch`` asks."""
    lines = set()
    rows = fetch("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    for kind, name, table, sql in rows:
        if kind != "table":
            lines.add(f"{kind} {name}: {squeezed(sql)}")
            continue
        lines.add(f"table {name}")
        lines |= {f"constraint {table}: {text}" for text in constraints(sql)}
        for column in fetch(f'PRAGMA table_xinfo("{table}")'):
            lines.add(
                f"column {table}.{column[1]}: {column[2]} notnull={column[3]} default={column[4]} key={column[5]}"
            )
        for key in fetch(f'PRAGMA foreign_key_list("{table}")'):
            lines.add(f"constraint {table}.{key[3]}: references {key[2]}.{key[4]} {key[5]} {key[6]}")
        for index in fetch(f'PRAGMA index_list("{table}")'):
            columns = ", ".join(str(part[2]) for part in fetch(f'PRAGMA index_info("{index[1]}")'))
            lines.add(f"unique {table} ({columns})" if index[2] else f"index on {table} ({columns})")
    return lines


def constraints(sql: str) -> list[str]:
    """Return the CHECK and UNIQUE clauses of a CREATE TABLE, each whole to its last bracket."""
    found = []
    for start in re.finditer(r'(CONSTRAINT "\w+" )?(CHECK|UNIQUE) \(', sql):
        depth, end = 1, start.end()
        while depth and end < len(sql):
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        found.append(squeezed(sql[start.start() : end]))
    return found


def squeezed(sql: str) -> str:
    """Return ``sql`` on one line with single blanks."""
    return " ".join(sql.split())
