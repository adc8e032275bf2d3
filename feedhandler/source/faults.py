"""A network that loses, repeats, delays, mixes and damages: faults around any source, from a seed.

`Faults` stands in front of another source and gives its frames as a bad network would have delivered
them (`fault_plan.py` has the grammar). The same source, plan and seed give the same frames, however
the source cuts its batches. What was done is counted by fault in `injected`; the frames themselves
tell nothing of it.

The order of things: a frame is lost (drop, burst, tear, dead); what is left may be damaged (corrupt,
truncate) and repeated (dup); then it is late (delay, skew), then overtaken (reorder); at last the
clock is read (clock). Frames that wait are copied, at most `HELD_MAX` of them; all others stay where
they lie. A frame that comes later has the later receive time, as a recorder would have written it.
"""

import ctypes
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from feedhandler.source import descriptor
from feedhandler.source.dice import HALF_BITS, chance, draw, draws, stream_base, within
from feedhandler.source.fault_plan import Fault, FaultPlan
from feedhandler.source.fault_queue import Held, LateFrames, Overtaken
from feedhandler.source.kernel import ROW_BYTES
from feedhandler.source.merge_kernel import STAGED_END, STAGED_NEXT
from feedhandler.source.source import Source
from feedhandler.source.staged import Staged

LOSSES: Final = ("drop", "burst", "tear", "dead")
DAMAGES: Final = ("corrupt", "truncate")
LIMIT: Final = "held_limit"

Rows = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Place(NamedTuple):
    """Where a frame is sent: what a fault of one line, or of snapshot loops, asks."""

    line: str = ""  # A, B ...; "" = no line of the feed
    group: str = ""  # address:port
    loop: bool = False  # a snapshot or definition loop


class Places(Protocol):
    """Tells where frames are sent; `feedhandler.wire.places` does it."""

    known: list[Place]

    def codes(self, rows: Rows) -> np.ndarray[Any, np.dtype[np.int64]]:
        """For each frame the number of its place in `known`."""


class _Stream:
    """One fault at work: its random numbers and what it has done."""

    def __init__(self, fault: Fault, name: str, seed: int) -> None:
        self.fault = fault
        self.base = stream_base(seed, name)
        self.copies_base = stream_base(seed, name + " copy")
        self.count = 0
        self.left = 0  # frames of a burst that are still to be lost
        self.met = False  # a frame that it may touch was seen
        self._wanted: dict[int, bool] = {}
        self.everywhere = not fault.line and fault.kind != "tear"

    def concerns(self, codes: Any, places: list[Place]) -> Mask:
        """Which frames it may touch."""
        for code in range(len(self._wanted), len(places)):
            place = places[code]
            named = self.fault.line in ("", place.line, place.group)
            self._wanted[code] = named and (place.loop or self.fault.kind != "tear")
        mask: Mask = np.array([self._wanted[code] for code in range(len(places))], np.bool_)[codes]
        self.met = self.met or bool(mask.any())
        return mask


