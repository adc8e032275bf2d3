"""What came from outside, made readable: what would steer a terminal is shown by its code, an address with dots.

Symbols come out of captures and names of files from anywhere; ladders, errors and reports all show them.
"""

from typing import Final

SURROGATE: Final = range(0xDC80, 0xDD00)  # how Python keeps a byte of a name that is no UTF-8


def printable(text: str) -> str:
    r"""The text, with \x1b, \u200b or (a byte that is no UTF-8) \xff for what is not printable."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escaped(ord(char)) for char in text)


def dotted(address: int) -> str:
    """An IPv4 address as people write it."""
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _escaped(code: int) -> str:
    if code in SURROGATE:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
