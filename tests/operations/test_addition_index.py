"""The index for checking additions, which is stored so that no request reads the whole session."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from restore_domain.model import (
    CreateBulkRequest,
    MailboxRestoreArtifactsBulkAdditionRequest,
    RequestedArtifact,
)
from restore_domain.model.addition_index import NOTHING_ADDED, BulkRequestIndex
from restore_domain.operations import (
    BackupRestoreRoot,
    activate_session,
    create_artifact,
    delete_bulk_request,
    record,
    record_batch,
    replay,
)
from restore_domain.status import RestoreArtifactsBulkRequestStatus
from tests.counted_calls import calls_of

from . import bulk
from .asking import EMPTY, create, update
from .bulk import part, resolve
from .service import (
    IN_PROGRESS,
    NEW,
    NOW,
    SCHEDULED,
    entry,
    removal,
    report,
    root_of,
    session,
    stored,
    typed,
)
from .walks import SHORT, only_short_walks

MANY = SHORT + 1


def single(root: BackupRestoreRoot, point: str) -> BackupRestoreRoot:
    request = typed(RequestedArtifact, entry(point))
    return create_artifact(root, "s1", request, artifact_id=f"of {point}", now=NOW).root


ON_A_DRAFT: list[Callable[[BackupRestoreRoot], BackupRestoreRoot]] = [
    lambda root: update(root, entry("r2"), removal("a1"), entry("r3")).root,
    lambda root: single(root, "r4"),
    lambda root: update(root, removal("of r4")).root,
]


def test_O3_O6_a_draft_has_the_index_of_its_artifacts_after_each_change() -> None:
    root = create(EMPTY, entry("r1")).root
    for change in ON_A_DRAFT:
        root = change(root)
        found = stored(root)
        assert found.addition_index == NOTHING_ADDED.adding(found.artifacts)
    assert stored(activate_session(root, "s1", now=NOW).root).addition_index is None


def test_O6_an_addition_does_not_iterate_over_the_session() -> None:
    root = root_of(artifacts_per_request=MANY)
    ids = [f"a{number}" for number in range(MANY)]
    root = create(root, *(entry(f"p{name}") for name in ids), artifact_ids=ids).root
    root = single(root, "r1")
    with only_short_walks():
        root = single(root, "r2")
    assert len(stored(root).artifacts) == MANY + 2


FIRST = MailboxRestoreArtifactsBulkAdditionRequest(
    id="b1",
    status=RestoreArtifactsBulkRequestStatus.ACTIVE,
    mailboxes=("ada@example.com", "bob@example.com"),
    destination_type=NEW,
)
OTHER = attrs.evolve(FIRST, id="b2", mailboxes=("eve@example.com", "kim@example.com"))
ENDED = attrs.evolve(FIRST, id="b3", status=RestoreArtifactsBulkRequestStatus.COMPLETED)


def activated(*requests: MailboxRestoreArtifactsBulkAdditionRequest) -> BackupRestoreRoot:
    root = root_of(session(mailbox_restore_artifacts_bulk_addition_requests=requests))
    return activate_session(root, "s1", now=NOW).root


DURING_A_RESOLUTION: list[Callable[[BackupRestoreRoot], BackupRestoreRoot]] = [
    lambda root: resolve(root, part("r1")).root,
    lambda root: record(root, "s1", report("a1", SCHEDULED)).root,
    lambda root: resolve(root, part(failures=["ada@example.com"])).root,
    lambda root: record_batch(root, "s1", [report("a1", IN_PROGRESS)]).root,
    lambda root: delete_bulk_request(root, "s1", "b3", now=NOW).root,
]


def test_B5_a_session_has_the_index_of_the_request_that_is_being_resolved() -> None:
    root = activated(FIRST, ENDED)
    for change in DURING_A_RESOLUTION:
        root = change(root)
        found = stored(root)
        requests: Any = found.mailbox_restore_artifacts_bulk_addition_requests
        assert found.addition_index == attrs.evolve(
            NOTHING_ADDED.adding(found.artifacts),
            bulk_request=BulkRequestIndex.of(requests.by_id("b1")),
        )
    assert stored(resolve(root, part(ended=True)).root).addition_index is None


@pytest.mark.parametrize("order", [(FIRST, OTHER), (OTHER, FIRST)], ids=["b1 b2", "b2 b1"])
def test_B5_two_requests_that_are_resolved_in_turns_have_their_own_mailboxes(
    order: tuple[MailboxRestoreArtifactsBulkAdditionRequest, ...],
) -> None:
    root = activated(FIRST, OTHER)
    for position in (0, 1):
        for request in order:
            mailbox = (request.mailboxes or ())[position]
            root = resolve(root, part(failures=[mailbox]), bulk_request_id=request.id).root
    requests: Any = stored(root).mailbox_restore_artifacts_bulk_addition_requests
    for request in order:
        details = requests.by_id(request.id).error.details
        assert tuple(detail.target for detail in details) == request.mailboxes


@pytest.mark.parametrize("order", [(FIRST, OTHER), (OTHER, FIRST)], ids=["b1 b2", "b2 b1"])
def test_B5_a_replayed_part_of_another_request_is_not_in_the_index(
    order: tuple[MailboxRestoreArtifactsBulkAdditionRequest, ...],
) -> None:
    one, other = order
    root = resolve(activated(*order), part("r1"), bulk_request_id=one.id).root
    failures = part(failures=(other.mailboxes or ())[:1])
    events = resolve(root, failures, bulk_request_id=other.id).events
    index = stored(replay(root, events)).addition_index
    assert index is not None
    assert index.bulk_request == BulkRequestIndex.of(one)


def test_B5_the_parts_are_replayed_in_a_session_with_an_index_of_no_request() -> None:
    root = update(single(bulk.created(BackupRestoreRoot()), "r1"), removal("of r1")).root
    asked = bulk.with_request(root)
    begun = activate_session(asked.root, "s1", now=NOW)
    failed = resolve(begun.root, part(failures=bulk.MAILBOXES[:1]))
    events = (*asked.events, *begun.events, *failed.events)
    assert stored(root).addition_index is not None
    assert replay(root, events) == failed.root


def work_of_a_part(number: int) -> int:
    """Count the calls of a part of a resolution after this number of artifacts."""
    mailboxes = tuple(f"u{number}@example.com" for number in range(number + 1))
    asked = CreateBulkRequest(mailboxes=mailboxes, destination_type=NEW)
    root = bulk.with_request(bulk.created(BackupRestoreRoot()), request=asked).root
    root = activate_session(root, "s1", now=NOW).root
    root = resolve(root, part(*(f"r{number}" for number in range(number)))).root
    with only_short_walks():
        return calls_of(lambda: resolve(root, part("r last")))


def test_B5_a_part_does_not_iterate_over_the_session() -> None:
    assert work_of_a_part(4 * MANY) <= 1.2 * work_of_a_part(MANY)
