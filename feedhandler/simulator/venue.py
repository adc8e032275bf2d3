"""The two simulated venues: invented instruments with the ticks and prices of real ones.

Only the groups are not invented here: they are those of the feeds' own channel files.
"""

from typing import Final, NamedTuple

from feedhandler.decode.catalog import feed
from feedhandler.simulator.market import Instrument

ITCH: Final = "nasdaq.itch50"
MDP3: Final = "cme.mdp3"
MDP3_CHANNEL: Final = 310
RECOVERY: Final = "192.0.2.26:26400"  # where the receiver of a capture gets what it asked for again

CENT: Final = 10_000_000  # in 1e-9 units
INSTRUMENTS_MAX: Final = 500

NAMES: Final = (
    "ALFA", "BRVO", "CHRL", "DELT", "ECHO", "FOXT", "GULF", "HOTL", "INDI", "JULT", "KILO",
    "LIMO", "MIKO", "NOVM", "OSKR", "PAPA", "QBEC", "ROMO", "SIER", "TNGO", "UNIF", "VICT",
    "WHSK", "XRAY", "YANK", "ZULU",
)  # fmt: skip


def stocks(count: int) -> list[Instrument]:
    """Stocks with locates from 1; every seventh costs less than a dollar and has the finer tick."""
    made = []
    for number in range(1, count + 1):
        turn, name = divmod(number - 1, len(NAMES))
        symbol = NAMES[name] + (chr(ord("A") + turn % 26) if turn else "")
        cheap = number % 7 == 0
        cents = 850 + number * 7919 % 30_000
        made.append(
            Instrument(
                number, symbol, CENT // 100 if cheap else CENT,
                4000 + cents % 5000 if cheap else cents, 1,
            )
        )  # fmt: skip
    return made


class Product(NamedTuple):
    """What the futures, the option and the spread of a product share."""

    asset: str
    tick_nanos: int
    fair: int  # ticks
    name: str
    unit: str


PRODUCTS: Final = (
    Product("EQX", 250_000_000, 18_001, "index", "IPNT"),
    Product("RTX", 7_812_500, 14_144, "note", "USD"),
    Product("FXX", 50_000, 21_684, "currency", "EUR"),
    Product("NRX", CENT, 7_813, "crude oil", "BBL"),
)


class Contract(NamedTuple):
    """A derivative: what the definition says beyond the instrument."""

    instrument: Instrument
    kind: str  # future, option, spread
    product: Product
    month: int
    depth: int
    implied: bool
    long_quantity: bool
    legs: tuple[int, int] = (0, 0)
    reference: int = 0  # the price that its definition refers to, in ticks: all day the same


def contracts(count: int, *, long_quantity: bool) -> list[Contract]:
    """Futures, a spread of the first two and an option, product by product.

    A spread's price may be zero or negative. The option shows five levels only; futures and spreads
    have implied books. With `long_quantity` the second product speaks templates 64 to 69.
    """
    made: list[Contract] = []
    for number in range(count):
        turn, place = divmod(number, 4)
        product = PRODUCTS[turn % len(PRODUCTS)]
        year = 4 + turn // len(PRODUCTS)
        near, far = f"{product.asset}M{year % 10}", f"{product.asset}U{year % 10}"
        security_id = 1000 + 100 * turn + place
        wide = long_quantity and turn % len(PRODUCTS) == 1
        kind = ("future", "future", "spread", "option")[place]
        strike = product.fair * product.tick_nanos // 1_000_000_000
        symbol = (near, far, f"{near}-{far}", f"{near} C{strike}")[place]
        fair = (product.fair, product.fair + 45, -3, 90)[place]
        price_min = (1, 1, -1_000_000, 1)[place]
        made.append(
            Contract(
                Instrument(security_id, symbol, product.tick_nanos, fair, price_min),
                kind, product, 3 * (1 + (place == 1)) + 3, 5 if kind == "option" else 10,
                kind != "option", wide,
                (security_id - 2, security_id - 1) if kind == "spread" else (0, 0), fair,
            )
        )  # fmt: skip
    return made


def groups(feed_name: str, channel: int) -> dict[str, dict[str, str]]:
    """For each role of a channel, the "address:port" of each line."""
    return {each.role: dict(each.lines) for each in feed(feed_name).channels if each.id == channel}
