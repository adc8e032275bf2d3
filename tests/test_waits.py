"""No wait is so long that a time and it are more than a word holds: it would be over at once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cli_runs import ITCH, document, feedhandler
from test_config import LEAST, faults

from feedhandler.config import limits_kind
from feedhandler.config_reading import parse
from feedhandler.engine.recovery_standing import Patience
from feedhandler.recovering.driver import DriverLimits
from feedhandler.session.backend import Peer, Transport
from feedhandler.session.holding import Arbitration
from feedhandler.session.soupbintcp import SoupSettings
from feedhandler.waits import WAIT_NS_MAX

LOSES = ("--faults", "line-a-drop=5%,line-b-delay=1ms")
WORD_MAX = (1 << 63) - 1
PEER = Peer(Transport.TCP, "10.0.0.1", 1)


def test_the_longest_wait_fits_beside_any_time_of_a_century() -> None:
    """Until 2162, which is enough."""
    latest_ns = int(datetime(2162, 1, 1, tzinfo=UTC).timestamp()) * 10**9

    assert WAIT_NS_MAX == 3_155_760_000 * 10**9
    assert latest_ns + WAIT_NS_MAX <= WORD_MAX


def test_the_longest_wait_is_waited_for() -> None:
    """What one line drops the other brings, a millisecond later: nobody gives it up before."""
    counters = document("replay", ITCH, *LOSES, "--gap-timeout", "3155760000s")["counters"]

    assert counters["held"] > 0
    assert "gaps" not in counters


@pytest.mark.parametrize(
    "option", ["--gap-timeout", "--told-timeout", "--recovery-timeout", "--recover-wait"]
)
@pytest.mark.parametrize("time", ["3155760000.000000001s", "9223372036s", "99999999999s"])
def test_a_longer_one_is_refused(option: str, time: str) -> None:
    """The command line tells why; 9223372036 s were as good as none."""
    result = feedhandler("replay", ITCH, *LOSES, option, time)

    assert result.exit_code == 2
    assert f"{time} is longer than 100 years" in result.stderr


@pytest.mark.parametrize("option", ["--gap-timeout", "--told-timeout", "--every"])
def test_a_live_run_refuses_it_as_well(option: str) -> None:
    """Before it looks for anything else."""
    words = ("run", "-i", "nope0", "--feed", "nasdaq.itch50", option, "9223372036s")

    assert "is longer than 100 years" in feedhandler(*words).stderr


@pytest.mark.parametrize(
    ("key", "beside"),
    [
        ("arbitration.gap_timeout_ns", ""),
        ("arbitration.silence_ns", ""),
        ("arbitration.told_timeout_ns", ""),
        ("arbitration.recovery_timeout_ns", ""),
        ("patience.pause_ns", "patience.pause_max_ns = 9_000_000_000_000_000_000\n"),
        ("patience.pause_max_ns", ""),
    ],
)
def test_a_configuration_is_told_of_its_line(key: str, beside: str) -> None:
    """The same bound, in the same words."""
    name = key.partition(".")[2]
    reason = f"{name} is {WORD_MAX}: longer than 100 years"

    assert (4, f"feed[0].{key}", reason) in faults(f"{LEAST}{key} = {WORD_MAX}\n{beside}")


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("moldudp64", "timeout_ns"),
        ("soupbintcp", "timeout_ns"),
        ("soupbintcp", "retry_ns"),
        ("glimpse", "timeout_ns"),
        ("glimpse", "retry_ns"),
    ],
)
def test_limits_of_servers_are_told_of_their_lines(method: str, key: str) -> None:
    """Those that the way to recover has."""
    user = "" if method == "moldudp64" else "username = 'a'\n"
    text = f"{LEAST}[[feed.recovery]]\nmethod = '{method}'\nservers = ['10.0.0.1:1']\n{user}"
    line = text.count("\n") + 1
    path = f"feed[0].recovery[0].limits.{key}"

    assert parse(f"{text}limits.{key} = {WAIT_NS_MAX}").feed[0].recovery[0].limits
    assert faults(f"{text}limits.{key} = {WAIT_NS_MAX + 1}") == [
        (line, path, f"{WAIT_NS_MAX + 1} is longer than 100 years")
    ]


@pytest.mark.parametrize(
    ("kind", "name", "needed"),
    [
        (Arbitration, "gap_timeout_ns", {}),
        (Arbitration, "told_timeout_ns", {}),
        (Patience, "pause_max_ns", {}),
        (DriverLimits, "linger_ns", {}),
        (SoupSettings, "silence_ns", {"peer": PEER, "username": "", "password": ""}),
        (limits_kind("moldudp64"), "timeout_ns", {}),
        (limits_kind("soupbintcp"), "retry_ns", {}),
        (limits_kind("glimpse"), "timeout_ns", {}),
        (limits_kind("tcp_replay"), "retry_ns", {"peer": PEER, "username": "", "password": ""}),
    ],
)
def test_the_library_has_the_same_bound(kind: Any, name: str, needed: dict[str, Any]) -> None:
    """Whoever makes these without a file or a command line."""
    kind(**needed, **{name: WAIT_NS_MAX})
    with pytest.raises(ValueError, match=f"^{name} is {WAIT_NS_MAX + 1}: longer than 100 years$"):
        kind(**needed, **{name: WAIT_NS_MAX + 1})
