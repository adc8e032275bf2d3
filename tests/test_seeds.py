"""Datagrams that once ended the program, byte for byte as they were found, between sound ones.

Schedules of faults that once misled a book are kept where their cause is told (`test_undefined.py`, `test_schedules.py`).
"""

from pathlib import Path

import pytest
from packets import add_order, mold
from tapes import NASDAQ_A, NASDAQ_B, played

SESSION = b"XVH8479B7E"

# Packets of `python -m feedhandler.fuzzing engine.nasdaq.itch50 --first 227328 --count 2048 --seed 1`. A sequence
# number whose top bit is set was below 0 as a signed word; sums of it ended in OverflowError.
PACKET_227329 = bytes.fromhex(
    "58564838343739423745" + "8000000000000000" + "0005"
    + "001344001302821f1add1526000000000000000c7f" + "001344000402841f1add155380000000000000054d"
    + "001300000402861f1add1559b50000000000000f1f" + "001344000302881f1add155f1f0000000000000bb9"
    + "0013440002028a1f1add1565650000000000000eab"
)  # fmt: skip
PACKET_227381 = bytes.fromhex(
    "58564838343739423745" + "8000000000000000" + "0002"
    + "0013440003002a1f1ae4f4e6e500000000000012c9" + "0013440001002c1f1ae4f4e93a00000000000015c3"
)  # fmt: skip
PACKET_227629 = bytes.fromhex(
    "58564838343739423745" + "ffffffffffffffff" + "0001"
    + "002441000603e81f1ae451661500000000000015984200000019464f585420202020001c0570"
)  # fmt: skip
NEAR_THE_LAST = mold([add_order(9, "B", 100, 10_000)], (1 << 63) - 1, SESSION)


@pytest.mark.parametrize("line", [NASDAQ_A, NASDAQ_B])
@pytest.mark.parametrize("damaged", [PACKET_227329, PACKET_227381, PACKET_227629, NEAR_THE_LAST])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_numbers_with_the_top_bit_set(
    tmp_path: Path, damaged: bytes, line: str, place: int
) -> None:
    """First of all, in the midst, or last: left out and counted; nothing is missing, no book is in doubt."""
    sound = [(NASDAQ_A, mold([add_order(n, "B", 100, 10_000)], n, SESSION)) for n in range(1, 5)]
    replay = played(tmp_path, [*sound[:place], (line, damaged), *sound[place:]])

    assert replay.counters["implausible"] == 1
    assert (replay.gaps, replay.channels[0]["next_expected"]) == ([], 5)
    assert replay.books.states() == {"EMPTY": 0, "SYNCHRONIZED": 1, "STALE": 0}
