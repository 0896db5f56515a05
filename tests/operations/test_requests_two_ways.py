"""A typed request and the equivalent Graph JSON have the same effect."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from restore_domain import wire
from restore_domain.lifecycle import Reporter
from restore_domain.model import UpdateSessionRequest
from restore_domain.operations import (
    Report,
    RestoreDomainError,
    UnreadRequest,
    record,
    record_batch,
)
from restore_domain.status import ArtifactRestoreStatus

from .asking import ask_create, ask_create_artifact, ask_update
from .service import (
    BODY_FORMS,
    IN_PROGRESS,
    SCHEDULED,
    Form,
    Json,
    artifact,
    create_body,
    entry,
    granular,
    granular_body,
    granular_patch_body,
    patch_body,
    refused,
    removal,
    root_of,
    root_with,
    session,
    typed,
)

ROOT = root_with(artifact("a1"), artifact("a2"), artifacts_per_request=4)
GRANULAR_ROOT = root_of(
    session(
        mailbox_restore_artifacts=None,
        granular_mailbox_restore_artifacts=[granular("a1"), granular("a2")],
    ),
    artifacts_per_request=4,
)
RUNNING = root_with(artifact("a1", IN_PROGRESS), artifact("a2", SCHEDULED))

POINTS = ["r1", "r2", "r8", "r9"]
points = st.one_of(
    st.none(),
    st.sampled_from(POINTS).map(lambda name: {"id": name}),
    st.sampled_from(POINTS).map(
        lambda name: {"@odata.id": f"https://graph.microsoft.com/v1.0/restorePoints/{name}"}
    ),
    st.text(min_size=1, max_size=3, alphabet="a \n\u00fc").map(lambda name: {"id": name}),
)
destinations = st.sampled_from(["new", "new", "inPlace", "unknownFutureValue", None])
additions = st.builds(
    lambda point, destination: {"restorePoint": point, "destinationType": destination},
    points,
    destinations,
)
removals = st.sampled_from(["a1", "a2", "a7", ""]).map(removal)
reports = st.builds(
    lambda **parts: {name: part for name, part in parts.items() if part is not None},
    artifactId=st.sampled_from(["a1", "a2", "a7"]),
    status=st.sampled_from([status.value for status in ArtifactRestoreStatus]),
    time=st.sampled_from(["2026-01-12T09:00:00+00:00", "2026-01-12T10:00:00.25+02:00"]),
    error=st.sampled_from([None, {"code": "UnknownError", "message": "It broke."}]),
    startDateTime=st.sampled_from([None, "2026-01-12T08:40:00+00:00"]),
    completionDateTime=st.sampled_from([None, "2026-01-12T08:50:00+00:00"]),
)


def answer(ask: Callable[[Form], Any], form: Form) -> Any:
    """Return the result of a request, or the whole refusal."""
    try:
        return ask(form)
    except RestoreDomainError as error:
        return (type(error), error.args, error.to_public_error())


def handing_over(request: Any) -> Form:
    """Pass this request unchanged."""

    def form(kind: type, body: Json) -> Any:
        del kind, body
        return request

    return form


def assert_all_forms_agree(ask: Callable[[Form], Any]) -> None:
    expected = answer(ask, typed)
    for form in BODY_FORMS:
        assert answer(ask, form) == expected


def items_of(entries: list[Json], searches: Iterable[Any]) -> list[Json]:
    return [
        {**one, "searchResponseId": search} if "@removed" not in one else one
        for one, search in zip(entries, searches, strict=False)
    ]


searches = st.lists(st.sampled_from(["q1", "q1", "q2", " ", None]), min_size=5, max_size=5)
policies = st.sampled_from([{}, {"policyId": "p1"}])


@given(
    entries=st.lists(additions, max_size=5),
    policy=policies,
    named=searches,
    is_granular=st.booleans(),
)
def test_O1_S10_both_ways_mean_the_same(
    entries: list[Json], policy: Json, named: list[Any], *, is_granular: bool
) -> None:
    lists = granular_body(*items_of(entries, named)) if is_granular else create_body(*entries)
    for body in (lists | policy, policy):
        assert_all_forms_agree(partial(ask_create, ROOT, body))


@given(
    entries=st.lists(additions | removals, max_size=5),
    policy=policies,
    named=searches,
    is_granular=st.booleans(),
)
def test_O3_S10_both_ways_mean_the_same(
    entries: list[Json], policy: Json, named: list[Any], *, is_granular: bool
) -> None:
    chosen = granular_patch_body(*items_of(entries, named))
    for body in (chosen if is_granular else patch_body(*entries), {}):
        for root in (ROOT, GRANULAR_ROOT):
            assert_all_forms_agree(partial(ask_update, root, "s1", body | policy))


@given(additions)
def test_O6_both_ways_mean_the_same(body: Json) -> None:
    assert_all_forms_agree(lambda form: ask_create_artifact(ROOT, "s1", body, form))


@given(reports, st.sampled_from(Reporter))
def test_O7_both_ways_mean_the_same(body: Json, reporter: Reporter) -> None:
    assert_all_forms_agree(
        lambda form: record(RUNNING, "s1", form(Report, body), reporter=reporter)
    )


@given(st.lists(reports, max_size=4), st.sampled_from(Reporter))
def test_O7_both_ways_mean_the_same_in_a_batch(bodies: list[Json], reporter: Reporter) -> None:
    assert_all_forms_agree(
        lambda form: record_batch(
            RUNNING, "s1", [form(Report, body) for body in bodies], reporter=reporter
        )
    )


@given(st.lists(additions | removals, max_size=5))
def test_O3_a_typed_request_that_was_written_is_a_body(entries: list[Json]) -> None:
    body = patch_body(*entries)
    written = handing_over(wire.RequestBody(wire.dumps(typed(UpdateSessionRequest, body))))
    assert answer(lambda form: ask_update(ROOT, "s1", body, form), written) == answer(
        lambda form: ask_update(ROOT, "s1", body, form), typed
    )


def test_a_body_may_be_bytes_of_any_kind() -> None:
    data = json.dumps(create_body(entry())).encode()
    expected = ask_create(ROOT, create_body(entry()), typed)
    for content in (data, bytearray(data), memoryview(data), data.decode()):
        assert ask_create(ROOT, {}, handing_over(wire.RequestBody(content))) == expected


def test_anything_that_can_be_read_as_a_request_is_a_body() -> None:
    class Queue:
        """Reads one request, as a framework of the embedder may."""

        def read(self, kind: type[Any], /) -> Any:
            return typed(kind, create_body(entry()))

    assert isinstance(Queue(), UnreadRequest)
    assert ask_create(ROOT, {}, handing_over(Queue())) == (
        ask_create(ROOT, create_body(entry()), typed)
    )


def test_a_body_is_read_once_its_checks_come_to_it() -> None:
    class Unreadable:
        def read(self, _kind: type[Any], /) -> Any:
            raise AssertionError

    with refused(ROOT) as caught:
        ask_update(ROOT, "nowhere", {}, handing_over(Unreadable()))
    assert caught.value.code == "RestoreSessionNotFound"
