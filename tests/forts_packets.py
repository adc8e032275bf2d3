"""Datagrams of the FORTS feed, encoded by our templates; used by tests."""

from typing import Any

from feedhandler.decode.catalog import feed
from feedhandler.decode.fast.encoder import Encoder
from feedhandler.decode.fast.feeds import plan_of
from feedhandler.decode.fast.interpreter import Message

FORTS = feed("moex.forts")
TIME = 20130801142437941  # of the first message; 10:24:37.941 in UTC
TIME_NS = 1_375_352_677_941_000_000
MIDNIGHT_NS = 1_375_300_800_000_000_000  # of Moscow, UTC+4 in that year
HEAD = {"ApplVerID": b"8", "SenderCompID": b"RTS"}
KINDS = {74: b"X", 75: b"W", 66: b"h", 49: b"4", 44: b"0"}


def datagram(*messages: Message) -> bytes:
    """Reset, then these messages."""
    encoder = Encoder(plan_of(FORTS).plan)
    return b"".join(encoder.encode(each) for each in (Message("Reset", 120, {}), *messages))


def message(template: int, number: int, time: int = TIME, **values: Any) -> Message:
    """A message with the head that all have."""
    head = {**HEAD, "MessageType": KINDS[template], "MsgSeqNum": number, "SendingTime": time}
    return Message("", template, {**head, **values})


def entry(kind: bytes, instrument: int, sequence: int, **values: Any) -> dict[str, Any]:
    """An entry of an incremental refresh."""
    return {
        "MDUpdateAction": 0, "MDEntryType": kind, "SecurityID": instrument, "SecurityIDSource": 8,
        "RptSeq": sequence, "MarketDepth": 5, "MDEntryTime": 142437900, **values,
    }  # fmt: skip


def level(side: str, at: int, price: tuple[int, int], size: int, sequence: int, **more: Any) -> Any:
    """An entry of a book: side 0 or 1, place, price as mantissa and exponent."""
    told = {"MDPriceLevel": at, "MDEntryPx": price, "MDEntrySize": size}
    return entry(side.encode(), 7, sequence, **told, **more)


def refresh(number: int, *entries: dict[str, Any], time: int = TIME) -> Message:
    """An incremental refresh."""
    return message(74, number, time, MDEntries=list(entries))


def snapshot(number: int, included: int, sequence: int, *levels: Any, time: int = TIME) -> Message:
    """A snapshot of instrument 7; levels are (type, place, price, size)."""
    entries = [
        {"MDEntryType": kind, "MarketDepth": 5, "MDEntryPx": price, "MDEntrySize": size,
         "MDPriceLevel": place, "MDEntryTime": 142437900}
        for kind, place, price, size in levels
    ]  # fmt: skip
    return message(
        75, number, time, RptSeq=sequence, TotNumReports=1, LastMsgSeqNumProcessed=included,
        SecurityID=7, SecurityIDSource=8, MDEntries=entries,
    )  # fmt: skip


def reset_of_loop(number: int, time: int = TIME) -> Message:
    """The last message of a snapshot loop."""
    return message(49, number, time, NewSeqNo=1)
