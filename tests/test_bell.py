"""What wakes a loop or a service that waits, also out of signal handlers."""

import signal
import threading
import time

from feedhandler.source.bell import Bell


def test_a_ring_is_kept_until_somebody_waits() -> None:
    """Once, however often it was rung."""
    with Bell() as bell:
        bell.ring()
        bell.ring()
        heard = [bell.wait(0.2), bell.wait(0)]

    bell.ring()  # nobody is there any more, and no other descriptor is written to
    assert heard == [True, False]


def test_another_thread_wakes() -> None:
    """At once, not at the end of the time."""
    with Bell() as bell:
        threading.Timer(0.05, bell.ring).start()
        began = time.monotonic()
        heard = bell.wait(60)
        took = time.monotonic() - began

    assert heard
    assert took < 30


def test_signals_at_any_moment_stop_nothing() -> None:
    """A handler that rings while the interrupted thread looks at the bell does not wait for it."""
    rung, heard = 0, 0

    def ring(*_: object) -> None:
        nonlocal rung
        rung += 1
        bell.ring()

    with Bell() as bell:
        before = signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
        try:
            while rung < 3000:
                heard += bell.wait(0.001)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    assert 0 < heard <= rung
