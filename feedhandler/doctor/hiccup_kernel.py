"""A loop that does nothing but look at the processor's counter, and counts when somebody took the core away."""

from typing import Any, Final

from feedhandler.jit import kernel, ticks

COUNT: Final = 0  # gaps longer than the least
TOTAL: Final = 1  # ticks in them
WORST: Final = 2
TURNS: Final = 3
BEGAN: Final = 4
ENDED: Final = 5
HICCUP_WORDS: Final = 8


@kernel
def watch(words: Any, least: int, span: int) -> None:
    """Spin for `span` ticks; a turn that took more than `least` of them is a gap."""
    before = ticks()
    words[BEGAN] = before
    end = before + span
    while before < end:
        now = ticks()
        gap = now - before
        before = now
        words[TURNS] += 1
        if gap > least:
            words[COUNT] += 1
            words[TOTAL] += gap
            words[WORST] = max(words[WORST], gap)
    words[ENDED] = before
