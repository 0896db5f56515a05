"""The plugin of pytest shows where two values differ, and does nothing else."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from typing import Any

import pytest

from restore_domain import model, pytest_plugin
from restore_domain.pytest_plugin import pytest_assertrepr_compare

pytest_plugins = ["pytester"]

BY_MODULE = ("-p", "no:restore_domain", "-p", "restore_domain.pytest_plugin")
"""Loads the plugin once, whether its entry point is installed or not."""

SESSIONS = """
    from restore_domain import (
        ArtifactRestoreStatus, EntityCollection, ExchangeRestoreSession, MailboxRestoreArtifact,
        StatusTally, aggregate,
    )
    from restore_domain.operations import BackupRestoreRoot

    def session(status, size=2):
        artifacts = [
            MailboxRestoreArtifact(id=f"a{number}", status=ArtifactRestoreStatus(status))
            for number in range(size)
        ]
        return ExchangeRestoreSession(id="s1", mailbox_restore_artifacts=artifacts)
"""


def lines_of(pytester: pytest.Pytester, test: str, *options: str) -> list[str]:
    """Run a test that fails, and return what its error says."""
    pytester.makepyfile(SESSIONS + "    def test():\n        " + test)
    result = pytester.runpytest(*options, "-vv")
    result.assert_outcomes(failed=1)
    return [
        line.removeprefix("E").strip() for line in result.outlines if line.startswith(("E", ">"))
    ]


def test_a_failing_comparison_shows_each_difference(pytester: pytest.Pytester) -> None:
    _, summary, *rest = lines_of(
        pytester, "assert session('added') == session('scheduled')", *BY_MODULE
    )
    assert summary.startswith("assert <ExchangeRestoreSession 's1'")
    assert rest == [
        "",
        "$.mailboxRestoreArtifacts[\"a0\"].status: 'added' != 'scheduled'",
        "$.mailboxRestoreArtifacts[\"a1\"].status: 'added' != 'scheduled'",
        "$.status: 'draft' != 'active'",
        "$.restoreSessionArtifactCount.inProgress: 0 != 2",
    ]


@pytest.mark.parametrize(
    ("left", "right", "difference"),
    [
        ("{}.mailbox_restore_artifacts", "{}.mailbox_restore_artifacts", '$["a0"].status: '),
        ("{}.artifact('a1')", "{}.artifact('a1')", "$.status: "),
        (
            "BackupRestoreRoot(exchange_restore_sessions=[{}])",
            "BackupRestoreRoot(exchange_restore_sessions=[{}])",
            '$.exchangeRestoreSessions["s1"].mailboxRestoreArtifacts["a1"].status: ',
        ),
    ],
)
def test_it_shows_those_of_every_kind_of_value(
    pytester: pytest.Pytester, left: str, right: str, difference: str
) -> None:
    one, other = left.format("session('added')"), right.format("session('failed')")
    shown = lines_of(pytester, f"assert {one} == {other}", *BY_MODULE)
    assert f"{difference}'added' != 'failed'" in shown


def test_of_many_differences_the_first_hundred_are_shown(pytester: pytest.Pytester) -> None:
    test = "assert session('added', 3000) == session('failed', 3000)"
    shown = lines_of(pytester, test, *BY_MODULE)
    assert len(shown) == 104
    assert shown[-2] == "$.mailboxRestoreArtifacts[\"a99\"].status: 'added' != 'failed'"
    assert shown[-1].startswith("... and 290")


@pytest.mark.parametrize(
    "test",
    [
        "assert session('added') != session('added')",
        "assert session('added') is session('failed')",
        "assert session('added') == 's1'",
        "assert 's1' == session('added')",
        "assert session('added') == session('added').artifact('a1')",
        "assert aggregate(['added']) == aggregate(['failed'])",
        "assert StatusTally.of(['added']) == StatusTally()",
        "assert [1, 2, 3] == [1, 2, 4]",
        "assert (1, 2, 3) == (1, 2, 4)",
        "assert {'a': [session('added')]} == {'a': [session('failed')]}",
    ],
)
def test_it_leaves_every_other_assertion_as_it_is(pytester: pytest.Pytester, test: str) -> None:
    assert lines_of(pytester, test, *BY_MODULE) == lines_of(pytester, test, *BY_MODULE[:2])


def test_an_error_in_it_does_not_hide_the_assertion(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_left: object, _right: object) -> Any:
        raise RecursionError("broken")

    monkeypatch.setattr(model, "differences", broken)
    test = "assert session('added') == session('failed')"
    shown = lines_of(pytester, test, *BY_MODULE)
    assert shown == lines_of(pytester, test, *BY_MODULE[:2])
    assert "broken" not in " ".join(shown)


class Odd:
    """An object whose class has no module."""


Odd.__module__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("value", [None, 5, "a", [], object(), int, Odd(), pytest_plugin])
def test_a_value_of_another_package_is_left_to_pytest(value: Any) -> None:
    assert pytest_assertrepr_compare("==", value, value) is None
    assert pytest_assertrepr_compare("==", value, model.JsonObject()) is None


def test_until_our_values_are_compared_it_imports_nothing() -> None:
    code = (
        "import sys; before = {*sys.modules}; import restore_domain.pytest_plugin as plugin;"
        "plugin.pytest_assertrepr_compare('==', (1, 2), (1, 3));"
        "print(*sorted({*sys.modules} - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    foreign = {
        name
        for name in done.stdout.split()
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == {"restore_domain", "restore_domain.pytest_plugin"}


def test_the_entry_point_is_there() -> None:
    named = {entry.name: entry for entry in entry_points(group="pytest11")}
    assert "restore_domain" in named, "the package is not installed as it is now: install it again"
    assert named["restore_domain"].load() is pytest_plugin
