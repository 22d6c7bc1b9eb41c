"""A throw-away PostgreSQL from the installed binaries, as root too.

``python tests/ephemeral_postgres.py COMMAND...`` runs COMMAND with TEST_DATABASE_URL set and removes the
cluster afterwards, interrupted or not. Tests that stop, restart or fill a server of their own use ``Cluster``.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

# Throw-away data need not survive a power cut.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    # It would count tables as empty while a test fills them in a transaction, and their queries take minutes.
    "autovacuum": "off",
}


class NoPostgres(Exception):
    """PostgreSQL is not installed here; the message says what to install."""


def binaries() -> Path:
    """Return the folder of the newest installed server."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    if not found:
        raise NoPostgres("No PostgreSQL server is installed here: apt-get install postgresql")
    return found[-1].parent


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def as_server_user() -> list[str]:
    """Return the words before a command that PostgreSQL refuses to run as root."""
    return ["runuser", "-u", server_user(), "--"] if os.getuid() == 0 else []


def server_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Cluster:
    """One server with its own folder and port; a context manager that starts and removes it."""

    def __init__(self):
        self.bin = binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="eqms-postgres-"))
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "Cluster":
        try:
            if os.getuid() == 0:
                shutil.chown(self.folder, server_user())
            self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *error) -> None:
        self.remove()

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    def run(self, program: str, *arguments: str) -> None:
        command = [*as_server_user(), str(self.bin / program), *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        log = str(self.folder / "log")
        # The server must not hold this process's output open, so it writes to its own log.
        command = [*as_server_user(), str(self.bin / "pg_ctl"), "-D", self.data, "-w", "-l", log]
        command += ["-o", f"-p {self.port} -k {self.folder} {options}", "start"]
        if subprocess.run(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            raise RuntimeError(f"PostgreSQL did not start: {Path(log).read_text()[-2000:]}")

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def remove(self) -> None:
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    try:
        with Cluster() as cluster:
            return run_command(command, {**os.environ, "TEST_DATABASE_URL": cluster.url})
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        return 69
    except KeyboardInterrupt:
        return 130


def run_command(command: list[str], environment: dict[str, str]) -> int:
    with subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait()
        except BaseException:
            process.terminate()
            raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
