"""EMAIL_URL: what it says, and that a wrong one stops nothing and shows no password."""

import pytest

from eqms.diagnostics import mail
from eqms.mail_options import HOW, NOT_SET, mail_options


def test_an_address_says_server_user_and_sender():
    said = mail_options("smtp+tls://qa%40example.org:p%2Fw@mail.example.org/?from=recalls@example.org")
    assert (said.host, said.port, said.use_tls, said.use_ssl) == ("mail.example.org", 587, True, False)
    assert (said.user, said.password, said.sender, said.problem) == (
        "qa@example.org",
        "p/w",
        "recalls@example.org",
        "",
    )


def test_without_a_sender_the_user_sends():
    assert mail_options("smtps://qa%40example.org:x@h").sender == "qa@example.org"
    assert mail_options("smtp://h:2525").sender == "eqms@localhost"
    assert mail_options("smtp://h:2525").port == 2525


@pytest.mark.parametrize("address", ["h", "http://h", "smtp://", "smtp://h:port", "smtp://[", "smtp+tls:secret"])
def test_a_wrong_address_says_how_to_write_it(address):
    assert mail_options(address).problem == HOW


def test_diagnostics_say_whether_mail_goes_out(settings):
    for problem, well in (("", True), (NOT_SET, True), (HOW, False)):
        settings.MAIL_PROBLEM = problem
        assert mail().is_well is well
