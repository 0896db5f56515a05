"""The enumerations as the service's metadata declares them, and the masking rule W3."""

import pickle
from enum import StrEnum
from typing import Any

import pytest

from restore_domain import status as status_module
from restore_domain.status import (
    ACTIVE_SESSION_STATUSES,
    EVOLVABLE_ENUMS,
    HIDDEN_MEMBERS,
    TERMINAL_ARTIFACT_STATUSES,
    TERMINAL_SESSION_STATUSES,
    ArtifactRestoreStatus,
    DestinationType,
    RestoreArtifactsBulkRequestStatus,
    RestoreJobType,
    RestorePointPreference,
    RestorePointTags,
    RestoreSessionStatus,
    mask_unknown_members,
)

METADATA: dict[type[StrEnum], tuple[tuple[str, str], ...]] = {
    ArtifactRestoreStatus: (
        ("ADDED", "added"),
        ("SCHEDULING", "scheduling"),
        ("SCHEDULED", "scheduled"),
        ("IN_PROGRESS", "inProgress"),
        ("SUCCEEDED", "succeeded"),
        ("FAILED", "failed"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
    ),
    RestoreSessionStatus: (
        ("DRAFT", "draft"),
        ("ACTIVATING", "activating"),
        ("ACTIVE", "active"),
        ("COMPLETED_WITH_ERROR", "completedWithError"),
        ("COMPLETED", "completed"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
        ("FAILED", "failed"),
    ),
    DestinationType: (
        ("NEW", "new"),
        ("IN_PLACE", "inPlace"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
    ),
    RestoreJobType: (
        ("STANDARD", "standard"),
        ("BULK", "bulk"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
        ("GRANULAR", "granular"),
    ),
    RestorePointTags: (
        ("NONE", "none"),
        ("FAST_RESTORE", "fastRestore"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
    ),
    RestoreArtifactsBulkRequestStatus: (
        ("UNKNOWN", "unknown"),
        ("ACTIVE", "active"),
        ("COMPLETED", "completed"),
        ("COMPLETED_WITH_ERRORS", "completedWithErrors"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
    ),
    RestorePointPreference: (
        ("LATEST", "latest"),
        ("OLDEST", "oldest"),
        ("UNKNOWN_FUTURE_VALUE", "unknownFutureValue"),
    ),
}
"""Names and wire texts, in the order of the numbers in the metadata."""

HIDDEN = {"RestoreSessionStatus.FAILED", "RestoreJobType.GRANULAR"}
"""The members declared after the sentinel."""


def full_name(member: StrEnum) -> str:
    return f"{type(member).__name__}.{member.name}"


EVERY_MEMBER = [member for enum in METADATA for member in enum]

each_member = pytest.mark.parametrize("member", EVERY_MEMBER, ids=full_name)


@pytest.mark.parametrize("enum", METADATA)
def test_members_are_those_of_the_metadata_in_its_order(enum: type[StrEnum]) -> None:
    assert tuple((member.name, member.value) for member in enum) == METADATA[enum]


@each_member
def test_a_member_is_its_wire_text(member: StrEnum) -> None:
    assert member == member.value
    assert str(member) == member.value
    assert f"{member}" == member.value
    assert type(member)(member.value) is member


@each_member
def test_a_member_survives_pickling_as_itself(member: StrEnum) -> None:
    assert pickle.loads(pickle.dumps(member)) is member  # noqa: S301 - made a moment ago


def test_a_text_is_found_by_its_exact_spelling_only() -> None:
    for misspelt in ("", "Added", "IN_PROGRESS", "inprogress", " added"):
        with pytest.raises(ValueError, match="not a valid ArtifactRestoreStatus"):
            ArtifactRestoreStatus(misspelt)
    with pytest.raises(ValueError, match="not a valid RestoreSessionStatus"):
        RestoreSessionStatus("completedWithErrors")


def test_terminal_artifact_statuses() -> None:
    assert frozenset({"succeeded", "failed"}) == TERMINAL_ARTIFACT_STATUSES
    assert isinstance(TERMINAL_ARTIFACT_STATUSES, frozenset)


def test_terminal_session_statuses() -> None:
    assert frozenset({"completedWithError", "completed", "failed"}) == TERMINAL_SESSION_STATUSES
    assert isinstance(TERMINAL_SESSION_STATUSES, frozenset)


def test_O4_activating_and_active_are_the_active_session_statuses() -> None:
    assert frozenset({"activating", "active"}) == ACTIVE_SESSION_STATUSES
    assert isinstance(ACTIVE_SESSION_STATUSES, frozenset)


def test_every_enumeration_with_a_sentinel_is_listed_as_evolvable() -> None:
    with_a_sentinel = {
        declared
        for declared in vars(status_module).values()
        if isinstance(declared, type)
        and issubclass(declared, StrEnum)
        and "UNKNOWN_FUTURE_VALUE" in declared.__members__
    }
    assert len(EVOLVABLE_ENUMS) == len(METADATA)
    assert set(EVOLVABLE_ENUMS) == set(METADATA) == with_a_sentinel


def test_W3_members_after_the_sentinel_are_hidden() -> None:
    assert dict(HIDDEN_MEMBERS) == {
        ArtifactRestoreStatus: frozenset(),
        RestoreSessionStatus: frozenset({RestoreSessionStatus.FAILED}),
        DestinationType: frozenset(),
        RestoreJobType: frozenset({RestoreJobType.GRANULAR}),
        RestorePointTags: frozenset(),
        RestoreArtifactsBulkRequestStatus: frozenset(),
        RestorePointPreference: frozenset(),
    }


def test_W3_the_hidden_members_cannot_be_changed() -> None:
    hidden: Any = HIDDEN_MEMBERS
    with pytest.raises(TypeError):
        hidden[RestoreSessionStatus] = frozenset()


@each_member
def test_W3_masking_hides_the_members_after_the_sentinel_and_no_other(member: StrEnum) -> None:
    sentinel = type(member)("unknownFutureValue")
    expected = sentinel if full_name(member) in HIDDEN else member
    assert mask_unknown_members(member) is expected


def test_W3_one_text_is_hidden_in_one_enumeration_and_shown_in_another() -> None:
    assert mask_unknown_members(RestoreSessionStatus.FAILED) == "unknownFutureValue"
    assert mask_unknown_members(ArtifactRestoreStatus.FAILED) == "failed"


@each_member
def test_W3_masking_keeps_the_enumeration_and_twice_is_once(member: StrEnum) -> None:
    masked = mask_unknown_members(member)
    assert type(masked) is type(member)
    assert mask_unknown_members(masked) is masked
