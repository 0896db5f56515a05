"""An error lists every problem, including repeated ids, and summarizes them in one line."""

from __future__ import annotations

from typing import Any

import pytest

from restore_domain import ExchangeRestoreSession, wire
from restore_domain.wire import Problem, WireError, WireLimits
from restore_domain.wire.problems import no_room, unwritable


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


def test_W4_the_list_ends_after_as_many_problems_as_the_limit() -> None:
    with pytest.raises(WireError) as caught:
        wire.from_json_value(
            {"id": "s1", "mailboxRestoreArtifacts": [5] * 9},
            ExchangeRestoreSession,
            limits=WireLimits(problems=3),
        )
    assert [path for path, _ in caught.value.problems] == [
        f"$.mailboxRestoreArtifacts[{number}]" for number in range(4)
    ]


NAN = float("nan")
NO_DOUBLE = "NaN, or a number beyond what a double can hold"
FEW = WireLimits(text_length=3, unknown_properties=2, nesting=3)
TOO_LONG = "a text of more than 3 characters; the limit is WireLimits(text_length=3)"


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        ("abc", []),
        (NAN, [("$", NO_DOUBLE)]),
        ("abcd", [("$", TOO_LONG)]),
        ({1}, [("$", "expected a JSON value, got a Python set")]),
        ([1, NAN, [NAN]], [("$[1]", NO_DOUBLE), ("$[2][0]", NO_DOUBLE)]),
        ({"a": [0, "abcd"], "b": {1}}, [("$.a[1]", TOO_LONG), ("$.b", "expected a JSON value, ")]),
        ({"a": ({"b": NAN},), 5: NAN}, [("$.a[0].b", NO_DOUBLE), ("$", "a property name is a t")]),
        ([lambda *_: None], [("$[0]", "expected a JSON value, got a Python function")]),
        ({"a": NAN, "b": 1}, [("$.a", NO_DOUBLE)]),
        ({"a": NAN, "b": 1, "c": 2}, [("$", "more than 2 unknown properties")]),
        ([[[NAN]]], [("$[0][0][0]", NO_DOUBLE)]),
    ],
)
def test_W4_every_flaw_of_a_value_has_its_place(value: Any, problems: list[Any]) -> None:
    found = list(unwritable(value, FEW))
    assert [path for path, _ in found] == [path for path, _ in problems]
    for (_, message), (_, begins) in zip(found, problems, strict=True):
        assert message.startswith(begins)


def test_W4_a_value_with_more_levels_than_the_limit_has_no_places() -> None:
    with pytest.raises(WireError, match=r"\$: nested deeper than 3 levels"):
        list(unwritable([[[[NAN]]]], FEW))


def test_W4_the_error_for_a_stack_without_room_says_what_helps() -> None:
    assert no_room().problems == (
        ("$", "the stack has no room for its levels; call from fewer frames"),
    )


@pytest.mark.parametrize(("length", "last"), [(999, ".a"), (1000, "...")])
def test_W4_a_path_of_a_thousand_characters_gets_no_more_steps(length: int, last: str) -> None:
    names = ["x" * 60] * 16  # a step has a dot before the name
    names.append("x" * (length - len("$." + ".".join(names) + ".")))
    value: Any = {"a": NAN}
    for name in names:
        value = {name: value}
    ((path, _),) = unwritable(value)
    assert path == "$." + ".".join(reversed(names)) + last
    assert len(path) == length + len(last)
