"""P27, P28 and P32: the schema is what the migrations make, in both directions, and a held lock stops nobody."""

import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from eqms import drift
from tests.promises import promise
from tests.running import WAITING, copied_database, manage, migrated

OURS = ("distribution", "sales", "inventory", "customers", "eqms")
POSTGRES_CHANGES = {
    "column gone": "ALTER TABLE customers_contact DROP COLUMN notes",
    "column more": "ALTER TABLE customers_contact ADD COLUMN fax text",
    "column renamed": "ALTER TABLE customers_contact RENAME COLUMN notes TO remarks",
    "longer text": "ALTER TABLE customers_contact ALTER COLUMN phone TYPE varchar(60)",
    "other type": "ALTER TABLE customers_contact ALTER COLUMN phone TYPE text",
    "smaller number": "ALTER TABLE inventory_stockproduct ALTER COLUMN quantity TYPE bigint",
    "NULL allowed": "ALTER TABLE customers_contact ALTER COLUMN title DROP NOT NULL",
    "NULL refused": "ALTER TABLE customers_customer ALTER COLUMN archived_at SET NOT NULL",
    "default more": "ALTER TABLE customers_contact ALTER COLUMN title SET DEFAULT 'none'",
    "collation": 'ALTER TABLE customers_contact ALTER COLUMN name TYPE varchar(100) COLLATE "C"',
    "key no longer counted": "ALTER TABLE customers_contact ALTER COLUMN id DROP IDENTITY",
    "unique gone": "ALTER TABLE customers_contact DROP CONSTRAINT contact_once",
    "unique more": "ALTER TABLE customers_contact ADD CONSTRAINT one_name UNIQUE (name)",
    "check gone": "ALTER TABLE inventory_stockproduct DROP CONSTRAINT intake_quantity",
    "check more": "ALTER TABLE inventory_stockproduct ADD CONSTRAINT few CHECK (quantity < 1000)",
    "check not enforced": """ALTER TABLE inventory_stockproduct DROP CONSTRAINT intake_quantity;
        ALTER TABLE inventory_stockproduct ADD CONSTRAINT intake_quantity CHECK (quantity > 0) NOT VALID""",
    "check weaker": """ALTER TABLE inventory_stockproduct DROP CONSTRAINT intake_quantity;
        ALTER TABLE inventory_stockproduct ADD CONSTRAINT intake_quantity CHECK (quantity > -1)""",
    "foreign key gone": """ALTER TABLE customers_contact
        DROP CONSTRAINT customers_contact_customer_id_b9afc0da_fk_customers_customer_id""",
    "foreign key cascades": """ALTER TABLE customers_contact
        DROP CONSTRAINT customers_contact_customer_id_b9afc0da_fk_customers_customer_id;
        ALTER TABLE customers_contact ADD CONSTRAINT customers_contact_customer_id_b9afc0da_fk_customers_customer_id
        FOREIGN KEY (customer_id) REFERENCES customers_customer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED""",
    "index gone": "DROP INDEX intake_newest",
    "index more": "CREATE INDEX by_title ON customers_contact (title)",
    "index on other columns": """DROP INDEX intake_newest;
        CREATE INDEX intake_newest ON inventory_stockproduct (received_on, id)""",
    "index for all rows": """DROP INDEX contact_one_primary;
        CREATE UNIQUE INDEX contact_one_primary ON customers_contact (customer_id)""",
    "table gone": "DROP TABLE customers_notduplicate",
    "table more": "CREATE TABLE notes_of_a_consultant (id int)",
    "table renamed": "ALTER TABLE customers_notduplicate RENAME TO customers_different",
    "view more": "CREATE VIEW open_orders AS SELECT 1 AS one",
    "trigger gone": "DROP TRIGGER eqms_auditentry_append_only ON eqms_auditentry",
    "trigger asleep": "ALTER TABLE eqms_auditentry DISABLE TRIGGER eqms_auditentry_append_only",
    "trigger emptied": """CREATE OR REPLACE FUNCTION eqms_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN RETURN NEW; END$$""",
}


def rebuilt(table: str, old: str, new: str):
    """Return a change that SQLite knows only as a new table: with ``new`` in place of ``old`` in its text."""

    def change(cursor) -> None:
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s ORDER BY type = 'table' DESC", [table])
        statements = [sql for (sql,) in cursor.fetchall() if sql]
        assert old in statements[0], statements[0]
        cursor.execute(f'DROP TABLE "{table}"')
        for statement in [statements[0].replace(old, new), *statements[1:]]:
            cursor.execute(statement)

    return change


