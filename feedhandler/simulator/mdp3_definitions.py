"""Instrument definitions of MDP 3.0, version 13: futures (54), options (55), spreads (56)."""

from struct import Struct
from typing import Final

from feedhandler.simulator import mdp3
from feedhandler.simulator.venue import MDP3_CHANNEL, Contract

_HEAD: Final = "<BIcQBhBB4s6s6s20si6s6s"
_FUTURE: Final = Struct(f"{_HEAD}HBBB3s3scIIqqBBB30sqqBiiqqqiHiibbqcHQ")
_OPTION: Final = Struct(f"{_HEAD}BHBBB3sq3s3sqcIIqqqbBBB30sqqBiiqqcHQ")
_SPREAD: Final = Struct(f"{_HEAD}HBBB3s5sccIIqqBqb30sqBiiqqqBBH5s6s6sQ35s")
_EVENT: Final = Struct("<BQ")
_FEED: Final = Struct("<3sb")
_ATTRIBUTE: Final = Struct("<I")
_LOT: Final = Struct("<bi")
_UNDERLYING: Final = Struct("<i20s")
_LEG: Final = Struct("<iBbqi")

ONE: Final = 1_000_000_000
SEGMENT: Final = 64
ELECTRONIC: Final = 0x1  # InstAttribValue bit 0
IMPLIED: Final = 0x8_0000  # bit 19
NEGATIVE: Final = 0x400  # bit 10
DAY_NS: Final = 86_400 * ONE
LIFE_NS: Final = 180 * DAY_NS
YEAR: Final = 2024


def security_type(contract: Contract) -> bytes:
    """Give the FIX name; a spread of futures is a future, too."""
    return {"future": b"FUT", "option": b"OOF", "spread": b"FUT"}[contract.kind]


def definition(
    contract: Contract, changed: int, *, reports: int | None, action: bytes = b"A"
) -> bytearray:
    """Make a definition that changed last at a time: of a loop of so many, or (None) on the incremental channel."""
    head = _head(contract, changed, reports, action)
    day = changed - changed % DAY_NS
    root, more = {"future": _future, "option": _option, "spread": _spread}[contract.kind](contract)
    template, layout = {
        "future": (54, _FUTURE), "option": (55, _OPTION), "spread": (56, _SPREAD),
    }[contract.kind]  # fmt: skip
    feeds = [_FEED.pack(b"GBX", contract.depth)]
    if contract.implied:
        feeds.append(_FEED.pack(b"GBI", 2))
    events = [_EVENT.pack(5, day - LIFE_NS), _EVENT.pack(7, day + LIFE_NS)]
    attributes = ELECTRONIC | IMPLIED * contract.implied | NEGATIVE * (contract.kind == "spread")
    return mdp3.message(
        template,
        layout.pack(*head, *root),
        mdp3.group(_EVENT, events),
        mdp3.group(_FEED, feeds),
        mdp3.group(_ATTRIBUTE, [_ATTRIBUTE.pack(attributes)]),
        mdp3.group(_LOT, [_LOT.pack(3, 10_000)]),  # one lot, exponent -4
        *more,
    )


def _head(
    contract: Contract, changed: int, reports: int | None, action: bytes
) -> tuple[int | bytes, ...]:
    """The fields that all definitions begin with."""
    asset = contract.product.asset.encode()
    return (
        mdp3.END_OF_EVENT, mdp3.NULL_U4 if reports is None else reports, action, changed,
        mdp3.READY_TO_TRADE, MDP3_CHANNEL, SEGMENT, 5, b"XSIM", asset, asset,
        contract.instrument.symbol.encode(), contract.instrument.number, security_type(contract),
        b"OCAFPS" if contract.kind == "option" else b"FXXXSX",
    )  # fmt: skip


def _future(contract: Contract) -> tuple[tuple[int | bytes, ...], list[bytes]]:
    tick = contract.instrument.tick_nanos
    null = mdp3.NULL_PRICE
    fields = (
        YEAR, contract.month, mdp3.NULL_U1, mdp3.NULL_U1, b"USD", b"USD", b"F", 1, 10_000,
        tick, ONE, mdp3.NULL_U1, mdp3.NULL_U1, mdp3.NULL_U1, contract.product.unit.encode(),
        50 * ONE, contract.reference * tick, 1, 1000, 500, null, null, null,
        mdp3.NULL_I4, mdp3.NULL_U2, mdp3.NULL_I4, mdp3.NULL_I4, mdp3.NULL_I1, mdp3.NULL_I1,
        50 * tick, b"N", mdp3.TRADE_DATE, contract.instrument.number,
    )  # fmt: skip
    return fields, []


def _option(contract: Contract) -> tuple[tuple[int | bytes, ...], list[bytes]]:
    tick = contract.instrument.tick_nanos
    null = mdp3.NULL_PRICE
    strike = contract.product.fair * contract.product.tick_nanos // ONE * ONE
    underlying = contract.instrument.number - 3
    symbol = contract.instrument.symbol.split()[0].encode()
    fields = (
        1, YEAR, contract.month, mdp3.NULL_U1, mdp3.NULL_U1, b"USD", strike, b"USD", b"USD",
        null, b"F", 1, 10_000, tick, 50 * tick, ONE, mdp3.NULL_I1,
        mdp3.NULL_U1, mdp3.NULL_U1, mdp3.NULL_U1, contract.product.unit.encode(), 50 * ONE,
        null, 1, mdp3.NULL_I4, mdp3.NULL_I4, null, null, b"N", mdp3.NULL_U2, mdp3.NULL_U8,
    )  # fmt: skip
    pair = [_UNDERLYING.pack(underlying, symbol)]
    return fields, [mdp3.group(_UNDERLYING, pair), mdp3.group(_UNDERLYING, [])]


def _spread(contract: Contract) -> tuple[tuple[int | bytes, ...], list[bytes]]:
    tick = contract.instrument.tick_nanos
    null = mdp3.NULL_PRICE
    fields = (
        YEAR, contract.month, mdp3.NULL_U1, mdp3.NULL_U1, b"USD", b"SP", b"N", b"F", 1, 10_000,
        tick, ONE, mdp3.NULL_U1, null, mdp3.NULL_I1, contract.product.unit.encode(),
        null, 1, mdp3.NULL_I4, mdp3.NULL_I4, null, null, null, mdp3.NULL_U1, mdp3.NULL_U1,
        mdp3.NULL_U2, b"", b"", b"", mdp3.NULL_U8, f"{contract.product.name} spread".encode(),
    )  # fmt: skip
    legs = [
        _LEG.pack(leg, side, 1, null, mdp3.NULL_I4)
        for side, leg in enumerate(contract.legs, start=1)
    ]
    return fields, [mdp3.group(_LEG, legs)]