class Faults(Staged):
    """A source that gives the frames of another as a bad network would."""

    def __init__(
        self, inner: Source, plan: FaultPlan, seed: int, places: Places | None = None
    ) -> None:
        """Without `places` no fault can be of one line or of snapshot loops."""
        super().__init__(inner)
        self.plan = plan
        self.seed = seed
        self.frames = 0  # of the inner source
        self._places = places
        self._streams = self._make_streams()
        self._needs_places = not all(stream.everywhere for stream in self._streams)
        if self._needs_places and places is None:
            raise ValueError("faults of one line or of snapshots need to be told of places")
        self._losses = self._of(*LOSSES)
        self._damages = self._of(*DAMAGES)
        self._dups = self._of("dup")
        self._delays = self._of("delay", "skew")
        self._reorders = self._of("reorder")
        self._clocks = sorted(self._of("clock"), key=lambda stream: stream.fault.at_ns)
        self._is_plain = not (self._delays or self._reorders or self._clocks)
        self._late = LateFrames()
        self._overtaken = Overtaken()
        self._start_ns = 0  # receive time of the first frame that has one
        self._over = False
        self._kept: list[Any] = []  # what the rows laid ready point into
        self._line_free: dict[tuple[int, int], int] = {}  # skew: when a line gave its last frame

    def _make_streams(self) -> list[_Stream]:
        made: list[_Stream] = []
        seen: dict[str, int] = {}
        for fault in self.plan.faults:
            number = seen[fault.key] = seen.get(fault.key, 0) + 1
            made.append(_Stream(fault, f"{fault.key} {number}", self.seed))
        return made

    def _of(self, *kinds: str) -> list[_Stream]:
        return [stream for stream in self._streams if stream.fault.kind in kinds]

    # --- what was done ----------------------------------------------------------------------------
    @property
    def injected(self) -> dict[str, int]:
        """How often each fault struck, by its name in the plan; those that never did too."""
        counts: dict[str, int] = {}
        for stream in self._streams:
            counts[stream.fault.key] = counts.get(stream.fault.key, 0) + stream.count
        if self._late.released_early:
            counts[LIMIT] = self._late.released_early
        return counts

    @property
    def notes(self) -> list[str]:
        """Lines for people: those of the input, and faults that had nothing to strike."""
        idle = [
            f"faults: no frame for {stream.fault.key} was seen"
            for stream in self._streams
            if self._over and not stream.everywhere and not stream.met
        ]
        return [*self.inner.notes, *idle]

    # --- the next batch ---------------------------------------------------------------------------
    def refill(self) -> bool:
        """Take the next batch of the inner source through all that goes wrong."""
        self._kept.clear()
        count = self.poll_inner()
        if count == 0:
            if self.inner.refill():
                self.hand_out(0, 0)
                return True
            return self._end()
        rows = self.rows[:count]
        first = self.frames
        self.frames += count
        self._note_start(rows)
        codes = self._places.codes(rows) if self._needs_places and self._places else None
        keep = np.ones(count, np.bool_)
        for stream in self._losses:
            self._lose(stream, rows, first, codes, keep)
        numbers = np.flatnonzero(keep)
        rows = rows[keep]
        if codes is not None:
            codes = codes[keep]
        for stream in self._damages:
            self._damage(stream, rows, numbers + first, codes)
        rows, numbers, codes, copies = self._repeat(rows, numbers + first, codes)
        self._lay(rows if self._is_plain else self._delayed(rows, numbers, codes, copies))
        return True

    def _note_start(self, rows: Rows) -> None:
        if self._start_ns == 0:
            times = rows[:, descriptor.TS_RECV]
            timed = times[times != 0]
            self._start_ns = int(timed[0]) if timed.size else 0

    def _lay(self, rows: Rows) -> None:
        """Lay rows ready; they are ours until the next batch."""
        rows = np.ascontiguousarray(rows)
        self._kept.append(rows)
        address = int(rows.ctypes.data)
        self._state[STAGED_NEXT // 8] = address
        self._state[STAGED_END // 8] = address + ROW_BYTES * len(rows)

    def _end(self) -> bool:
        """The inner source has ended: what still waits comes now."""
        self._over = True
        out: list[Held] = []
        for held in self._late.rest():
            out += self._overtaken.enter(held)
        out += self._overtaken.rest()
        if not out:
            self.hand_out(0, 0)
            return False
        self._lay(self._read_clock(out))
        return True

    # --- lost -------------------------------------------------------------------------------------
    def _hits(self, stream: _Stream, numbers: Any, codes: Any) -> tuple[Any, Any]:
        """The frames of a batch that a stream strikes by its rate, and all its random words."""
        if len(numbers) == 0:
            return np.zeros(0, np.bool_), np.zeros(0, np.uint64)
        first, last = int(numbers[0]), int(numbers[-1])
        words = draws(stream.base, first, last + 1 - first)[numbers - first]
        hits = (words >> np.uint64(HALF_BITS)) < np.uint64(stream.fault.rate)
        if not stream.everywhere and self._places is not None:
            hits &= stream.concerns(codes, self._places.known)
        return hits, words

    def _lose(self, stream: _Stream, rows: Rows, first: int, codes: Any, keep: Mask) -> None:
        fault = stream.fault
        numbers = np.arange(first, first + len(rows))
        if fault.kind == "dead":
            since = rows[:, descriptor.TS_RECV] - self._start_ns
            lost = (since >= fault.low) & (since < fault.high) & (rows[:, descriptor.TS_RECV] != 0)
            if not stream.everywhere and self._places is not None:
                lost &= stream.concerns(codes, self._places.known)
        else:
            lost, words = self._hits(stream, numbers, codes)
            if fault.kind != "drop":
                lost = self._run_of(stream, lost, words, codes)
        stream.count += int(np.count_nonzero(lost & keep))
        keep &= ~lost

    def _run_of(self, stream: _Stream, begins: Mask, words: Any, codes: Any) -> Mask:
        """Runs of frames, each from a frame that was struck on; the last may go on in the next batch."""
        mine = np.arange(len(begins))
        if not stream.everywhere and self._places is not None:
            mine = np.flatnonzero(stream.concerns(codes, self._places.known))
        lost = np.zeros(len(mine), np.bool_)
        lost[: stream.left] = True
        end = min(stream.left, len(mine))
        stream.left -= end
        for at in np.flatnonzero(begins[mine]).tolist():
            length = within(int(words[mine[at]]), stream.fault.low, stream.fault.high)
            lost[at : at + length] = True
            stream.left = max(stream.left, at + length - len(mine))
        whole = np.zeros(len(begins), np.bool_)
        whole[mine[lost]] = True
        return whole

    # --- damaged, repeated ------------------------------------------------------------------------
    def _damage(self, stream: _Stream, rows: Rows, numbers: Any, codes: Any) -> None:
        hits, words = self._hits(stream, numbers, codes)
        for at in np.flatnonzero(hits).tolist():
            row = rows[at]
            captured = int(row[descriptor.CAPTURED])
            if captured == 0:
                continue
            stream.count += 1
            word = int(words[at])
            if stream.fault.kind == "truncate":
                row[descriptor.CAPTURED] = within(word, 0, captured - 1)
                continue
            data = bytearray(ctypes.string_at(int(row[descriptor.ADDRESS]), captured))
            bit = within(word, 0, 8 * captured - 1)
            data[bit >> 3] ^= 1 << (bit & 7)
            row[descriptor.ADDRESS] = self._keep(data)

    def _keep(self, data: bytes | bytearray) -> int:
        """Hold bytes until the next batch; their address."""
        held = np.frombuffer(data, np.uint8) if data else np.zeros(1, np.uint8)
        self._kept.append(held)
        return int(held.ctypes.data)

    def _repeat(self, rows: Rows, numbers: Any, codes: Any) -> tuple[Rows, Any, Any, Any]:
        """Frames that come twice: each copy behind its frame; and which rows are copies."""
        times = np.ones(len(rows), np.int64)
        for stream in self._dups:
            hits, _ = self._hits(stream, numbers, codes)
            stream.count += int(np.count_nonzero(hits))
            times += hits
        copies = np.zeros(int(times.sum()), np.bool_)
        if len(copies) == len(rows):
            return rows, numbers, codes, copies
        copies[:] = True
        copies[np.cumsum(times) - times] = False
        again = np.repeat(np.arange(len(rows)), times)
        return rows[again], numbers[again], None if codes is None else codes[again], copies

    # --- late -------------------------------------------------------------------------------------
    def _delayed(self, rows: Rows, numbers: Any, codes: Any, copies: Any) -> Rows:
        """The frames that come now, those that waited among them; the others wait."""
        out: list[Held] = []
        known = self._places.known if self._places is not None and codes is not None else [Place()]
        listed = codes.tolist() if codes is not None else [0] * len(rows)
        for row, number, code, copy in zip(
            rows.tolist(), numbers.tolist(), listed, copies.tolist(), strict=True
        ):
            now = row[descriptor.TS_RECV]
            for held in self._late.due(now):
                out += self._overtaken.enter(held)
            held = Held(row, self._places_to_give(number, known[code], copy=copy))
            release = self._release_ns(now, number, code, known[code], copy=copy) if now else 0
            if release > now:
                for early in self._late.enter(release, held):
                    out += self._overtaken.enter(early)
            else:
                out += self._overtaken.enter(held)
        made = self._read_clock(out)
        for held in (*self._late.waiting(), *self._overtaken.waiting()):
            held.copy()
        return made

    def _struck(self, stream: _Stream, number: int, place: Place, *, copy: bool) -> int | None:
        """The random word of a frame that a stream strikes; None = it does not."""
        if stream.fault.line not in ("", place.line, place.group):
            return None
        stream.met = True
        word = draw(stream.copies_base if copy else stream.base, number)
        return word if chance(word) < stream.fault.rate else None

    def _release_ns(self, now: int, number: int, code: int, place: Place, *, copy: bool) -> int:
        """When a frame comes that was there at `now`."""
        release = now
        for order, stream in enumerate(self._delays):
            word = self._struck(stream, number, place, copy=copy)
            if word is None:
                continue
            later = within(word, stream.fault.low, stream.fault.high)
            stream.count += later > 0
            release += later
            if stream.fault.kind == "skew":  # a line does not overtake itself
                release = max(release, self._line_free.get((order, code), 0))
                self._line_free[order, code] = release
        return release

    def _places_to_give(self, number: int, place: Place, *, copy: bool) -> int:
        """How many frames may overtake this one."""
        most = 0
        for stream in self._reorders:
            word = self._struck(stream, number, place, copy=copy)
            if word is not None:
                most += within(word, stream.fault.low, stream.fault.high)
        return most

    def _read_clock(self, out: list[Held]) -> Rows:
        """The rows of frames that come now, in order, with the times that the clock shows."""
        made = np.array([held.row for held in out], np.int64).reshape(-1, descriptor.WORDS)
        for at, held in enumerate(out):
            if held.data is not None:
                made[at, descriptor.ADDRESS] = self._keep(held.data)
        for stream in self._reorders:
            stream.count += self._overtaken.take_count()
        times = made[:, descriptor.TS_RECV]
        since = np.where(times != 0, times - self._start_ns, -1)
        for stream in self._clocks:
            wrong = since >= stream.fault.at_ns
            stream.count += int(np.count_nonzero(wrong))
            times[wrong] = np.maximum(times[wrong] + stream.fault.low, 1)
        return made
