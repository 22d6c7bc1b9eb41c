"""What all commands have in common: never silent, one way to fail, output that may go away."""

import getpass
import socket
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError, connection

from eqms import progress, request_ids, schema
from eqms.models import OperationRun, User
from eqms.operations import NothingWritten
from eqms.voice import Progress, Voice, stopping_alike


class PlainStream:
    """A stream of Django's as a plain one: nothing is coloured, no line end is added."""

    def __init__(self, wrapped: OutputWrapper):
        self.wrapped = wrapped

    def write(self, text: str) -> None:
        self.wrapped.write(text, style_func=str, ending="")

    def flush(self) -> None:
        self.wrapped.flush()

    def fileno(self) -> int:
        return self.wrapped.fileno()


class SpeakingCommand(Voice, BaseCommand):
    """A command whose first line on standard error says where it works and whose last line counts.

    Subclasses write ``work(**options)`` in place of ``handle``, and speak through ``say`` (lines
    of the report) and ``conclude`` (the last line; on standard error where ``--json`` was given
    or standard output went away).
    """

    writes = False

    def execute(self, *args: Any, **options: Any) -> Any:
        with request_ids.under() as self.request_id, stopping_alike():
            try:
                return super().execute(*args, **options)
            except (OperationalError, InterfaceError, ProgrammingError) as error:
                if waiting := migrations_that_wait():
                    raise CommandError(
                        f"The database {place()} lacks {waiting} migration{'' if waiting == 1 else 's'}. "
                        "Run `manage.py migrate`, or `release` where it serves, then this again."
                    ) from error
                if isinstance(error, ProgrammingError):
                    raise
                raise CommandError(f"The database {place()} does not answer. {self.what_was_written()}") from error
            except KeyboardInterrupt as error:
                raise CommandError(f"Interrupted. {self.what_was_written()}") from error

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json = bool(options.get("json"))
        self.speak_through(PlainStream(self.stdout), PlainStream(self.stderr))
        self.note(first_line())
        with progress.listening(Progress(self)):
            try:
                self.work(**options)
            finally:
                self.end_drawing()

    def work(self, **options: Any) -> None:
        raise NotImplementedError("A command says what it does in work().")

    def what_was_written(self) -> str:
        """Say which runs this command left behind, as the database knows it."""
        if not self.writes:
            return "Nothing was written: this command only reads."
        connection.close()
        try:
            runs = OperationRun.objects.applied().filter(request_id=self.request_id)
            numbers = [str(pk) for pk in runs.order_by("pk").values_list("pk", flat=True)]
        except DatabaseError:
            return "See `runs` for what was written, once the database answers."
        return f"Written before that: run {', '.join(numbers)}." if numbers else "Nothing was written."


def migrations_that_wait() -> int:
    """Return how many migrations the database lacks; 0 too where it does not answer."""
    try:
        return len(schema.waiting_migrations())
    except schema.NoDatabase:
        return 0


def place() -> str:
    """Return the name of the database and of its host."""
    name, host = connection.settings_dict["NAME"], connection.settings_dict.get("HOST")
    return f"{name} on {host or socket.gethostname()}"


def first_line() -> str:
    """Return where a command works: database, host, ENV and release."""
    return f"Database {place()} ({connection.vendor}), {settings.ENV}, release {settings.RELEASE}"


def actor_named(username: str | None) -> User | str:
    """Return the user called ``username``; without a name the operating system's user, marked as such."""
    if username is None:
        return f"{getpass.getuser()} (operating system)"
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist as error:
        raise CommandError(f"No user is called {username}.") from error


def refused(error: NothingWritten) -> CommandError:
    """Return the command's error for a refusal of the writer."""
    return CommandError(f"Nothing was written. {error}")
