"""An error lists every problem, including repeated ids, and summarizes them in one line."""

from __future__ import annotations

from typing import Any

import pytest

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.wire import Problem, WireError


def artifact(artifact_id: Any) -> dict[str, Any]:
    return {"id": artifact_id, "status": "added"}


def granular(artifact_id: Any) -> dict[str, Any]:
    return artifact(artifact_id) | {"searchResponseId": "s"}


def refusal_of(**properties: Any) -> WireError:
    with pytest.raises(WireError) as caught:
        wire.from_json_value({"id": "s1"} | properties, ExchangeRestoreSession)
    return caught.value


def test_W4_every_repeated_id_is_reported_where_it_is_repeated() -> None:
    ids: list[Any] = ["a", 5, "a", "b", "a", "b", ""]
    error = refusal_of(mailboxRestoreArtifacts=[artifact(artifact_id) for artifact_id in ids])
    assert error.problems == (
        Problem("$.mailboxRestoreArtifacts[1].id", "expected a text, got the number 5"),
        Problem(
            "$.mailboxRestoreArtifacts[6].id",
            "expected a text that is not empty, got the text ''",
        ),
        Problem("$.mailboxRestoreArtifacts[2].id", "'a' is the id of [0], too"),
        Problem("$.mailboxRestoreArtifacts[4].id", "'a' is the id of [0], too"),
        Problem("$.mailboxRestoreArtifacts[5].id", "'b' is the id of [3], too"),
    )


def test_W4_an_id_in_both_collections_is_named_at_the_granular_one() -> None:
    error = refusal_of(
        mailboxRestoreArtifacts=[artifact("a"), artifact("b")],
        granularMailboxRestoreArtifacts=[granular("g"), granular("b"), granular("a")],
    )
    assert error.problems == (
        Problem(
            "$.granularMailboxRestoreArtifacts[1].id",
            "'b' is the id of an artifact in $.mailboxRestoreArtifacts, too",
        ),
        Problem(
            "$.granularMailboxRestoreArtifacts[2].id",
            "'a' is the id of an artifact in $.mailboxRestoreArtifacts, too",
        ),
    )


def test_W4_a_long_id_is_named_shortly() -> None:
    error = refusal_of(mailboxRestoreArtifacts=[artifact("x" * 10**5)] * 2)
    assert len(str(error)) < 200


@pytest.mark.parametrize(("count", "named", "rest"), [(19, 19, 0), (20, 20, 0), (21, 20, 1)])
def test_W4_the_message_names_the_first_and_counts_the_rest(
    count: int, named: int, rest: int
) -> None:
    error = refusal_of(mailboxRestoreArtifacts=[[]] * count)
    assert len(error.problems) == count
    assert error.message.count("expected an object, got an array") == named
    assert error.message.endswith(f"; and {rest} more" if rest else "got an array")
    assert len(error.to_public_error().details or ()) == count
