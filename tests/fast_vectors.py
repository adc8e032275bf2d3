"""FAST operators and types, byte by byte: stories of messages for a template of id 1, and what they must give.

A story is the template's fields, then for each message its bytes and its value. `c0` is a presence map with the
bit of the template id alone, `81` the id 1. The messages of one story are decoded in order with one dictionary.
A value that is no mapping is that of the field `v`; a Reason is the failure.
"""

from typing import Any

from feedhandler.decode.fast.reasons import Reason

Story = tuple[str, str, list[tuple[str, Any]]]

D2, D5, D6, D7 = (
    Reason.INTEGER_RANGE, Reason.NO_VALUE, Reason.EMPTY_VALUE, Reason.TEXT_DELTA,
)  # fmt: skip
R4 = Reason.RESULT_RANGE
CUT = Reason.TRUNCATED

INTEGERS: list[Story] = [
    ("uInt32", '<uInt32 name="v"/>', [
        ("c0 81 80", 0), ("c0 81 ff", 127), ("c0 81 01 80", 128), ("c0 81 07 68 c0", 128_064),
        ("c0 81 0f 7f 7f 7f ff", 0xFFFF_FFFF), ("c0 81 10 00 00 00 80", D2), ("c0 81 00 85", 5),
        ("c0 81 00 00 00 00 00 00 00 00 00 00 81", D2), ("c0 81 07", CUT), ("c0 81", CUT),
    ]),
    ("uInt32 optional", '<uInt32 name="v" presence="optional"/>', [
        ("c0 81 80", None), ("c0 81 81", 0), ("c0 81 07 68 c0", 128_063),
        ("c0 81 10 00 00 00 80", 0xFFFF_FFFF), ("c0 81 10 00 00 00 81", D2),
    ]),
    ("int32", '<int32 name="v"/>', [
        ("c0 81 80", 0), ("c0 81 bf", 63), ("c0 81 00 c0", 64), ("c0 81 ff", -1),
        ("c0 81 c0", -64), ("c0 81 7f bf", -65), ("c0 81 39 45 a3", 942_755),
        ("c0 81 46 3a dd", -942_755), ("c0 81 07 7f 7f 7f ff", 0x7FFF_FFFF),
        ("c0 81 08 00 00 00 80", D2), ("c0 81 78 00 00 00 80", -0x8000_0000),
        ("c0 81 77 7f 7f 7f ff", D2),
    ]),
    ("int32 optional", '<int32 name="v" presence="optional"/>', [
        ("c0 81 80", None), ("c0 81 81", 0), ("c0 81 ff", -1), ("c0 81 39 45 a4", 942_755),
        ("c0 81 46 3a dd", -942_755), ("c0 81 08 00 00 00 80", 0x7FFF_FFFF),
        ("c0 81 08 00 00 00 81", D2),
    ]),
    ("int64", '<int64 name="v"/>', [
        ("c0 81 00 7f 7f 7f 7f 7f 7f 7f 7f ff", 0x7FFF_FFFF_FFFF_FFFF),
        ("c0 81 7f 00 00 00 00 00 00 00 00 80", -0x8000_0000_0000_0000),
        ("c0 81 01 00 00 00 00 00 00 00 00 80", D2),
        ("c0 81 7e 7f 7f 7f 7f 7f 7f 7f 7f ff", D2),
    ]),
    ("uInt64", '<uInt64 name="v"/>', [
        ("c0 81 01 7f 7f 7f 7f 7f 7f 7f 7f ff", 0xFFFF_FFFF_FFFF_FFFF),
        ("c0 81 01 00 00 00 00 00 00 00 00 80", 1 << 63),
        ("c0 81 02 00 00 00 00 00 00 00 00 80", D2),
    ]),
    ("uInt64 optional", '<uInt64 name="v" presence="optional"/>', [
        ("c0 81 02 00 00 00 00 00 00 00 00 80", 0xFFFF_FFFF_FFFF_FFFF),
        ("c0 81 02 00 00 00 00 00 00 00 00 81", D2), ("c0 81 80", None),
        ("c0 81 01 00 00 00 00 00 00 00 00 80", 0x7FFF_FFFF_FFFF_FFFF),
    ]),
    ("int64 optional", '<int64 name="v" presence="optional"/>', [
        ("c0 81 01 00 00 00 00 00 00 00 00 80", 0x7FFF_FFFF_FFFF_FFFF),
        ("c0 81 01 00 00 00 00 00 00 00 00 81", D2), ("c0 81 80", None),
        ("c0 81 7f 00 00 00 00 00 00 00 00 80", -0x8000_0000_0000_0000),
    ]),
]  # fmt: skip

