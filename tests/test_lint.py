"""Every rule of the lint of descriptions: each can turn red, and names the file and the place."""

import shutil
from pathlib import Path

import pytest

from feedhandler.codegen.lint import lint, lint_file
from feedhandler.codegen.manifest import PROTOCOLS
from feedhandler.decode.description import DescriptionError, load_yaml

FINE = """\
meta:
  id: sample
  title: A sample
  application: tests
  license: MIT
  ks-version: '0.11'
  encoding: ISO-8859-1
  endian: le
  bit-endian: le
  -venue: venue
  -protocol: sample
  -schema-version: '1'
doc: A sample.
doc-ref: https://example.org/specification.pdf
seq:
  - {id: kind, type: u1, enum: kind}
  - {id: price, type: s8, -scale: -4, -null: 0x7fffffffffffffff}
  - {id: flags, type: flag_set}
types:
  flag_set:
    seq:
      - {id: last, type: b1}
      - {id: reserved, type: b7}
enums:
  kind: {0x41: add, 0x44: delete}
"""
FINE_SBE = """\
meta:
  id: sample
  title: A sample
  application: tests
  license: MIT
  ks-version: '0.11'
  endian: le
  -venue: venue
  -protocol: sample
  -schema-version: '1'
  -sbe-schema-id: 1
  -sbe-schema-version: 3
doc: A sample.
doc-ref: https://example.org/specification.pdf
seq:
  - {id: block_length, type: u2}
  - {id: template_id, type: u2}
  - {id: version, type: u2}
  - id: body
    size-eos: true
    type:
      switch-on: template_id
      cases:
        1: book(block_length, version)
types:
  group_size:
    seq:
      - {id: block_length, type: u2}
      - {id: num_in_group, type: u1}
  book:
    params:
      - {id: block_length, type: u2}
      - {id: version, type: u2}
    seq:
      - {id: block, type: book_block(version), size: block_length}
      - {id: entries_size, type: group_size}
      - id: entries
        type: entry
        size: entries_size.block_length
        repeat: expr
        repeat-expr: entries_size.num_in_group
  book_block:
    params:
      - {id: version, type: u2}
    seq:
      - {id: time, type: u8, -unit: ns_since_epoch}
      - {id: depth, type: u4, if: version >= 2, -since-version: 2}
  entry:
    seq:
      - {id: price, type: s8, -scale: -9}
"""

# What is changed in the sample, and the problem that must be named: one line for each rule.
FAULTS = {
    "an enum takes the name of a type": (
        ("kind: {0x41", "flag_set: {0x41"), "enums.flag_set: a type has this name too",
    ),
    "bit fields without an order": (("  bit-endian: le\n", ""), "meta.bit-endian: missing"),
    "an unknown annotation of a field": (("-scale", "-scael"), "unknown annotation -scael"),
    "an unknown annotation of a type": (
        ("  flag_set:\n", "  flag_set:\n    -book-op: add\n"), "unknown annotation -book-op",
    ),
    "an unknown annotation of the file": (("-venue", "-market"), "unknown annotation -market"),
    "an unknown key": (("enum: kind", "enumm: kind"), "seq.kind: unknown key enumm"),
    "a scale that is no integer": (("-scale: -4", "-scale: 1.0e-4"), "-scale: is 0.0001"),
    "a null that is no integer": (("-null: 0x7fffffffffffffff", "-null: NaN"), "-null: is"),
    "a price as a float": (("type: s8, -scale: -4", "type: f8, -scale: -4"), "never a float"),
    "an unknown unit": (("-null: 0x7fffffffffffffff", "-unit: hours"), "'hours' is not one of"),
    "another compiler version": (("'0.11'", "'0.9'"), "meta.ks-version: is '0.9'"),
    "another licence": (("license: MIT", "license: GPL-3.0"), "meta.license: is 'GPL-3.0'"),
    "no licence": (("  license: MIT\n", ""), "meta.license: missing"),
    "no reference to a specification": (("doc-ref: https", "doc-ref: see https"), "doc-ref: must"),
    "keys of meta out of order": (
        ("  license: MIT\n  ks-version: '0.11'\n", "  ks-version: '0.11'\n  license: MIT\n"),
        "meta: keys stand in the order",
    ),
    "a file under another name": (("id: sample", "id: example"), "meta.id: is 'example'"),
    "text that a stray byte makes unreadable": (("ISO-8859-1", "ASCII"), "must be ISO-8859-1"),
    "a code that is no name": (("0x44: delete", "0x44: no"), "False of code 68 is no name"),
    "a name in another style": (("id: last", "id: Last"), "'Last' is not snake_case"),
    "two fields of one name": (("id: reserved", "id: last"), "seq.last: a second field"),
    "a key written twice": (("doc: A sample.\n", "doc: A\ndoc: B\n"), "'doc' is written twice"),
    "a place of its own": (("type: flag_set}", "type: flag_set, pos: 0}"), "unknown key pos"),
    "a construct the compiled decoder lacks": (
        ("type: u1, enum: kind", "type: strz"), "sample.ksy: /seq/0 (kind): text and bytes need",
    ),
}  # fmt: skip
FAULTS_SBE = {
    "a block sized by what we know": (
        ("type: book_block(version), size: block_length", "type: book_block(version), size: 12"),
        "types.book: seq.block: size: must be block_length",
    ),
    "a block that is not sized": (
        ("{id: block, type: book_block(version), size: block_length}",
         "{id: root, type: book_block(version)}"),
        "types.book: its root block must come first",
    ),
    "a group entry that is not sized": (
        ("        size: entries_size.block_length\n", ""),
        "types.book: seq.entries: size: must be entries_size.block_length",
    ),
    "a later field without its condition": (
        ("if: version >= 2, ", ""), "-since-version: needs `if: version >= 2`",
    ),
    "a later field without its annotation": ((", -since-version: 2", ""), "needs `-since-version"),
    "a condition of another version": (("version >= 2", "version >= 3"), "needs `if: version >= 2"),
}  # fmt: skip


