"""Hypothesis knows our classes without importing them, and nothing else changes."""

import subprocess
import sys
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence, Sized
from importlib.metadata import entry_points
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from restore_domain import (
    EntityCollection,
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    ProtectionUnitBase,
    RestorePoint,
    audit,
)
from restore_domain.verification.registration import OTHER_CLASSES, register
from restore_domain.verification.strategies import ENTITY_CLASSES, keys
from restore_domain.verification.strategies.resolution import strategy_for

few = settings(max_examples=10)


def ran(text: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, *arguments, "-c", dedent(text)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()


# The entry point ----------------------------------------------------------------------------------


def test_the_entry_point_is_there() -> None:
    named = {entry.name: entry for entry in entry_points(group="hypothesis")}
    assert "restore_domain" in named, "the package is not installed as it is now: install it again"
    assert named["restore_domain"].load() is register


def test_hypothesis_needs_no_import_of_ours() -> None:
    """It asks for a class whose module is not imported yet, before any strategy is drawn."""
    text = """
        import sys
        from hypothesis import given, settings, strategies as st
        assert "restore_domain.verification.strategies" not in sys.modules
        from restore_domain import ExchangeRestoreSession, audit

        @settings(max_examples=5, database=None)
        @given(st.from_type(ExchangeRestoreSession), st.builds(ExchangeRestoreSession))
        def test(session, built):
            assert audit(session) == () == audit(built)

        test()
        print("restore_domain.verification.strategies" in sys.modules)
        """
    assert ran(text) == "True"


@pytest.mark.parametrize(
    "module", ["restore_domain", "restore_domain.verification.registration", "restore_domain.cli"]
)
def test_the_package_imports_no_hypothesis(module: str) -> None:
    assert ran(f"import sys, {module}; print('hypothesis' in sys.modules)") == "False"


def test_all_but_the_strategies_the_machine_and_the_search_can_do_without_hypothesis() -> None:
    text = """
        import sys, pkgutil, importlib
        sys.modules["hypothesis"] = None
        import restore_domain
        skipped = "restore_domain.sdk", *(  # the first is in an extra of its own
            f"restore_domain.verification.{name}" for name in ("strategies", "machine", "search")
        )
        for found in pkgutil.walk_packages(restore_domain.__path__, "restore_domain."):
            if found.name.startswith(skipped) or found.name.endswith("__main__"):
                continue
            importlib.import_module(found.name)
        """
    ran(text)


# What it generates for our classes ----------------------------------------------------------------


@pytest.mark.parametrize("kind", [*ENTITY_CLASSES, *OTHER_CLASSES], ids=lambda kind: kind.__name__)
@given(data=st.data())
@few
def test_from_type_makes_each_class(kind: Any, data: st.DataObject) -> None:
    made = data.draw(st.from_type(kind))
    assert type(made) is getattr(kind, "__supertype__", kind)


WITHOUT_A_NAME = {RestorePoint, ProtectionUnitBase}
"""A class that needs one of two attributes, neither of which is required by itself."""


@pytest.mark.parametrize("kind", ENTITY_CLASSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
@few
def test_builds_makes_each_entity(kind: Any, data: st.DataObject) -> None:
    needed = {"id": keys()} if kind in WITHOUT_A_NAME else {}
    assert type(data.draw(st.builds(kind, **needed))) is kind


@given(
    st.builds(
        ExchangeRestoreSession,
        created_by=...,
        declared=...,
        mailbox_restore_artifacts=...,
        additional_data=...,
    )
)
@few
def test_builds_infers_arguments(session: ExchangeRestoreSession) -> None:
    assert type(session) is ExchangeRestoreSession


@given(st.from_type(ExchangeRestoreSession), st.from_type(MailboxRestoreArtifact))
def test_from_type_makes_consistent_sessions_and_artifacts(
    session: ExchangeRestoreSession, artifact: MailboxRestoreArtifact
) -> None:
    holding = ExchangeRestoreSession(id="s", mailbox_restore_artifacts=[artifact])
    assert audit(session) == () == audit(holding)


@given(
    st.from_type(EntityCollection[ExchangeRestoreSession]),
    st.from_type(tuple[MailboxRestoreArtifact, ...]),
)
@few
def test_from_type_makes_collections(
    sessions: EntityCollection[ExchangeRestoreSession], artifacts: tuple[Any, ...]
) -> None:
    assert {type(session) for session in sessions} <= {ExchangeRestoreSession}
    assert {type(artifact) for artifact in artifacts} <= {MailboxRestoreArtifact}


# What it leaves alone -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [Sequence[int], Iterable[int], Collection[int], Mapping[str, int], Hashable, Sized, object],
    ids=str,
)
def test_other_types_do_not_produce_values_of_the_package(kind: Any) -> None:
    def is_ours(made: object) -> bool:
        return type(made).__module__.startswith("restore_domain")

    with pytest.raises(NoSuchExample):
        find(st.from_type(kind), is_ours, settings=settings(max_examples=100, database=None))


def test_no_other_class_has_a_strategy_of_ours() -> None:
    assert strategy_for(Sequence[int]) is NotImplemented
    assert strategy_for(int) is NotImplemented