TEXTS: list[Story] = [
    ("ascii", '<string name="v"/>', [
        ("c0 81 41 42 c3", b"ABC"), ("c0 81 80", b""), ("c0 81 00 80", b"\0"),
        ("c0 81 00 00 80", b"\0\0"), ("c0 81 00 c1", b"A"),
        ("c0 81 41 42 43 44 45 46 c7", b"ABCDEFG"), ("c0 81 41 42 43 44 45 46 47 c8", b"ABCDEFGH"),
        ("c0 81 41 42", CUT),
    ]),
    ("ascii optional", '<string name="v" presence="optional"/>', [
        ("c0 81 41 42 c3", b"ABC"), ("c0 81 80", None), ("c0 81 00 80", b""),
        ("c0 81 00 00 80", b"\0"), ("c0 81 00 00 00 80", b"\0\0"), ("c0 81 00 c1", b"A"),
        ("c0 81 00 00 c1", b"A"),
    ]),
    ("unicode", '<string name="v" charset="unicode"/>', [
        ("c0 81 82 c3 a9", "é".encode()), ("c0 81 80", b""), ("c0 81 81 ff", b"\xff"),
        ("c0 81 83 c3 a9", CUT), ("c0 81 89 61 62 63 64 65 66 67 68 69", b"abcdefghi"),
    ]),
    ("byte vector optional", '<byteVector name="v" presence="optional"/>', [
        ("c0 81 80", None), ("c0 81 81", b""), ("c0 81 83 80 00", b"\x80\0"),
    ]),
]  # fmt: skip

SIMPLE: list[Story] = [
    ("decimal", '<decimal name="v"/>', [
        ("c0 81 82 39 45 a3", (942_755, 2)), ("c0 81 fe 39 45 a3", (942_755, -2)),
        ("c0 81 80 80", (0, 0)), ("c0 81 00 c0 81", (1, 64)),
    ]),
    ("decimal optional", '<decimal name="v" presence="optional"/>', [
        ("c0 81 80", None), ("c0 81 83 39 45 a3", (942_755, 2)), ("c0 81 fe 39 45 a3", (942_755, -2)),
        ("c0 81 81", CUT),
    ]),
    ("constant", ('<uInt32 name="a"><constant value="7"/></uInt32>'
     '<string name="b" presence="optional"><constant value="LONGER THAN SEVEN"/></string>'), [
        ("c0 81", {"a": 7}), ("e0 81", {"a": 7, "b": b"LONGER THAN SEVEN"}),
    ]),
    ("default", '<uInt32 name="v"><default value="12"/></uInt32>', [
        ("c0 81", 12), ("e0 81 83", 3), ("c0 81", 12),
    ]),
    ("default optional", '<uInt32 name="v" presence="optional"><default value="12"/></uInt32>', [
        ("c0 81", 12), ("e0 81 80", None), ("e0 81 84", 3), ("c0 81", 12),
    ]),
    ("default optional without value", '<int64 name="v" presence="optional"><default/></int64>', [
        ("c0 81", None), ("e0 81 84", 3), ("c0 81", None),
    ]),
]  # fmt: skip

