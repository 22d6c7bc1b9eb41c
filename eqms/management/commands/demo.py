"""Everything between an empty checkout and a demo that serves, in one process. A second run changes nothing."""

from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand

from eqms import roles
from eqms.models import User
from eqms.operations import registry

PAPERS = Path("demo") / "papers"
SHOWN = 15  # lines of the import, which plans two hundred


class Beginning:
    """A stream that passes on the first lines and the last one, which counts: how a long plan reads."""

    def __init__(self, out, shown: int):
        self.out, self.left, self.omitted, self.last = out, shown, 0, ""

    def write(self, text: str) -> None:
        """Take whole lines."""
        for line in text.splitlines():
            if self.left:
                self.left -= 1
                self.out.write(line)
            else:
                self.omitted += bool(self.last)
                self.last = line

    def flush(self) -> None:
        """Pass everything on."""
        self.out.flush()

    def isatty(self) -> bool:
        """Return that nobody sits before it."""
        return False

    def finish(self) -> None:
        """Say how many lines were left out, then the last one."""
        if self.omitted:
            self.out.write(f"... {self.omitted} more lines: the run in the admin shows them all.")
        if self.last:
            self.out.write(self.last)


class Command(BaseCommand):
    help = "Migrate, load invented data, import sample papers, report, and show what each operation would do."
    requires_system_checks = []

    def handle(self, **options):
        if settings.IN_PRODUCTION:
            raise CommandError("The demo is for development: ENV is production.")
        self.step("migrate", verbosity=0)
        roles.seed()
        self.step("load_demo_data")
        beginning = Beginning(self.stdout, SHOWN)
        self.step("import_orders", str(settings.BASE_DIR / PAPERS), into=beginning)
        beginning.finish()
        for name, *arguments in self.operations_of_the_whole_table():
            self.step(name, *arguments, dry_run=True)
        self.sign_in()

    def step(self, name: str, *arguments: str, into=None, **options) -> None:
        """Run a command as a person would, with its words ``into`` a stream (None: all of them are shown)."""
        flags = " ".join(f"--{option.replace('_', '-')}" for option, value in options.items() if value is True)
        self.stdout.write(f"--- manage.py {' '.join([name, *arguments])} {flags}".rstrip())
        call_command(name, *arguments, **options, stdout=into or self.stdout, stderr=self.stderr)

    def operations_of_the_whole_table(self) -> list[list[str]]:
        """Return the commands of operations that anybody may look at: those that name no row, or take all."""
        commands = get_commands()
        tried = [[name, *more] for name in sorted(registry) if name in commands for more in ([], ["--all"])]
        return [command for command in tried if is_whole(commands[command[0]], *command)]

    def sign_in(self) -> None:
        user = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        known = user and settings.ADMIN_PASSWORD and user.check_password(settings.ADMIN_PASSWORD)
        password = settings.ADMIN_PASSWORD if known else "the one you chose"
        self.stdout.write(f"\neQMS: http://127.0.0.1:{settings.PORT}/admin/ as {user}, password: {password}")


def is_whole(app: str, name: str, *arguments: str) -> bool:
    """True where the command runs with these arguments."""
    command = load_command_class(app, name)
    try:
        command.create_parser("manage.py", name).parse_args([*arguments, "--dry-run"])
    except CommandError:
        return False
    return True
