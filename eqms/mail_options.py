"""What EMAIL_URL means to Django's mail. Pure: eqms.settings uses it. A wrong one never stops the start."""

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
NO_SENDER = "eqms@localhost"
NOT_SET = "EMAIL_URL is not set, so no mail is sent. Print the letters."
HOW = "EMAIL_URL must read smtp+tls://user:password@host:587/?from=quality@example.com (or smtp://, smtps://)."


class Mail(NamedTuple):
    """The server that takes mail; ``problem`` says in words why there is none."""

    problem: str = ""
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    use_tls: bool = False
    use_ssl: bool = False
    sender: str = NO_SENDER


def mail_options(address: str) -> Mail:
    """Return what ``address``, the variable EMAIL_URL, says."""
    if not address:
        return Mail(NOT_SET)
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return Mail(HOW)
    if not parts.hostname or parts.scheme not in PORTS:
        return Mail(HOW)
    user = unquote(parts.username or "")
    return Mail(
        host=parts.hostname,
        port=port,
        user=user,
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp+tls",
        use_ssl=parts.scheme == "smtps",
        sender=parse_qs(parts.query).get("from", [""])[0] or user or NO_SENDER,
    )
