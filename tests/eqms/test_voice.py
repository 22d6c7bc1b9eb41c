"""How a command speaks on streams that draw, close or fill up."""

import io
import os
import signal
import sys

import pytest

from eqms.voice import Voice, stopping_alike


def test_what_was_drawn_is_covered_and_what_comes_next_gets_its_own_line():
    voice = Voice()
    voice.speak_through(io.StringIO(), io.StringIO())
    voice.draw("[##] Reading 10")
    voice.draw("[##] Done 1")
    voice.say("Compared 3.")
    voice.note("Nothing else.")
    assert voice.err.getvalue() == "\r[##] Reading 10\r[##] Done 1    \nNothing else.\n"
    assert voice.out.getvalue() == "Compared 3.\n"


def test_a_stream_that_takes_nothing_is_the_one_that_is_forgotten(capfd):
    with open("/dev/full", "w") as full:
        voice = Voice()
        voice.speak_through(full, io.StringIO())
        voice.conclude("Compared 3.")
        print("still heard")
        assert (voice.output_is_gone, voice.err.getvalue()) == (True, "Compared 3.\n")
    assert capfd.readouterr().out == "still heard\n"


@pytest.fixture
def handled():
    """Return a function that sets how a signal is handled until the test ends, whatever started these tests."""
    before = {}

    def handle(number, how):
        before[number] = signal.signal(number, how)

    yield handle
    for number, how in before.items():
        signal.signal(number, how)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_asked_to_stop_clears_away_first(number, handled):
    handled(number, signal.SIG_DFL)
    with pytest.raises(KeyboardInterrupt), stopping_alike():
        os.kill(os.getpid(), number)
        sys.exit("was not stopped")
    assert signal.getsignal(number) is signal.SIG_DFL


def test_a_process_that_outlives_its_terminal_goes_on(handled):
    handled(signal.SIGHUP, signal.SIG_IGN)
    with stopping_alike():
        os.kill(os.getpid(), signal.SIGHUP)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
