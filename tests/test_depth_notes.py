"""Books by level whose depth nobody told: they are kept to a depth that was guessed, and that is said."""

from pathlib import Path

from cli_runs import document

CAPTURE = Path(__file__).parents[1] / "captures" / "cme-mdp3-ab.pcapng"
INCREMENTS = "udp dst port 14310 and dst host 224.0.31.1"
NOTE = (
    "no definition told how deep 3 books are: 10 levels are kept, and what stands beyond a book's own depth may be "
    "wrong"
)


def test_a_guessed_depth_is_told() -> None:
    """Of increments alone: one book has a definition among them, three have none."""
    found = document("replay", str(CAPTURE), "-f", INCREMENTS)

    assert found["notes"] == [NOTE]
    assert found["books"]["total"] == 4


def test_a_told_depth_is_no_matter() -> None:
    """The whole capture has the definitions."""
    assert document("replay", str(CAPTURE))["notes"] == []
