"""Datagrams of the FORTS feed to damage, made by our FAST encoder: where no capture is at hand there is no other."""

from typing import Any, Final

from feedhandler.decode.catalog import Feed
from feedhandler.decode.fast.encoder import Encoder
from feedhandler.decode.fast.feeds import plan_of
from feedhandler.decode.fast.interpreter import Message
from feedhandler.source.dice import draw, stream_base

REFRESH: Final = 74
SNAPSHOT: Final = 75
LOOP_END: Final = 49
HEARTBEAT: Final = 44
RESET: Final = 120
KINDS: Final = {REFRESH: b"X", SNAPSHOT: b"W", LOOP_END: b"4", HEARTBEAT: b"0"}
BID_ASK_TRADE: Final = (b"0", b"1", b"2")
SENT: Final = 20130801142437941
DATAGRAMS: Final = 400


def forts_datagrams(feed: Feed, seed: int) -> list[bytes]:
    """A reset and a message each: entries of books and trades, snapshots, ends of loops, heartbeats."""
    base = stream_base(seed, feed.name)
    plan = plan_of(feed).plan
    made = []
    for number in range(1, 1 + DATAGRAMS):
        encoder = Encoder(plan)
        messages = (Message("Reset", RESET, {}), _message(base, number))
        made.append(b"".join(encoder.encode(each) for each in messages))
    return made


def _message(base: int, number: int) -> Message:
    """A message of a kind that the dice choose; most are increments."""
    dice = draw(base, number << 8)
    template = (REFRESH, REFRESH, REFRESH, SNAPSHOT, SNAPSHOT, LOOP_END, HEARTBEAT)[dice % 7]
    head = {"ApplVerID": b"8", "SenderCompID": b"RTS", "MessageType": KINDS[template]}
    values: dict[str, Any] = {**head, "MsgSeqNum": number, "SendingTime": SENT + number}
    entries = [_entry(base, number, place) for place in range(1, 2 + (dice >> 8) % 8)]
    if template == REFRESH:
        numbers = {"SecurityIDSource": 8, "MDUpdateAction": (dice >> 16) % 3}
        values["MDEntries"] = [
            {**entry, **numbers, "SecurityID": 7 + place % 3, "RptSeq": number + place}
            for place, entry in enumerate(entries)
        ]
    elif template == SNAPSHOT:
        values |= {"RptSeq": number, "TotNumReports": 3, "LastMsgSeqNumProcessed": number}
        values |= {"SecurityID": 7 + dice % 3, "SecurityIDSource": 8, "MDEntries": entries}
    elif template == LOOP_END:
        values["NewSeqNo"] = 1
    return Message("", template, values)


def _entry(base: int, number: int, place: int) -> dict[str, Any]:
    """A level or a trade, without what only increments have."""
    dice = draw(base, number << 8 | place)
    return {
        "MDEntryType": BID_ASK_TRADE[dice % 3], "MarketDepth": 5, "MDPriceLevel": 1 + place % 5,
        "MDEntryPx": ((dice >> 8) % 200_000, -(dice >> 32) % 3 - 2), "MDEntrySize": (dice >> 40) % 500,
        "MDEntryTime": 142_437_900 + place,
    }  # fmt: skip
