"""Send frames through a packet socket, each when it is due, and note by how much it was late.

Deadlines are absolute times of the steady clock: an error of one frame is not passed on to the next. The last part
of a wait is spun away, since a sleep comes back late. A call ends at `until` in any case, so that Python can look
after signals.
"""

from typing import Any, Final

from feedhandler.jit import call3, call5, hot, i64, kernel, put8, s8le
from feedhandler.source import descriptor

# words of its state
SEND: Final = 0  # address of send(2)
CLOCK: Final = 1  # address of clock_gettime(2)
SLEEP: Final = 2  # address of clock_nanosleep(2)
TIME: Final = 3  # address of a struct timespec
FD: Final = 4
REFUSED: Final = 5  # frames that the device did not take, however often it was asked
RETRIES: Final = 6
FRAMES: Final = 7  # that the device took
FRAME_BYTES: Final = 8
WORDS: Final = 16

MONOTONIC: Final = 1
ABSOLUTE: Final = 1  # TIMER_ABSTIME
NS: Final = 1_000_000_000
SPUN_NS: Final = 100_000  # of a wait: a sleep may come back so late
NOT_SENT: Final = -1  # in place of by how much a frame was late
RETRIES_MAX: Final = 1000  # of a frame, when the device's queue is full


@hot
def clock_ns(state: Any) -> int:
    """The steady clock."""
    at = i64(state[TIME])
    call3(state[CLOCK], MONOTONIC, at, 0)
    return i64(s8le(at)) * NS + i64(s8le(at + 8))


@hot
def sleep_until(state: Any, deadline: int) -> None:
    """Sleep up to a time of the steady clock."""
    at = i64(state[TIME])
    put8(at, deadline // NS)
    put8(at + 8, deadline % NS)
    call5(state[SLEEP], MONOTONIC, ABSOLUTE, at, 0, 0)


@hot
def send_one(state: Any, address: int, length: int) -> bool:
    """Send a frame; when the device's queue is full, ask again for a while. Whether it was sent."""
    for _ in range(RETRIES_MAX):
        sent = call5(state[SEND], state[FD], address, length, 0, 0)
        if i64(sent) == length:
            state[FRAMES] += 1
            state[FRAME_BYTES] += length
            return True
        state[RETRIES] += 1
    state[REFUSED] += 1
    return False


@kernel
def send_due(state: Any, rows: Any, deadlines: Any, late: Any, first: int, until: int) -> int:
    """Send rows from `first` on, each when it is due; the row that comes next, all or `until` is reached."""
    now = clock_ns(state)
    for i in range(first, len(deadlines)):
        due = i64(deadlines[i])
        if due > until:
            return i
        if due - now > SPUN_NS:
            sleep_until(state, due - SPUN_NS)
        now = clock_ns(state)
        while now < due:
            now = clock_ns(state)
        late[i] = now - due
        if not send_one(state, i64(rows[i, descriptor.ADDRESS]), i64(rows[i, descriptor.CAPTURED])):
            late[i] = NOT_SENT
        if now > until:
            return i + 1
    return len(deadlines)
