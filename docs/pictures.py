"""Makes the pictures of README.md anew: ``python -m docs.pictures``. Takes about half a minute.

Sets a demo up in a temporary folder, serves it with a worker, and walks the tour of README.md in a browser.
Needs Chromium. Look at each picture before you commit it.
"""

import io
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from tests.end_to_end.conftest import FLAGS
from tests.ephemeral_postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
PAPERS = [ROOT / "tests" / "papers" / name for name in ("qb_grid_08.pdf", "odoo_style_10.pdf", "sage_classic_08.pdf")]
PAPERS += [ROOT / "tests" / "papers" / "hostile" / "encrypted_user_password.pdf"]
SIZE = {"width": 1280, "height": 800}
LARGEST = 150_000  # bytes: pages of README.md load at once
START_SECONDS = 30


@contextmanager
def demo(folder: str, password: str) -> Iterator[str]:
    """Set a demo up in ``folder``, serve it, and give its address."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    environment |= {"ENV_FILE": "none", "VAR_DIR": folder, "ADMIN_PASSWORD": password, "PORT": str(port)}
    manage = [sys.executable, "manage.py"]
    quietly = {"cwd": ROOT, "env": environment, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*manage, "demo"], check=True, **quietly)
    with subprocess.Popen([*manage, "serve"], **quietly) as server:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    """Return once something answers at ``port``; TimeoutError after START_SECONDS."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        connection = HTTPConnection("127.0.0.1", port, timeout=1)
        try:
            connection.request("GET", "/healthz")
            return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise TimeoutError(f"Nothing answers at port {port}.")


def keep(page: Page, name: str, *, of: Locator | None = None) -> None:
    """Keep what the window shows, or the whole of one part of the page, as docs/pictures/NAME.png with 256 colours."""
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    seen = Image.open(io.BytesIO((of or page).screenshot())).convert("RGB")
    path = PICTURES / f"{name}.png"
    seen.quantize(256, kmeans=1, dither=Image.Dither.NONE).save(path, optimize=True)
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    if size > LARGEST:
        raise ValueError(f"{path.name} has {size:,} bytes: more than {LARGEST:,}.")


def tour(page: Page, address: str, password: str) -> None:
    """Walk the tour of README.md and keep a picture at each stop."""
    page.goto(f"{address}/admin/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    keep(page, "start")

    page.goto(f"{address}/admin/sales-orders/import-pdf")
    page.get_by_label("Files:").set_input_files(PAPERS)
    page.get_by_role("button", name="Upload and read").click()
    page.get_by_text("pages processed,").wait_for()
    keep(page, "upload")
    page.get_by_role("button", name="Preview 3 orders").click()
    keep(page, "preview")
    page.get_by_role("button", name="create 3 sales orders").click()
    page.get_by_text("Import orders: done.").wait_for()
    run = page.url

    page.goto(f"{address}/admin/sales-orders?q=0000556")
    page.get_by_role("link", name="0000556").click()
    page.get_by_role("link", name="Show Order date on the paper").click()
    keep(page, "place")

    page.goto(run)
    page.get_by_role("link", name="Undo").click()
    keep(page, "undo")
    page.goto(f"{address}/admin/maintenance/")
    page.get_by_role("link", name="Cleanup zero order customers").click()
    page.get_by_label("Reason").fill("closed or never ordered: yearly clean-up")
    keep(page, "clean-up", of=page.locator("#content"))

    page.goto(f"{address}/admin/inventory/product/?q=EX-0003")
    page.get_by_role("link", name="EX-0003").click()
    page.set_viewport_size({**SIZE, "height": 1180})  # down to the chart
    keep(page, "product")

    page.set_viewport_size({**SIZE, "height": 1000})
    page.goto(f"{address}/admin/customers/duplicates/")
    keep(page, "duplicates")
    page.goto(f"{address}/admin/distribution/recall/")
    page.locator("#result_list tbody th a").first.click()
    keep(page, "recall")
    page.goto(f"{address}/admin/trace/?q=UF2409-1622")
    keep(page, "trace")


def main() -> None:
    password = secrets.token_urlsafe(12)
    PICTURES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo(folder, password) as address,
        sync_playwright() as playwright,
    ):
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, headless=True)
        tour(browser.new_page(viewport=SIZE), address, password)
        browser.close()


if __name__ == "__main__":
    main()
