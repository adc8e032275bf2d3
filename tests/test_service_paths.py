"""What the unit lets the service see, and how often it is started: nothing that it reads is behind a wall."""

import sys
from pathlib import Path

import pytest
from test_config import LEAST
from test_config_here import FORTS, GLIMPSE
from test_service import settings

from feedhandler.config_reading import parse
from feedhandler.service import unit as units
from feedhandler.service.unit import Needs, needs_of, unit

ELSEWHERE = Needs(file="/etc/f.toml", program="/opt/x/bin/feedhandler")


@pytest.fixture(autouse=True)
def installed_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program and its interpreter are where no wall is."""
    monkeypatch.setattr(sys, "executable", "/opt/x/bin/python")
    monkeypatch.setattr(sys, "prefix", "/opt/x")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(units, "__file__", "/opt/x/lib/feedhandler/service/unit.py")


def walls(needs: Needs) -> tuple[str, str]:
    """ProtectHome, PrivateTmp."""
    found = settings(unit(needs))
    return found["ProtectHome"], found["PrivateTmp"]


def test_walls_stand_where_nothing_is_behind_them() -> None:
    """Folders whose names only begin alike are others."""
    alike = Needs(file="/homes/f.toml", program="/rootfs/tmp/feedhandler")

    assert walls(ELSEWHERE) == walls(alike) == ("yes", "yes")
    assert "must be allowed" not in unit(ELSEWHERE)


@pytest.mark.parametrize("part", ["executable", "prefix", "base_prefix"])
def test_the_interpreter_is_seen(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A venv's is a link to one that may be in somebody's home; where it lies is said."""
    monkeypatch.setattr(sys, part, "/home/md/python/3")

    assert walls(ELSEWHERE) == ("read-only", "yes")
    assert (
        "# It reads /home/md/python/3, which user feedhandler must be allowed to.\n"
        "ProtectHome=read-only\n"
    ) in unit(ELSEWHERE)


def test_a_link_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is harmless, what it means is not."""
    link = tmp_path / "python"
    link.symlink_to("/home/md/python3")
    monkeypatch.setattr(sys, "executable", str(link))
    monkeypatch.setattr(units, "PASSING", ("/nowhere",))

    assert walls(ELSEWHERE) == ("read-only", "yes")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("/home/md/x", ("read-only", "yes")),
        ("/run/user/7/x", ("read-only", "yes")),
        ("/tmp/x", ("yes", "no")),
        ("/var/tmp/x", ("yes", "no")),
        ("/etc/x", ("yes", "yes")),
    ],
)
@pytest.mark.parametrize("text", [LEAST + GLIMPSE, FORTS + "templates = '{}'\n"])
def test_files_of_the_configuration_are_seen(
    text: str, named: str, expected: tuple[str, str]
) -> None:
    """Passwords and templates, wherever they are."""
    needs = needs_of(
        parse(text.format(named)), "/etc/f.toml", frozenset({0}), "md", ELSEWHERE.program
    )

    assert walls(needs) == expected


def test_files_without_a_root_are_found_from_where_the_unit_was_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the configuration was checked; systemd begins at the root of all files otherwise."""
    folder = tmp_path / "100%"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def folder_of(named: str) -> str | None:
        text = LEAST + GLIMPSE.format(named)
        needs = needs_of(parse(text), "/etc/f.toml", frozenset({0}), "md", ELSEWHERE.program)
        return settings(unit(needs)).get("WorkingDirectory")

    assert folder_of("secret.txt") == str(folder).replace("%", "%%")
    assert folder_of("/etc/secret.txt") is None


def test_it_is_started_for_ever() -> None:
    """An interface that comes minutes after the machine is waited for; nothing ends in start-limit-hit."""
    found = settings(unit(ELSEWHERE))

    assert found["StartLimitIntervalSec"] == "0"
    assert "StartLimitBurst" not in found
    assert (found["Restart"], found["RestartPreventExitStatus"]) == ("on-failure", "2")
