"""The order of the checks: of several errors, the earliest is raised."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from itertools import chain, combinations, product
from typing import Any

import pytest

from restore_domain.operations import Operation, Report, get_session, list_artifacts, record_batch
from restore_domain.status import DestinationType

from .asking import (
    FULL,
    ROOT,
    STEP,
    ask_activate,
    ask_create,
    ask_create_artifact,
    ask_record,
    ask_update,
    order_of,
)
from .service import (
    Form,
    Json,
    as_bytes,
    as_dict,
    as_text,
    create_body,
    entry,
    patch_body,
    refused,
    typed,
)


def subsets(flaws: Iterable[str]) -> list[tuple[str, ...]]:
    """Return every choice of one or more of the flaws."""
    known = list(flaws)
    return [chosen for size in range(1, len(known) + 1) for chosen in combinations(known, size)]


ENTRIES_WITH: Mapping[str, list[Any]] = {
    "malformed": [5],
    "RestoreArtifactsLimitBreached": [entry(f"many{number}") for number in range(51)],
    "InvalidPathType": [{"restorePoint": {"id": "pathless"}}],
    "InvalidRestorePoint": [{"destinationType": "new"}],
    "DuplicateArtifactInList": [entry("twice"), entry("twice")],
    "DifferentRestoreDestinationType": [entry("there", "inPlace"), entry("here", "new")],
}
"""Entries of a request, by what is wrong with them."""

SESSIONS_WITH = {
    None: "draft",
    "InvalidRestoreSessionId": " ",
    "RestoreSessionNotFound": "nowhere",
    "RestoreSessionActionNotAllowed": "running",
}
"""Ids of sessions, by what is wrong with them."""


def first(operation: Operation, flaws: Iterable[str | None]) -> str:
    """Return the flaw that is checked first."""
    return min((flaw for flaw in flaws if flaw), key=order_of(operation).index)


def entries_with(flaws: Iterable[str]) -> list[Any]:
    return [entry("good"), *chain.from_iterable(ENTRIES_WITH[flaw] for flaw in flaws)]


def form_of(flaws: Iterable[str]) -> Form:
    """Pass a typed request if it can have the fault."""
    return as_bytes if "malformed" in flaws else typed


@pytest.mark.parametrize("flaws", subsets(ENTRIES_WITH), ids="+".join)
def test_O1_the_earliest_error_wins(flaws: tuple[str, ...]) -> None:
    codes = ["InvalidArtifactRequest" if flaw == "malformed" else flaw for flaw in flaws]
    for entries in (entries_with(flaws), entries_with(flaws)[::-1]):
        with refused(ROOT) as caught:
            ask_create(ROOT, create_body(*entries), form_of(flaws))
        assert caught.value.code == first(Operation.CREATE, codes)


@pytest.mark.parametrize("session_flaw", SESSIONS_WITH, ids=str)
@pytest.mark.parametrize("flaws", [(), *subsets(ENTRIES_WITH)], ids="+".join)
def test_O3_the_earliest_error_wins(flaws: tuple[str, ...], session_flaw: str | None) -> None:
    codes = ["InvalidPatchRequest" if flaw == "malformed" else flaw for flaw in flaws]
    body = patch_body(*entries_with(flaws)) if flaws else patch_body()
    with refused(ROOT) as caught:
        ask_update(ROOT, SESSIONS_WITH[session_flaw], body, form_of(flaws))
    assert caught.value.code == first(
        Operation.UPDATE, [session_flaw, *(codes or ["InvalidArtifactRequest"])]
    )


def test_O3_a_malformed_body_wins_over_an_empty_list() -> None:
    with refused(ROOT) as caught:
        ask_update(ROOT, "draft", {**patch_body(), "note": float("nan")}, as_dict)
    assert caught.value.code == "InvalidPatchRequest"


ARTIFACT_WITH: Mapping[str, Json] = {
    "malformed": {"note": float("nan")},
    "InvalidPathType": {"destinationType": None},
    "InvalidRestorePoint": {"restorePoint": None},
    "DuplicateArtifactInList": {"restorePoint": {"id": "r1"}},
    "DifferentRestoreDestinationType": {"destinationType": "inPlace"},
}
EXCLUSIVE = (
    {"InvalidPathType", "DifferentRestoreDestinationType"},
    {"InvalidRestorePoint", "DuplicateArtifactInList"},
)
"""Faults that exclude each other in one artifact."""


@pytest.mark.parametrize("session_flaw", SESSIONS_WITH, ids=str)
@pytest.mark.parametrize(
    "flaws",
    [
        flaws
        for flaws in [(), *subsets(ARTIFACT_WITH)]
        if not any(pair <= set(flaws) for pair in EXCLUSIVE)
    ],
    ids="+".join,
)
def test_O6_the_earliest_error_wins(flaws: tuple[str, ...], session_flaw: str | None) -> None:
    codes = ["InvalidArtifactRequest" if flaw == "malformed" else flaw for flaw in flaws]
    body = entry("good")
    for flaw in flaws:
        body |= ARTIFACT_WITH[flaw]
    if not flaws and session_flaw is None:
        assert ask_create_artifact(ROOT, "draft", body, typed).result.id == "n0"
        return
    with refused(ROOT) as caught:
        ask_create_artifact(
            ROOT, SESSIONS_WITH[session_flaw], body, as_text if "malformed" in flaws else typed
        )
    assert caught.value.code == first(Operation.CREATE_ARTIFACT, [session_flaw, *codes])


REPORT_WITH: Mapping[str, tuple[tuple[str, Json], ...]] = {
    "InvalidArtifactRequest": (
        ("an error missing", {"status": "failed"}),
        ("an error too many", {"error": {"code": "E"}}),
        ("no offset", {"time": "2026-01-12T08:30:00"}),
        ("a result too early", {"status": "scheduled", "restoredItemCount": 7}),
    ),
    "ArtifactNotFound": (("not there", {"artifactId": "a7"}),),
    "RestoreSessionActionNotAllowed": (
        ("backwards", {"artifactId": "a1", "status": "scheduled"}),
        ("skipped", {"artifactId": "a2", "status": "succeeded"}),
    ),
}
IDS_OF_REPORTED = {
    None: "running",
    "InvalidRestoreSessionId": "",
    "RestoreSessionNotFound": "nowhere",
}


@pytest.mark.parametrize("session_flaw", IDS_OF_REPORTED, ids=str)
@pytest.mark.parametrize("flaws", subsets(REPORT_WITH), ids="+".join)
def test_O7_the_earliest_error_wins(flaws: tuple[str, ...], session_flaw: str | None) -> None:
    for kinds in product(*(REPORT_WITH[flaw] for flaw in flaws)):
        body = dict(STEP)
        for _, change in reversed(kinds):
            body |= change
        session_id: Any = IDS_OF_REPORTED[session_flaw]
        asked: list[Callable[[], Any]] = [
            partial(ask_record, ROOT, session_id, body, typed),
            partial(record_batch, ROOT, session_id, [typed(Report, body)]),
        ]
        for ask in asked:
            with refused(ROOT) as caught:
                ask()
            assert caught.value.code == first(Operation.RECORD, [session_flaw, *flaws])


@pytest.mark.parametrize(
    ("session_id", "code"),
    [
        (" ", "InvalidRestoreSessionId"),
        ("nowhere", "RestoreSessionNotFound"),
        ("running", "RestoreSessionActionNotAllowed"),
        ("empty", "InvalidArtifactRequest"),
        ("draft", "TooManyActiveRestoreSessions"),
    ],
)
def test_O4_the_earliest_error_wins_if_too_many_sessions_are_active(
    session_id: str, code: str
) -> None:
    with refused(FULL) as caught:
        ask_activate(FULL, session_id)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("session_id", "code"),
    [
        (" ", "InvalidRestoreSessionId"),
        ("nowhere", "RestoreSessionNotFound"),
        ("draft", "InvalidRequest"),
    ],
)
def test_O2_the_earliest_error_wins_if_the_page_is_invalid(session_id: str, code: str) -> None:
    with refused(ROOT) as caught:
        list_artifacts(ROOT, session_id, top=0)
    assert caught.value.code == code


def test_the_sessions_here_have_their_declared_faults() -> None:
    """Each request above has to be refused for its intended reason."""
    assert {stored.id: stored.status.value for stored in ROOT.exchange_restore_sessions} == {
        "draft": "draft",
        "empty": "draft",
        "running": "active",
    }
    draft = get_session(ROOT, "draft")
    assert {stored.destination_type for stored in draft.artifacts} == {DestinationType.NEW}
    good = ask_update(ROOT, "draft", patch_body(entry("good")), typed)
    assert good.result.mailbox_restore_artifacts_delta[0].id == "n0"
    assert ask_activate(ROOT, "draft").result.status == "activating"
    assert ask_record(ROOT, "running", STEP, typed).result.status == "scheduling"
