"""The progress of a command on standard error."""

import io
import sys
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from restore_domain.cli import main, progress
from restore_domain.cli.progress import Progress
from restore_domain.cli.snapshot_log import Position, snapshots_in
from restore_domain.wire import DEFAULT_LIMITS

from .running import Save, json_lines, run_program, session


class Terminal(io.StringIO):
    """A terminal that records what is drawn."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Replace standard error by a terminal, with a second passing at each look at the clock."""
    stream = Terminal()
    monkeypatch.setattr(progress, "sys", mock.Mock(stderr=stream))
    monkeypatch.setattr(progress, "monotonic", mock.Mock(side_effect=count(100.0)))
    monkeypatch.setenv("TERM", "xterm")
    return stream


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> Terminal:
    """Make rich unavailable."""
    monkeypatch.setitem(sys.modules, "rich.progress", None)
    return terminal


def test_a_text_bar_shows_progress_and_time_left(plain: Terminal) -> None:
    with Progress() as bar:
        bar.show("reading x", 0, 4)
        bar.show("reading x", 1, 4, ", 7 of them")
        bar.show("reading x", 4, 4)
    empty, part, full, cleared = filter(None, plain.getvalue().split("\r"))
    assert empty == f"reading x [{' ' * 30}] 0 %"
    assert part.startswith(f"reading x, 7 of them [{'#' * 7}{' ' * 23}] 25 %, 0:00:")
    assert part.endswith(" left")
    assert full.startswith(f"reading x [{'#' * 30}] 100 %, 0:00:00 left")
    assert not cleared.strip()


def test_drawing_is_limited_to_a_visible_rate(
    monkeypatch: pytest.MonkeyPatch, plain: Terminal
) -> None:
    monkeypatch.setattr(progress, "monotonic", mock.Mock(return_value=7.0))
    bar = Progress(delay=0.0)
    for done in range(1000):
        bar.show("reading", done, 1000)
    assert plain.getvalue().count("reading") == 1


def test_work_without_a_known_end_is_counted(plain: Terminal) -> None:
    with Progress() as bar:
        bar.begin("reading")
        bar.show("reading", 12_345)
    assert [part.strip() for part in plain.getvalue().split("\r") if part.strip()] == [
        "reading",
        "reading 12,345",
    ]


def test_a_name_is_escaped(plain: Terminal) -> None:
    Progress().show("\x1b[31m" + "x" * 100, 1, 2)
    assert "\x1b" not in plain.getvalue()
    assert "\\x1b[31mxxx" in plain.getvalue()
    assert len(plain.getvalue()) < 100


def test_rich_draws_if_it_is_installed(terminal: Terminal) -> None:
    pytest.importorskip("rich")
    with Progress() as bar:
        bar.show("vectors [red]", 1, 4)
        bar.show("vectors [red]", 2, 4)
        bar.show("histories", 1, 4, ", more")
    drawn = terminal.getvalue()
    assert "vectors [red]" in drawn
    assert "25%" in drawn
    assert "histories, more" in drawn


def test_short_work_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(progress, "monotonic", mock.Mock(side_effect=[1.0, 1.2, 1.29]))
    bar = Progress(terminal)
    bar.show("reading", 1, 2)
    bar.show("reading", 2, 2)
    assert not terminal.getvalue()


@pytest.mark.parametrize("stream", [io.StringIO(), None])
def test_nothing_is_drawn_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress() as bar:
        bar.begin("reading")
        bar.show("reading", 1, 3)
    assert stream is None or not stream.getvalue()


@pytest.mark.usefixtures("plain")
@pytest.mark.parametrize(
    ("command", "document", "words"),
    [
        ("status", session(), "reading in"),
        ("replay", {"method": "list", "params": {}}, "running operations"),
        ("history", session(), "reading, 0 snapshots"),
        ("diagram", None, "exploring the statuses"),
    ],
)
def test_each_command_that_may_take_long_shows_progress(
    save: Save, plain: Terminal, command: str, document: Any, words: str
) -> None:
    arguments = [] if document is None else [save("in", document)]
    assert main([command, *arguments]) == 0
    assert words in plain.getvalue()
    assert not plain.getvalue().rstrip("\r").rpartition("\r")[2].strip()


def test_a_program_without_a_terminal_draws_nothing(save: Save) -> None:
    name = save("polls.jsonl", json_lines([session()] * 3))
    assert run_program("history", name).err == ""


def test_the_bytes_of_all_files_are_the_whole(save: Save) -> None:
    names = [save(name, json_lines([session()] * 500)) for name in ("a.jsonl", "b.jsonl")]
    position = Position(names)
    size = Path(names[0]).stat().st_size
    assert position.total == 2 * size
    seen = [position.done for _ in snapshots_in(names, DEFAULT_LIMITS, print, position)]
    assert seen == sorted(seen)
    assert 0 < seen[0] < size <= seen[-1] <= position.done == 2 * size
    assert Position(["-", *names]).total is None
    assert Position(["missing"]).total is None