def write_sample(folder: Path, text: str) -> Path:
    """A description with its map, in a venue's folder."""
    path = folder / "venue/sample.ksy"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    path.with_name("sample.map.yaml").touch()
    return path


def test_our_descriptions_pass_the_lint() -> None:
    """Nothing is generated from a description that has a problem."""
    assert lint(PROTOCOLS) == []


@pytest.mark.parametrize("text", [FINE, FINE_SBE])
def test_the_samples_pass_the_lint(tmp_path: Path, text: str) -> None:
    """So that each fault below is the only one."""
    assert lint_file(write_sample(tmp_path, text)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_each_rule_names_the_file_and_the_place(tmp_path: Path, fault: str) -> None:
    """A rule that cannot turn red is no rule."""
    (old, new), expected = FAULTS[fault]
    assert old in FINE
    problems = lint_file(write_sample(tmp_path, FINE.replace(old, new)))

    assert any(expected in problem for problem in problems), problems
    assert all(problem.startswith("venue/sample.ksy: ") for problem in problems)


@pytest.mark.parametrize("fault", FAULTS_SBE)
def test_each_rule_for_sbe_names_the_file_and_the_place(tmp_path: Path, fault: str) -> None:
    """The length that the sender gives rules over the one that we know."""
    (old, new), expected = FAULTS_SBE[fault]
    assert old in FINE_SBE
    problems = lint_file(write_sample(tmp_path, FINE_SBE.replace(old, new)))

    assert any(expected in problem for problem in problems), problems


def test_a_description_without_a_map_is_a_problem(tmp_path: Path) -> None:
    """Its messages would have no meaning."""
    path = write_sample(tmp_path, FINE)
    path.with_name("sample.map.yaml").unlink()

    assert lint(tmp_path) == ["venue/sample.ksy: no sample.map.yaml beside it"]


def test_two_venues_cannot_share_the_name_of_a_protocol(tmp_path: Path) -> None:
    """The generated modules lie in one folder."""
    write_sample(tmp_path, FINE)
    shutil.copytree(tmp_path / "venue", tmp_path / "other")
    problems = lint(tmp_path)

    assert "venue/sample.ksy: two venues have a protocol of this name" in problems


def test_a_key_written_twice_is_an_error() -> None:
    """PyYAML alone would keep the last one and say nothing."""
    with pytest.raises(DescriptionError, match="maps: line 2: 'a' is written twice"):
        load_yaml("a: 1\na: 2\n", "maps")
