"""The house stays as it was drawn: every rule holds in every file, and every rule can fail."""

from collections.abc import Callable, Iterator

import pytest
import tidy

Rule = Callable[[str, str], Iterator[str]]


@pytest.mark.parametrize("rule", tidy.RULES, ids=lambda rule: rule.__name__)
def test_rule_holds_everywhere(rule: Rule) -> None:
    """No file of the product breaks the rule."""
    complaints = [each for name, text in tidy.sources() for each in rule(name, text)]

    assert complaints == []


@pytest.mark.parametrize(
    ("rule", "name", "text", "complaint"),
    [
        (tidy.sizes, "a.py", "x = 1\n", "no docstring"),
        (tidy.sizes, "a.py", '"""A."""\n' + "x = 1\n" * 400, "401 lines"),
        (tidy.sizes, "a.py", '"""A."""\ndef f():\n' + "    x = 1\n" * 60, "f: 61 lines"),
        (tidy.sizes, "a.py", f'"""A."""\nx = "{"y" * 120}"\n', "characters"),
        (tidy.direction, "wire/a.py", "from feedhandler.session import kernel\n", "wire imports"),
        (tidy.direction, "book/a.py", "import feedhandler.engine\n", "book imports"),
        (tidy.direction, "event.py", "from feedhandler import source\n", "event imports"),
        (tidy.foreigners, "book/a.py", "import numba\n", "imports numba"),
        (tidy.foreigners, "book/a.py", "from scapy.all import IP\n", "imports scapy"),
        (tidy.foreigners, "engine/a.py", "import time\ntime.time()\n", "time.time"),
        (tidy.foreigners, "engine/a.py", "print(1)\n", "print"),
        (tidy.kernel_imports, "wire/kernel.py", "import structlog\n", "a kernel imports"),
        (tidy.kernel_bodies, "wire/kernel.py", "def f(x):\n    return x\n", "not compiled"),
        (tidy.kernel_bodies, "wire/kernel.py", "@hot\ndef f():\n    raise ValueError\n", "Raise"),
        (
            tidy.kernel_bodies,
            "wire/kernel.py",
            "@hot\ndef f(a):\n    return [x for x in a]\n",
            "ListComp",
        ),
        (tidy.kernel_bodies, "wire/kernel.py", "@hot\ndef f(a):\n    return a[1:]\n", "Slice"),
    ],
)
def test_rule_can_fail(rule: Rule, name: str, text: str, complaint: str) -> None:
    """A file that breaks the rule is found."""
    complaints = list(rule(name, text))

    assert len(complaints) >= 1
    assert any(complaint in each for each in complaints)
