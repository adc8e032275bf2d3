"""A fuzzing run whose reader reads one byte too far at packet 77: run as a script by `test_fuzz.py`."""

import ctypes
import sys
from collections.abc import Sequence
from typing import Any

from feedhandler.fuzzing import __main__ as program
from feedhandler.fuzzing import run_kernel as loops
from feedhandler.fuzzing.corpus import Piece
from feedhandler.fuzzing.targets import Bench, Target, register

BAD_PACKET = 77


@register("trespass")
class Trespass(Target):
    """Reads on behind one packet; with a seed of 2 it breaks a promise instead, with 3 it raises."""

    def pieces(self, captures: Sequence[str]) -> list[Piece]:
        """One packet."""
        del captures
        return [Piece(b"packet")]

    def run(self, bench: Bench, first: int, end: int) -> None:
        """What the compiled loops do, in Python."""
        for number in range(first, end):
            bench.progress[0] = number
            bench.tally[loops.PACKETS] += 1
            if number == BAD_PACKET:
                data = self.make(bench.base, number)
                seed = sys.argv[sys.argv.index("--seed") + 1]
                if seed == "1":
                    ctypes.string_at(bench.guard.place(data), len(data) + 1)
                if seed == "3":
                    raise ValueError(seed)
                bench.tally[[loops.VIOLATIONS, loops.FIRST_VIOLATION]] = (1, number)

    def outcomes(self, tally: Any) -> dict[str, int]:
        """None."""
        del tally
        return {}


if __name__ == "__main__":
    setattr(program, "MODULE", "fuzz_trespass")  # noqa: B010 (a constant to mypy)
    sys.exit(program.main(sys.argv[1:]))
