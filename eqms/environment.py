"""The environment read strictly: a value that is missing or wrong is one clear line."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class SettingsError(ImproperlyConfigured):
    """A variable of the environment is missing or wrong; the message is one line that names it."""


def load_file(path: Path) -> None:
    """Read ``NAME=value`` lines of ``path``, where it exists, into variables that are not set."""
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text().splitlines(), 1):
        text = line.strip().removeprefix("export ")
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals:
            raise SettingsError(f"{path.name}, line {number}: write NAME=value.")
        os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str = "") -> str:
    """Return the value of a variable without blanks around it, ``default`` where it is missing or empty."""
    return os.environ.get(name, "").strip() or default


def one_of(name: str, choices: Iterable[str], default: str) -> str:
    """Return the value of a variable that knows only ``choices``; SettingsError for any other."""
    value = text(name, default)
    if value not in choices:
        raise SettingsError(f"{name} is {value!r}: it must be one of {', '.join(choices)}.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether a variable is switched on; SettingsError where it says neither yes nor no."""
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE + FALSE:
        raise SettingsError(f"{name} is {value!r}: it must be 1 or 0.")
    return value in TRUE


def number(name: str, default: int, *, least: int = 0) -> int:
    """Return a variable that holds a whole number of at least ``least``; SettingsError otherwise."""
    value = text(name, str(default))
    if not value.isdigit() or int(value) < least:
        raise SettingsError(f"{name} is {value!r}: it must be a whole number of at least {least}.")
    return int(value)


def names(name: str, default: str = "") -> list[str]:
    """Return the values of a list separated by commas."""
    return [part for part in (piece.strip() for piece in text(name, default).split(",")) if part]
