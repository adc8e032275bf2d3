"""What `peek` tells the session stage about a datagram: HEADER_WORDS int64 words."""

from typing import Final

STREAM_0: Final = 0  # the session's name, first eight bytes; 0 where the transport has none
STREAM_1: Final = 1  # its further bytes
FIRST: Final = 2  # sequence of the first unit in the datagram
COUNT: Final = 3  # units in the datagram
TYPE: Final = 4  # DATA ...
SEND_TIME: Final = 5  # ns since 1970 UTC, 0 = none
LOOP_END: Final = 6  # 1 = behind this datagram the loop starts again at 1
HEADER_WORDS: Final = 8

DATA: Final = 0
HEARTBEAT: Final = 1  # no unit; FIRST is the next expected
END_OF_SESSION: Final = 2  # no unit; FIRST is the next expected
UNSEQUENCED: Final = 3  # the transport numbers nothing: taken as it comes
