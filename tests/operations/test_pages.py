"""Lists, page by page (rule O2)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restore_domain.operations import (
    BackupRestoreRoot,
    Page,
    activate_session,
    delete_session,
    list_artifacts,
    list_granular_artifacts,
    list_sessions,
    record,
    replay,
)

from .asking import create, update
from .service import (
    NOW,
    SCHEDULED,
    SCHEDULING,
    artifact,
    entry,
    granular,
    refused,
    removal,
    report,
    root_of,
    root_with,
    session,
    stored,
)


def drafts(*session_ids: str) -> BackupRestoreRoot:
    return root_of(*(session(artifact("a1"), session_id=name) for name in session_ids))


def names(page: Page[Any]) -> list[str]:
    return [entity.id for entity in page.value]


def test_O2_sessions_are_paged_in_the_order_of_creation() -> None:
    root = drafts("s3", "s1", "s2", "s5", "s4")
    first = list_sessions(root, top=2)
    assert names(first) == ["s3", "s1"]
    second = list_sessions(root, top=2, skip_token=first.skip_token)
    assert names(second) == ["s2", "s5"]
    third = list_sessions(root, top=2, skip_token=second.skip_token)
    assert names(third) == ["s4"]
    assert third.skip_token is None
    assert third.value == (stored(root, "s4"),)


@pytest.mark.parametrize("top", [None, 5, 6, 10**30])
def test_O2_all_entries_fit_into_one_page(top: int | None) -> None:
    root = drafts("s1", "s2", "s3", "s4", "s5")
    assert names(list_sessions(root, top=top)) == ["s1", "s2", "s3", "s4", "s5"]
    assert list_sessions(root, top=top).skip_token is None


def test_O2_the_rest_fits_into_one_page() -> None:
    root = drafts("s1", "s2", "s3")
    first = list_sessions(root, top=1)
    rest = list_sessions(root, skip_token=first.skip_token)
    assert names(rest) == ["s2", "s3"]
    assert rest.skip_token is None


def test_O2_an_empty_list_is_one_empty_page() -> None:
    assert list_sessions(BackupRestoreRoot()) == Page((), None)
    assert list_sessions(BackupRestoreRoot(), top=3) == Page((), None)
    assert list_artifacts(root_with(), "s1") == Page((), None)


def test_O2_artifacts_of_whole_mailboxes_are_in_the_order_of_addition() -> None:
    root = root_with(artifact("a2"), artifact("a1"))
    root = update(root, removal("a2"), entry("r8"), entry("r9")).root
    first = list_artifacts(root, "s1", top=2)
    assert first.value == (artifact("a1"), artifact("b1", point="r8"))
    rest = list_artifacts(root, "s1", top=2, skip_token=first.skip_token)
    assert rest == Page((artifact("b2", point="r9"),), None)


def test_O2_granular_artifacts_have_their_own_list() -> None:
    chosen = [granular("g2"), granular("g1"), granular("g3")]
    root = root_of(session(artifact("a1"), granular_mailbox_restore_artifacts=chosen))
    first = list_granular_artifacts(root, "s1", top=2)
    assert first.value == (granular("g2"), granular("g1"))
    rest = list_granular_artifacts(root, "s1", skip_token=first.skip_token)
    assert rest == Page((granular("g3"),), None)
    assert list_artifacts(root, "s1") == Page((artifact("a1"),), None)


def test_O2_a_session_without_its_artifacts_lists_none() -> None:
    root = root_of(session(mailbox_restore_artifacts=None))
    assert list_artifacts(root, "s1") == Page((), None)
    assert list_granular_artifacts(root, "s1") == Page((), None)


def test_O2_pages_of_artifacts_continue_during_reports() -> None:
    root = root_with(*(artifact(f"a{number}") for number in range(4)))
    first = list_artifacts(root, "s1", top=2)
    root = activate_session(root, "s1", now=NOW).root
    root = record(root, "s1", report("a3", SCHEDULED)).root
    rest = list_artifacts(root, "s1", top=2, skip_token=first.skip_token)
    assert [(found.id, found.status) for found in rest.value] == [
        ("a2", SCHEDULING),
        ("a3", SCHEDULED),
    ]


def test_O2_a_page_continues_after_its_last_entry_was_removed() -> None:
    root = drafts("s1", "s2", "s3", "s4")
    token = list_sessions(root, top=2).skip_token
    for gone in ("s1", "s2", "s3"):
        root = delete_session(root, gone).root
    assert names(list_sessions(root, top=2, skip_token=token)) == ["s4"]


def test_O2_a_page_continues_with_entries_added_meanwhile() -> None:
    root = drafts("s1", "s2")
    token = list_sessions(root, top=1).skip_token
    root = delete_session(root, "s2").root
    root = create(root, entry(), session_id="s2").root
    root = create(root, entry(), session_id="s3").root
    page = list_sessions(root, top=1, skip_token=token)
    assert names(page) == ["s2"]
    assert names(list_sessions(root, top=1, skip_token=page.skip_token)) == ["s3"]


def test_O2_a_token_stays_valid() -> None:
    root = drafts("s1", "s2", "s3")
    token = list_sessions(root, top=1).skip_token
    for _ in range(3):
        assert names(list_sessions(root, top=1, skip_token=token)) == ["s2"]
    root = delete_session(root, "s2").root
    assert names(list_sessions(root, top=1, skip_token=token)) == ["s3"]
    assert names(list_sessions(replay(root, ()), top=1, skip_token=token)) == ["s3"]


def test_O2_a_token_of_a_list_that_became_empty_gives_an_empty_page() -> None:
    root = drafts("s1", "s2")
    token = list_sessions(root, top=1).skip_token
    root = delete_session(delete_session(root, "s1").root, "s2").root
    assert list_sessions(root, skip_token=token) == Page((), None)


def test_O2_the_longest_token_asks_for_what_comes_after_everything() -> None:
    assert list_sessions(drafts("s1", "s2"), skip_token="9" * 18) == Page((), None)


@pytest.mark.parametrize("top", [0, -1, -(10**5000), 1.0, "1", True, False, b"1", [], {}], ids=type)
def test_O2_an_invalid_page_size_is_refused(top: Any) -> None:
    root = drafts("s1", "s2")
    for ask in (
        lambda: list_sessions(root, top=top),
        lambda: list_artifacts(root, "s1", top=top),
    ):
        with refused(root) as caught:
            ask()
        error = caught.value
        assert (error.code, error.http_status, error.rule) == ("InvalidRequest", 400, "O2")
        assert "top" in error.message
        assert len(error.message) < 200


@pytest.mark.parametrize(
    "token",
    [
        *("", " ", "x", "-1", "+1", "1.0", " 1", "1\n", "1_0", "0x1", "\u0661", "\u00b2"),
        *("9" * 19, "9" * 10**6, 1, 0, True, b"1", [], {}),
    ],
    ids=lambda value: repr(value)[:9],
)
def test_O2_an_invalid_continuation_token_is_refused(token: Any) -> None:
    root = drafts("s1", "s2")
    for ask in (
        lambda: list_sessions(root, skip_token=token),
        lambda: list_artifacts(root, "s1", top=1, skip_token=token),
    ):
        with refused(root) as caught:
            ask()
        error = caught.value
        assert (error.code, error.http_status, error.rule) == ("InvalidRequest", 400, "O2")
        assert "continuation token" in error.message
        assert len(error.message) < 200


@given(
    st.integers(0, 6),
    st.lists(
        st.tuples(st.integers(1, 3), st.lists(st.one_of(st.just("create"), st.integers(0, 20)))),
        max_size=6,
    ),
)
def test_O2_no_session_is_listed_twice_and_none_that_stays_is_left_out(
    number: int, pages: list[tuple[int, list[Any]]]
) -> None:
    """Sessions are created and deleted between the pages."""
    root = drafts(*(f"s{position}" for position in range(number)))
    stayed = [f"s{position}" for position in range(number)]
    born = list(stayed)
    seen: list[str] = []
    token = None
    earlier: list[str] = []
    for top, changes in [*pages, (100, [])]:
        page = list_sessions(root, top=top, skip_token=token)
        seen += names(page)
        if page.skip_token is None:
            break
        token = page.skip_token
        earlier.append(token)
        for change in changes:
            alive = [found.id for found in root.exchange_restore_sessions]
            if change == "create":
                born.append(f"s{len(born)}")
                root = create(root, entry(), session_id=born[-1]).root
            elif alive:
                gone = alive[change % len(alive)]
                root = delete_session(root, gone).root
                stayed = [name for name in stayed if name != gone]
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, key=born.index)
    assert set(stayed) <= set(seen)
    for former in earlier:
        following = names(list_sessions(root, skip_token=former))
        assert following == sorted(following, key=born.index)
