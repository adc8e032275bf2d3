"""The walk over a datagram that `decode` prints: places, bytes, meanings, and faults explained."""

import json

import pytest

from feedhandler.decode import catalog, fields
from feedhandler.decode.description import message_lengths


def test_the_lengths_of_the_messages_are_those_of_the_specification() -> None:
    """23 types; the lengths were taken from the tables of the public document."""
    lengths = {chr(code): length for code, length in message_lengths("itch50").items()}

    expected = {
        "S": 12, "R": 39, "H": 25, "Y": 20, "L": 26, "V": 35, "W": 12, "K": 28, "J": 35, "h": 21,
        "A": 36, "F": 40, "E": 31, "C": 36, "X": 23, "D": 19, "U": 35, "P": 44, "Q": 40, "B": 19,
        "I": 50, "N": 20, "O": 48,
    }  # fmt: skip
    assert expected == lengths


ADD_ORDER = bytes.fromhex(
    "41 0007 0000 1f1aced9f000 00000000000003e9 42 0000012c 5445535420202020 0012d644"
)
HEADER = b"SESSION001" + (5).to_bytes(8, "big")


def datagram(*payloads: bytes) -> bytes:
    """A MoldUDP64 datagram of these messages."""
    blocks = b"".join(len(payload).to_bytes(2, "big") + payload for payload in payloads)
    return HEADER + len(payloads).to_bytes(2, "big") + blocks


def test_the_walk_gives_each_field_with_place_bytes_and_meaning() -> None:
    """An add order, as the specification lays it out."""
    header, message = fields.walk_datagram(catalog.feed("nasdaq.itch50"), datagram(ADD_ORDER))

    assert [(leaf.name, leaf.text) for leaf in header.fields] == [
        ("session", "SESSION001"),
        ("sequence_number", "5"),
        ("message_count", "1"),
    ]
    assert (message.name, message.template, message.offset, message.length) == (
        "add_order", 0x41, 22, 36,
    )  # fmt: skip
    assert [(leaf.name, leaf.start, leaf.end, leaf.text) for leaf in message.fields] == [
        ("len_message", 20, 22, "36"),
        ("message_type", 22, 23, "add_order"),
        ("head.stock_locate", 23, 25, "7"),
        ("head.tracking_number", 25, 27, "0"),
        ("head.timestamp", 27, 33, "09:30:00.000000000"),
        ("order_reference_number", 33, 41, "1001"),
        ("side", 41, 42, "buy"),
        ("shares", 42, 46, "300"),
        ("stock", 46, 54, "TEST"),
        ("price", 54, 58, "123.45"),
    ]


def test_bytes_that_a_later_revision_appended_are_padding() -> None:
    """The known part of a longer message stands."""
    _, message = fields.walk_datagram(catalog.feed("nasdaq.itch50"), datagram(ADD_ORDER + b"new"))

    assert message.error is None
    assert (message.fields[-1].name, message.fields[-1].raw) == ("padding", b"new")


def test_a_message_that_does_not_fit_is_explained_and_the_next_is_read() -> None:
    """The reason has the field and the offset in the datagram."""
    short, unknown, empty, whole = ADD_ORDER[:20], b"\x7e123", b"", ADD_ORDER
    _, *messages = fields.walk_datagram(
        catalog.feed("nasdaq.itch50"), datagram(short, unknown, empty, whole)
    )

    assert [(message.name, message.error) for message in messages] == [
        (
            "add_order",
            "shares: requested 4 bytes, but only 0 bytes available, at offset 42",
        ),
        ("unknown", "unknown message_type 126 at offset 44"),
        ("empty", None),
        ("add_order", None),
    ]


@pytest.mark.parametrize("name", ["nasdaq.itch50", "cme.mdp3"])
def test_no_bytes_make_the_walk_raise(name: str) -> None:
    """Every prefix of a datagram, and every byte of it set to 0x00 and 0xff, gives messages."""
    whole = datagram(ADD_ORDER, ADD_ORDER)
    broken = [whole[:end] for end in range(len(whole))]
    broken += [whole[:i] + b"\0" + whole[i + 1 :] for i in range(len(whole))]
    broken += [whole[:i] + b"\xff" + whole[i + 1 :] for i in range(len(whole))]
    for payload in broken:
        messages = fields.walk_datagram(catalog.feed(name), payload)
        leaves = [leaf for message in messages for leaf in message.fields]

        assert all(0 <= leaf.start <= leaf.end <= len(payload) for leaf in leaves)
        assert all(payload[leaf.start : leaf.end] == leaf.raw for leaf in leaves)


def test_what_is_cut_or_left_over_is_the_fault_of_the_datagram() -> None:
    """Its header carries the reason; whole messages before the cut are still shown."""
    whole = datagram(ADD_ORDER, ADD_ORDER)
    feed = catalog.feed("nasdaq.itch50")
    cut, *before = fields.walk_datagram(feed, whole[:-1])
    longer, *_ = fields.walk_datagram(feed, whole + b"xx")

    assert "requested 36 bytes, but only 35 bytes available, at offset 60" in str(cut.error)
    assert [message.name for message in before] == ["add_order", "cut"]
    assert longer.error == "2 bytes left over at offset 96"


def test_the_tree_nests_the_texts_by_path() -> None:
    """For printing, and for JSON."""
    _, message = fields.walk_datagram(catalog.feed("nasdaq.itch50"), datagram(ADD_ORDER))
    tree = fields.tree(message.fields)

    assert tree["head"] == {
        "stock_locate": "7", "tracking_number": "0", "timestamp": "09:30:00.000000000",
    }  # fmt: skip
    assert json.loads(json.dumps(tree)) == tree
