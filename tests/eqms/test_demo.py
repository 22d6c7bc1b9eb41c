"""``./run demo``: everything once, and nothing twice."""

import pytest

from tests.running import IN_PRODUCTION, copied_database, manage

PERMISSIONS = "from eqms.models import User; print(User.objects.get(username='wanda').get_all_permissions())"


@pytest.fixture
def url(transactional_db, tmp_path):
    with copied_database(tmp_path) as address:
        yield address


def demo(url: str, folder) -> str:
    done = manage("demo", DATABASE_URL=url, VAR_DIR=str(folder / "var"), ADMIN_PASSWORD="sturdy-lantern-42-harbour")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_imports_sample_papers_shows_maintenance_and_tells_the_login(url, tmp_path):
    said = demo(url, tmp_path)
    assert "--- manage.py import_orders" in said
    imported = said.partition("--- manage.py import_orders")[2].partition("\n--- ")[0].splitlines()
    assert 15 < len(imported) < 20
    assert imported[1].endswith("unmatched.") and imported[2].startswith("create customer")
    assert "more lines: the run in the admin shows them all." in imported[-2]
    assert imported[-1].startswith("Wrote ")
    assert "--- manage.py cleanup_zero_order_customers --dry-run" in said
    assert "/admin/ as admin, password: sturdy-lantern-42-harbour" in said.splitlines()[-1]
    assert "distribution.add_tracingreport" in manage("shell", "-c", PERMISSIONS, DATABASE_URL=url).stdout
    again = demo(url, tmp_path)
    assert "Wrote" not in again
    assert again.count("Nothing to do") >= 2


def test_refuses_production(tmp_path):

    done = manage("demo", **IN_PRODUCTION, DATABASE_URL="postgresql://eqms@127.0.0.1:1/eqms")
    assert done.returncode == 1
    assert "The demo is for development" in done.stderr