REMEMBERED: list[Story] = [
    ("copy", '<string name="v"><copy value="CME"/></string>', [
        ("c0 81", b"CME"), ("e0 81 49 53 c5", b"ISE"), ("c0 81", b"ISE"),
    ]),
    ("copy of a long text", '<string name="v" presence="optional"><copy/></string>', [
        ("c0 81", None), ("e0 81 41 42 43 44 45 46 47 48 c9", b"ABCDEFGHI"),
        ("c0 81", b"ABCDEFGHI"), ("e0 81 80", None), ("c0 81", None),
    ]),
    ("copy optional, initial", '<uInt32 name="v" presence="optional"><copy value="12"/></uInt32>', [
        ("c0 81", 12), ("e0 81 80", None), ("c0 81", None), ("e0 81 84", 3), ("c0 81", 3),
    ]),
    ("copy without initial", '<uInt32 name="v"><copy/></uInt32>', [
        ("c0 81", D5), ("e0 81 89", 9), ("c0 81", 9),
    ]),
    ("copy mandatory after absent", ('<uInt32 name="a" presence="optional"><copy key="k"/></uInt32>'
     '<uInt32 name="b"><copy key="k"/></uInt32>'), [
        ("f0 81 80 85", {"b": 5}), ("d0 81 88", {"a": 5, "b": 8}), ("e0 81 80", D6),
    ]),
    ("copy of a decimal", '<decimal name="v"><copy value="0.50"/></decimal>', [
        ("c0 81", (5, -1)), ("e0 81 fe 09 c4", (1220, -2)), ("c0 81", (1220, -2)),
    ]),
    ("increment", '<uInt32 name="v"><increment value="1"/></uInt32>', [
        ("c0 81", 1), ("c0 81", 2), ("e0 81 8a", 10), ("c0 81", 11),
    ]),
    ("increment wraps", '<int32 name="v"><increment value="2147483647"/></int32>', [
        ("c0 81", 0x7FFF_FFFF), ("c0 81", -0x8000_0000), ("c0 81", -0x7FFF_FFFF),
    ]),
    ("increment wraps, uInt64", '<uInt64 name="v"><increment/></uInt64>', [
        ("e0 81 01 7f 7f 7f 7f 7f 7f 7f 7f ff", 0xFFFF_FFFF_FFFF_FFFF), ("c0 81", 0), ("c0 81", 1),
    ]),
    ("increment optional", '<uInt32 name="v" presence="optional"><increment/></uInt32>', [
        ("c0 81", None), ("e0 81 8a", 9), ("c0 81", 10), ("e0 81 80", None), ("c0 81", None),
    ]),
    ("tail", '<string name="v"><tail/></string>', [
        ("e0 81 45 53 55 b3", b"ESU3"), ("e0 81 5a b3", b"ESZ3"), ("c0 81", b"ESZ3"),
        ("e0 81 45 53 5a 33 2d cc", b"ESZ3-L"), ("e0 81 80", b"ESZ3-L"),
    ]),
    ("tail optional, initial", '<string name="v" presence="optional"><tail value="WXYZ"/></string>', [
        ("c0 81", b"WXYZ"), ("e0 81 c1", b"WXYA"), ("e0 81 80", None), ("c0 81", None),
        ("e0 81 42 c2", b"WXBB"),
    ]),
    ("tail of bytes", '<byteVector name="v"><tail value="00 01 02 03 04 05 06 07 08"/></byteVector>', [
        ("e0 81 81 ff", bytes([0, 1, 2, 3, 4, 5, 6, 7, 255])),
        ("e0 81 82 fe ff", bytes([0, 1, 2, 3, 4, 5, 6, 254, 255])),
        ("c0 81", bytes([0, 1, 2, 3, 4, 5, 6, 254, 255])),
    ]),
]  # fmt: skip