CONTACT, INTAKE = "customers_contact", "inventory_stockproduct"
SQLITE_CHANGES = {
    "column gone": "ALTER TABLE customers_contact DROP COLUMN notes",
    "column more": "ALTER TABLE customers_contact ADD COLUMN fax text",
    "column renamed": "ALTER TABLE customers_contact RENAME COLUMN notes TO remarks",
    "longer text": rebuilt(CONTACT, '"phone" varchar(50)', '"phone" varchar(60)'),
    "other type": rebuilt(CONTACT, '"phone" varchar(50)', '"phone" integer'),
    "NULL allowed": rebuilt(CONTACT, '"title" varchar(100) NOT NULL', '"title" varchar(100) NULL'),
    "NULL refused": rebuilt("customers_customer", '"archived_at" datetime NULL', '"archived_at" datetime NOT NULL'),
    "default more": rebuilt(CONTACT, '"notes" text NOT NULL', "\"notes\" text NOT NULL DEFAULT 'none'"),
    "key gone": rebuilt(CONTACT, '"id" integer NOT NULL PRIMARY KEY AUTOINCREMENT', '"id" integer NOT NULL'),
    "unique gone": rebuilt(CONTACT, ', CONSTRAINT "contact_once" UNIQUE ("customer_id", "name", "email")', ""),
    "unique on less": rebuilt(CONTACT, 'UNIQUE ("customer_id", "name", "email")', 'UNIQUE ("customer_id", "name")'),
    "unique more": rebuilt(CONTACT, '"title" varchar(100) NOT NULL', '"title" varchar(100) NOT NULL UNIQUE'),
    "check gone": rebuilt(INTAKE, ', CONSTRAINT "intake_quantity" CHECK ("quantity" > 0)', ""),
    "check weaker": rebuilt(INTAKE, 'CHECK ("quantity" > 0)', 'CHECK ("quantity" > -1)'),
    "check more": rebuilt(
        INTAKE, '"received_on" date NOT NULL', '"received_on" date NOT NULL CHECK ("received_on" > 0)'
    ),
    "foreign key gone": rebuilt(CONTACT, 'REFERENCES "customers_customer" ("id") DEFERRABLE INITIALLY DEFERRED', ""),
    "foreign key cascades": rebuilt(
        CONTACT, 'REFERENCES "customers_customer" ("id")', 'REFERENCES "customers_customer" ("id") ON DELETE CASCADE'
    ),
    "index gone": "DROP INDEX intake_newest",
    "index more": "CREATE INDEX by_title ON customers_contact (title)",
    "index for all rows": """DROP INDEX contact_one_primary;
        CREATE UNIQUE INDEX contact_one_primary ON customers_contact (customer_id)""",
    "table gone": "DROP TABLE customers_notduplicate",
    "table more": "CREATE TABLE notes_of_a_consultant (id int)",
    "table renamed": "ALTER TABLE customers_notduplicate RENAME TO customers_different",
    "view more": "CREATE VIEW open_orders AS SELECT 1 AS one",
    "trigger gone": "DROP TRIGGER eqms_auditentry_delete",
    "trigger emptied": """DROP TRIGGER eqms_auditentry_delete;
        CREATE TRIGGER eqms_auditentry_delete BEFORE DELETE ON eqms_auditentry BEGIN SELECT 1; END""",
}


def is_found(change, expected: set[str]) -> bool:
    """Make ``change``, look, and take it back."""
    with transaction.atomic(), connection.cursor() as cursor:
        if callable(change):
            change(cursor)
        else:
            for statement in change.split(";\n") if connection.vendor == "sqlite" else [change]:
                cursor.execute(statement)
        found = drift.compared(expected, drift.described())
        transaction.set_rollback(True)
    return bool(found)


@pytest.mark.django_db(transaction=True)
def test_p28_every_planted_change_is_found_and_a_clean_schema_is_clean():
    changes = POSTGRES_CHANGES if connection.vendor == "postgresql" else SQLITE_CHANGES
    expected = drift.expected()
    assert drift.compared(expected, drift.described()) == []
    missed = [name for name, change in changes.items() if not is_found(change, expected)]
    assert missed == []
    assert drift.compared(expected, drift.described()) == []
    promise("P28", len(missed), 0, n=len(changes))


def test_p27_models_and_migrations_agree(tmp_path):
    done = manage("makemigrations", "--check", "--dry-run", VAR_DIR=str(tmp_path))
    assert done.returncode == 0, done.stdout
    promise("P27", done.returncode, 0, n=1)


@pytest.fixture
def url(transactional_db, tmp_path):
    """A database of its own, migrated from zero as the tests' own was."""
    with copied_database(tmp_path) as address:
        yield address


def test_p27_migrations_go_back_to_zero_and_forth_again(url):
    """Back to the zero of eqms takes every app of this product back: all of them refer to its rows."""
    migrated(url, "eqms", "zero")
    back = manage("health_check", "readyz", "--no-http", DATABASE_URL=url)
    migrated(url)
    forth = manage("health_check", "readyz", "--no-http", DATABASE_URL=url)
    left = [app for app in OURS if f"{app}.0001_initial" not in back.stdout]
    assert left == []
    assert "migrations: ok" in forth.stdout
    promise("P27", forth.returncode + len(left), 0, n=3)


def test_p32_a_migration_behind_a_held_lock_gives_up(url):
    """SQLite waits by its own busy timeout; on PostgreSQL the time a lock was waited for is seen from outside."""
    migrated(url, "distribution", "zero")
    with lock_held(url):
        refused, waited = watched_release(url)
    assert refused.returncode == 1, refused.stdout
    assert "Migrations gave up" in refused.stderr
    done = manage("release", "--no-drift", DATABASE_URL=url)
    assert "=== eQMS release done ===" in done.stdout, done.stderr
    promise("P32", waited, 2, n=1)


def watched_release(url: str) -> tuple[subprocess.CompletedProcess[str], float]:
    """Release, and return for how long the database saw it wait for a lock."""
    seen: list[float] = []
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(manage, "release", "--no-drift", DATABASE_URL=url)
        while not running.done():
            if waits_for_a_lock(url):
                seen.append(time.monotonic())
            threading.Event().wait(0.02)
        assert seen or url.startswith("sqlite")
        return running.result(), seen[-1] - seen[0] if seen else 0.0


def waits_for_a_lock(url: str) -> bool:
    if url.startswith("sqlite"):
        return False
    with psycopg.connect(url) as session:
        return bool(session.execute(f"SELECT 1 {WAITING}").fetchone())


@contextmanager
def lock_held(url: str):
    """Hold the lock that the migrations of distribution need: theirs refer to the orders' table."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as session:
            session.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(url) as session:
            session.execute("LOCK TABLE sales_salesorder IN ACCESS EXCLUSIVE MODE")
            yield
