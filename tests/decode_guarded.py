"""Both decoders over bytes that end before unreadable memory: one byte too far ends this process.

Run as a script by `test_decode_differential.py`, with the JIT on and off: every type of message, cut at every
byte, with bytes changed in messages and in framing, with lying lengths and counts, and plain noise.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator

from decoder_pair import Pair
from guarded import Guarded
from packets import FRAMING, Crafter

VERSIONS = range(5, 15)


def damaged(data: bytes, dice: random.Random, reach: int) -> bytes:
    """A few bytes changed among the first."""
    changed = bytearray(data)
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(min(len(changed), reach))
        changed[at] = dice.choice([0, 1, 2, 0x7F, 0xFF, dice.randrange(256)])
    return bytes(changed)


def datagrams(name: str, pair: Pair, rounds: int, dice: random.Random) -> Iterator[bytes]:
    """Whole, damaged and senseless datagrams of a feed."""
    frame = FRAMING[name]
    crafter = Crafter(pair.plan.application, dice.randrange(1 << 30))
    for _ in range(rounds):
        for message in pair.plan.application.messages:
            made = [
                crafter.message(message, dice.choice(VERSIONS), dice.choice((0, 0, 1, 7)))
                for _ in range(dice.randrange(1, 4))
            ]
            yield frame(made)
            reach = dice.choice((12, 40, 400))
            yield frame([damaged(each, dice, reach) for each in made])
            yield frame([each[: dice.randrange(len(each) + 1)] for each in made])
            yield damaged(frame(made), dice, 400)
            yield dice.randbytes(dice.randrange(200))
            yield frame([dice.randbytes(dice.randrange(100)) for _ in range(3)])


def cut_everywhere(name: str, pair: Pair, dice: random.Random) -> Iterator[bytes]:
    """Each type of message, ended after each of its bytes, in framing that fits it."""
    crafter = Crafter(pair.plan.application, dice.randrange(1 << 30))
    for message in pair.plan.application.messages:
        whole = crafter.message(message, dice.choice(VERSIONS))
        for size in range(len(whole)):
            yield FRAMING[name]([whole[:size]])


def main(rounds: int) -> None:
    """Compare, and tell what was seen."""
    guard, dice = Guarded(), random.Random(20_240_229)
    for name in FRAMING:
        pair = Pair(name)
        seen: Counter[str] = Counter()
        for payload in (*datagrams(name, pair, rounds, dice), *cut_everywhere(name, pair, dice)):
            outcome = pair.agree(
                payload,
                address=guard.place(payload),
                rows_max=dice.choice((0, 1, 3, 20_000, 20_000, 20_000)),
                skip=dice.choice((0, 0, 0, 1)),
                row_flags=dice.randrange(256),
            )
            seen.update(
                {
                    "datagrams": 1,
                    "rows": max(outcome.status, 0),
                    f"status {min(outcome.status, 0)}": 1,
                }
            )
            seen.update(outcome.counted)
        sys.stdout.write(f"{name} {dict(sorted(seen.items()))}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