DELTAS: list[Story] = [
    ("delta", '<int32 name="v"><delta/></int32>', [
        ("c0 81 39 45 a3", 942_755), ("c0 81 fb", 942_750), ("c0 81 80", 942_750),
        ("c0 81 07 7f 7f 7f ff", R4), ("c0 81 81", 942_751),
    ]),
    ("delta optional", '<uInt32 name="v" presence="optional"><delta value="4"/></uInt32>', [
        ("c0 81 80", None), ("c0 81 83", 6), ("c0 81 80", None), ("c0 81 fa", 0), ("c0 81 ff", R4),
    ]),
    ("delta uInt64", '<uInt64 name="v"><delta/></uInt64>', [
        ("c0 81 01 7f 7f 7f 7f 7f 7f 7f 7f ff", 0xFFFF_FFFF_FFFF_FFFF),
        ("c0 81 7e 00 00 00 00 00 00 00 00 81", 0), ("c0 81 ff", R4), ("c0 81 85", 5),
        ("c0 81 00 7f 7f 7f 7f 7f 7f 7f 7f ff", (1 << 63) + 4), ("c0 81 fe", (1 << 63) + 2),
    ]),
    ("delta int64", '<int64 name="v"><delta/></int64>', [
        ("c0 81 00 7f 7f 7f 7f 7f 7f 7f 7f ff", 0x7FFF_FFFF_FFFF_FFFF), ("c0 81 81", R4),
        ("c0 81 7e 00 00 00 00 00 00 00 00 81", -0x8000_0000_0000_0000), ("c0 81 ff", R4),
    ]),
    ("delta mandatory after absent", ('<uInt32 name="a" presence="optional"><copy key="k"/></uInt32>'
     '<uInt32 name="b"><delta key="k"/></uInt32>'), [
        ("e0 81 83 85", {"a": 2, "b": 7}), ("e0 81 80 85", D6),
    ]),
    ("delta of a decimal, initial", '<decimal name="v"><delta value="12000"/></decimal>', [
        ("c0 81 fd 09 c4", (1232, 0)), ("c0 81 80 80", (1232, 0)), ("c0 81 fe 89", (1241, -2)),
    ]),
    ("delta of a decimal, optional", '<decimal name="v" presence="optional"><delta/></decimal>', [
        ("c0 81 80", None), ("c0 81 fe 8a", (10, -2)), ("c0 81 80", None), ("c0 81 82 81", (11, -1)),
    ]),
    ("delta of a text", '<string name="v"><delta/></string>', [
        ("c0 81 80 47 45 48 b6", b"GEH6"), ("c0 81 82 4d b6", b"GEM6"), ("c0 81 fd 45 d3", b"ESM6"),
        ("c0 81 ff 45 53 4d 36 ad", b"ESM6-ESM6"), ("c0 81 83 51 b3", b"ESM6-EQ3"),
        ("c0 81 8a c1", D7), ("c0 81 f0 c1", D7), ("c0 81 80 80", b"ESM6-EQ3"),
    ]),
    ("delta of a text, optional", '<string name="v" presence="optional"><delta value="AB"/></string>', [
        ("c0 81 80", None), ("c0 81 82 c3", b"AC"), ("c0 81 80", None), ("c0 81 ff c3", b"CAC"),
    ]),
    ("delta of unicode", '<string name="v" charset="unicode"><delta/></string>', [
        ("c0 81 80 82 c3 a9", "é".encode()), ("c0 81 81 81 a8", "è".encode()),
        ("c0 81 81 80", b"\xc3"),
    ]),
]  # fmt: skip

PARTS: list[Story] = [
    ("exponent copy, mantissa delta", ('<decimal name="v" presence="optional"><exponent><copy/></exponent>'
     "<mantissa><delta/></mantissa></decimal>"), [
        ("e0 81 fe 39 45 a3", (942_755, -2)), ("c0 81 fb", (942_750, -2)), ("e0 81 80", None),
        ("c0 81", None), ("e0 81 81 81", (942_751, 0)),
    ]),
    ("both copy: the mantissa's bit comes with the exponent only",
     ('<decimal name="v" presence="optional"><exponent><copy/></exponent><mantissa><copy/></mantissa>'
     '</decimal><uInt32 name="w"><copy value="1"/></uInt32>'), [
        ("f0 81 fe 8b", {"v": (11, -2), "w": 1}), ("c8 81 85", {"v": (11, -2), "w": 5}),
        ("f0 81 80 86", {"w": 6}), ("d0 81 87", {"w": 7}),
    ]),
    ("exponent default", ('<decimal name="v"><exponent><default value="0"/></exponent><mantissa><delta/>'
     "</mantissa></decimal>"), [
        ("c0 81 8a", (10, 0)), ("e0 81 81 85", (15, 1)), ("c0 81 80", (15, 0)),
    ]),
    ("mantissa alone", '<decimal name="v"><mantissa><copy value="3"/></mantissa></decimal>', [
        ("c0 81 ff", (3, -1)), ("e0 81 80 84", (4, 0)), ("c0 81 00 c0", (4, 64)),
    ]),
]  # fmt: skip

