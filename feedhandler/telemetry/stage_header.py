"""The numbers of the stages, for kernels; `stages.py` has their names."""

from typing import Final

WIRE_TO_POLL: Final = 0
WIRE_TO_BOOK: Final = 1
WIRE_TO_BEST: Final = 2
SESSION: Final = 3
DECODE: Final = 4
BOOK: Final = 5
PUBLISH: Final = 6
BATCH: Final = 7
