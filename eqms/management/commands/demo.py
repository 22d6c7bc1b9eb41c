"""Everything between an empty checkout and a demo that serves, in one process. A second run changes nothing."""

from pathlib import Path

from django.conf import settings
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand

from eqms.models import User
from eqms.operations import registry

PAPERS = Path("demo") / "papers"


class Command(BaseCommand):
    help = "Migrate, load invented data, import sample papers, report, and show what each operation would do."
    requires_system_checks = []

    def handle(self, **options):
        if settings.IN_PRODUCTION:
            raise CommandError("The demo is for development: ENV is production.")
        self.step("migrate", verbosity=0)
        self.step("load_demo_data")
        self.step("import_orders", str(settings.BASE_DIR / PAPERS))
        for name, *arguments in self.operations_of_the_whole_table():
            self.step(name, *arguments, dry_run=True)
        self.sign_in()

    def step(self, name: str, *arguments: str, **options) -> None:
        """Run a command as a person would; what it refuses is shown and ends nothing but itself."""
        flags = " ".join(f"--{option.replace('_', '-')}" for option, value in options.items() if value is True)
        self.stdout.write(f"--- manage.py {' '.join([name, *arguments])} {flags}".rstrip())
        call_command(name, *arguments, **options, stdout=self.stdout, stderr=self.stderr)

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