STRUCTURES: list[Story] = [
    ("sequence without maps", ('<sequence name="s"><length name="n"/><uInt32 name="a"/>'
     '<string name="b" presence="optional"/></sequence>'), [
        ("c0 81 82 85 c1 86 80", {"s": [{"a": 5, "b": b"A"}, {"a": 6}]}), ("c0 81 80", {"s": []}),
        ("c0 81 82 85 c1", CUT),
    ]),
    ("sequence with maps", ('<sequence name="s"><length name="n"><copy/></length>'
     '<uInt32 name="a"><increment value="1"/></uInt32></sequence>'), [
        ("e0 81 83 c0 85 80 80", {"s": [{"a": 5}, {"a": 6}, {"a": 7}]}),
        ("c0 81 80 c0 87 80", {"s": [{"a": 8}, {"a": 7}, {"a": 8}]}),
    ]),
    ("constants need no map", ('<sequence name="s"><uInt32 name="a"><constant value="1"/></uInt32>'
     '<uInt32 name="b"><delta/></uInt32></sequence>'), [
        ("c0 81 82 81 81", {"s": [{"a": 1, "b": 1}, {"a": 1, "b": 2}]}),
    ]),
    ("sequence optional", '<sequence name="s" presence="optional"><uInt32 name="a"/></sequence>', [
        ("c0 81 80", {}), ("c0 81 81", {"s": []}), ("c0 81 82 83", {"s": [{"a": 3}]}),
    ]),
    ("sequences inside one another", ('<sequence name="s"><uInt32 name="a"/>'
     '<sequence name="t" presence="optional"><uInt32 name="b"><copy/></uInt32></sequence></sequence>'), [
        ("c0 81 82 81 83 c0 82 80 83 80",
         {"s": [{"a": 1, "t": [{"b": 2}, {"b": 2}]}, {"a": 3}]}),
    ]),
    ("groups", ('<group name="g" presence="optional"><uInt32 name="a"><copy/></uInt32>'
     '<group name="h"><uInt32 name="b"/></group></group><uInt32 name="c"/>'), [
        ("e0 81 c0 85 83 89", {"g": {"a": 5, "h": {"b": 3}}, "c": 9}), ("c0 81 88", {"c": 8}),
        ("e0 81 80 84 87", {"g": {"a": 5, "h": {"b": 4}}, "c": 7}),
    ]),
    ("group without a map", ('<group name="g" presence="optional"><uInt32 name="a"/></group>'
     '<uInt32 name="c"><default value="2"/></uInt32>'), [
        ("e0 81 85", {"g": {"a": 5}, "c": 2}), ("d0 81 89", {"c": 9}),
    ]),
    ("a map of several bytes", "".join(
        f'<uInt32 name="f{n}"><default value="{n}"/></uInt32>' for n in range(9)), [
        ("c0 81", {f"f{n}": n for n in range(9)}),
        ("40 a0 81 e3", {**{f"f{n}": n for n in range(9)}, "f7": 99}),
        ("40 00 90 81", {f"f{n}": n for n in range(9)}),
    ]),
]  # fmt: skip

ALL: list[Story] = [*INTEGERS, *TEXTS, *SIMPLE, *REMEMBERED, *DELTAS, *PARTS, *STRUCTURES]


def template(fields: str, number: int = 1, attributes: str = "") -> str:
    """A template of these fields."""
    return f'<template name="T{number}" id="{number}"{attributes}>{fields}</template>'


def document(*templates: str, attributes: str = "") -> str:
    """Templates as a document."""
    return f"<templates{attributes}>{''.join(templates)}</templates>"


def plain(value: Any) -> Any:
    """A decoded value without what is absent, messages as their values."""
    if hasattr(value, "values") and not isinstance(value, dict):
        return {"template": value.template, **plain(value.values)}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items() if each is not None}
    return [plain(each) for each in value] if isinstance(value, list) else value
