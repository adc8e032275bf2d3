"""Signals wait while something is made, whichever thread gets them."""

import signal
import threading
import time

import pytest

from feedhandler.cli.running import undisturbed


class EndedError(Exception):
    """What the handler before raises."""


def end(*_: object) -> None:
    """Interrupt whatever runs."""
    raise EndedError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_although_another_thread_gets_it(number: signal.Signals) -> None:
    """Nothing is interrupted inside, and the signal is not lost."""
    before = signal.signal(number, end)
    over = threading.Event()
    other = threading.Thread(target=over.wait)
    other.start()
    went_on = False
    try:
        with pytest.raises(EndedError), undisturbed() as waiting:  # noqa: PT012 (a story)
            signal.pthread_kill(other.ident or 0, number)
            while not waiting:
                time.sleep(0.001)
            went_on = True
        assert signal.getsignal(number) is end
    finally:
        signal.signal(number, before)
        over.set()
        other.join()

    assert went_on
