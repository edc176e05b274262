"""Reading a folder: what is read, and what is refused without waiting."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.domain.errors import UsageError
from bot.rulefiles import load, presets, read_folder

RULE = "rules:\n  - { id: a, if: { word: { list: mine } }, do: hide }\nlists: { mine: { file: lists/mine.txt } }\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "rules"
    (root / "lists").mkdir(parents=True)
    (root / "a.yaml").write_text(RULE, "utf-8")
    (root / "lists" / "mine.txt").write_text("heck\n", "utf-8")
    return root


def told(folder: Path) -> str:
    loaded = load(folder)
    assert loaded.parsed.ruleset is None
    return "\n".join(problem.render() for problem in loaded.parsed.problems)


def test_rule_files_and_lists_are_read(folder: Path) -> None:
    (folder / "b.yml").write_text("people: { team: ['*@x.test'] }", "utf-8")
    (folder / "notes.txt").write_text("not mine", "utf-8")
    (folder / ".hidden.yaml").write_text("[", "utf-8")
    (folder / "a.yaml~").write_text("[", "utf-8")
    loaded = load(folder)
    assert sorted(loaded.files) == ["a.yaml", "b.yml", "lists/mine.txt"]
    assert loaded.parsed.ruleset is not None
    assert loaded.parsed.ruleset.people.team == ("*@x.test",)
    assert loaded.sha == read_folder(folder).sha


def test_a_missing_folder_is_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        load(tmp_path / "nowhere")


def test_an_empty_folder_is_no_problem_in_itself(tmp_path: Path) -> None:
    parsed = load(tmp_path).parsed
    assert parsed.ruleset is not None
    assert parsed.ruleset.rules == ()


def test_large_files_are_refused(folder: Path) -> None:
    (folder / "big.yaml").write_text("#" * (256 * 1024 + 1), "utf-8")
    assert "larger than 256 KiB" in told(folder)
    (folder / "big.yaml").unlink()
    (folder / "lists" / "big.txt").write_text("#" * (4 * 1024 * 1024 + 1), "utf-8")
    assert "larger than 4096 KiB" in told(folder)


def test_what_is_no_regular_file_is_refused_without_waiting(folder: Path) -> None:
    (folder / "dir.yaml").mkdir()
    os.mkfifo(folder / "pipe.yaml")
    text = told(folder)
    assert "dir.yaml:1:1: error: this file cannot be read: it is no regular file" in text
    assert "pipe.yaml:1:1" in text


def test_links_are_followed_only_inside_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "..data").mkdir()
    (folder / "..data" / "c.yaml").write_text("people: { team: ['*@c.test'] }", "utf-8")
    (folder / "c.yaml").symlink_to("..data/c.yaml")
    parsed = load(folder).parsed
    assert parsed.ruleset is not None
    assert parsed.ruleset.people.team == ("*@c.test",)
    (tmp_path / "secret.yaml").write_text("people: {}", "utf-8")
    (folder / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    assert "a link out of the folder" in told(folder)
    (folder / "out.yaml").unlink()
    (folder / "gone.yaml").symlink_to("nowhere.yaml")
    assert "gone.yaml:1:1: error: this file cannot be read" in told(folder)


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    (folder / "b.yaml").write_bytes(b"rules: \xff")
    assert "no UTF-8 (byte 8)" in told(folder)


def test_every_save_changes_the_signature(folder: Path) -> None:
    before = read_folder(folder)
    assert read_folder(folder) == before
    path = folder / "a.yaml"
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    after = read_folder(folder)
    assert after.signature != before.signature
    assert after.sha == before.sha


def test_presets_hold_the_package_s_list() -> None:
    words = presets()["profanity"]
    assert len(words) > 800
    assert len(set(words)) == len(words)
    assert presets() is presets()
