"""Faults of finding, listing and expiring sessions (rules O2 and O8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from restore_domain.model import ExchangeRestoreSession, Timestamp
from restore_domain.operations import Limits
from restore_domain.status import TERMINAL_SESSION_STATUSES
from restore_domain.verification import RefusedError
from restore_domain.wire import to_json_value

from .faulty_system import (
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    asking,
    beginning_with,
    refusing_with,
    time_of,
    without,
)

OF_A_SESSION = "get update activate delete listArtifacts createArtifact record recordBatch"
"""The methods that are about one session."""

LISTS = "list listArtifacts"

EVERY_RULE = "O2 O3 O4 O5 O6 O7"

# Which session ------------------------------------------------------------------------------------


def named(change: Callable[[FaultySystem, Any], Any]) -> Behaviour:
    """Search for another session id than the one that was given."""

    def ask(system: FaultySystem, params: Params) -> Params:
        session_id = params.get("sessionId")
        return {**params, "sessionId": change(system, session_id)}

    return asking(OF_A_SESSION, ask)


def of_any_case(system: FaultySystem, session_id: Any) -> Any:
    if not isinstance(session_id, str):
        return session_id
    stored = (session.id for session in system.root.exchange_restore_sessions)
    same = (one for one in stored if one.lower() == session_id.lower())
    return next(same, session_id)


def without_blanks(_system: FaultySystem, session_id: Any) -> Any:
    if not isinstance(session_id, str):
        return session_id
    return session_id.strip() or session_id


def as_text(_system: FaultySystem, session_id: Any) -> Any:
    return session_id if session_id is None or isinstance(session_id, str) else str(session_id)


def is_blank(_system: FaultySystem, params: Params) -> bool:
    session_id = params.get("sessionId")
    return isinstance(session_id, str) and not session_id.strip() and session_id.isprintable()


def has_a_line_break(_system: FaultySystem, params: Params) -> bool:
    session_id = params.get("sessionId")
    return isinstance(session_id, str) and bool(session_id.strip())


def found_by_any_id(system: FaultySystem, method: str, params: Params) -> Any:
    session = system.session(params)
    if method == "get" and session is not None:
        return to_json_value(session)
    return system.right(method, params)


def not_found_if(when: Callable[[FaultySystem, Params], Any]) -> Behaviour:
    return refusing_with(
        OF_A_SESSION, "InvalidRestoreSessionId", "RestoreSessionNotFound", when=when
    )


IDS = (
    Fault("ids are matched without regard to case", EVERY_RULE, named(of_any_case)),
    Fault("blanks around an id do not count", EVERY_RULE, named(without_blanks)),
    Fault("an id that is not a text is not found", EVERY_RULE, named(as_text)),
    Fault("a blank id is not found", EVERY_RULE, not_found_if(is_blank)),
    Fault("an id with a line break is not found", EVERY_RULE, not_found_if(has_a_line_break)),
    Fault("a session is found by an invalid id", "O2", found_by_any_id),
)

# Lists --------------------------------------------------------------------------------------------

Entries = list[Any]


def rest(entries: Entries, shown: list[str]) -> Entries:
    """Return entries that were on no page before."""
    return [entry for entry in entries if entry["id"] not in shown]


def listing(
    methods: str,
    select: Callable[[FaultySystem, Params, Entries], Entries] = lambda _s, _p, entries: entries,
    *,
    remaining: Callable[[Entries, list[str]], Entries] = rest,
    ends_late: bool = False,
) -> Behaviour:
    """Page over other entries, or begin a page or end the list elsewhere."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        token = params.get("skipToken")
        shown: list[str] = system.memory.get(token, []) if isinstance(token, str) else []
        right = system.right(method, params if not shown else without(params, "skipToken"))
        if method not in methods.split() or (token is not None and not shown):
            return right
        everything = system.right(method, without(params, "top", "skipToken"))["value"]
        entries = remaining(select(system, params, everything), shown)
        page = entries[: params.get("top")]
        seen = [*shown, *(entry["id"] for entry in page)]
        is_last = len(page) == len(entries)
        following = str(1_000 + len(system.memory)) if not is_last or (ends_late and page) else None
        if following is not None:
            system.memory[following] = seen
        return {"value": page, "skipToken": following}

    return answer


def and_granular(system: FaultySystem, params: Params, _entries: Entries) -> Entries:
    session = system.session(params)
    assert session is not None
    return [to_json_value(artifact) for artifact in session.artifacts]


def by_id(_system: FaultySystem, _params: Params, entries: Entries) -> Entries:
    return sorted(entries, key=lambda entry: str(entry["id"]))


def but(when: Callable[[ExchangeRestoreSession], Any]) -> Behaviour:
    """Leave some sessions out of the list."""

    def select(system: FaultySystem, _params: Params, entries: Entries) -> Entries:
        sessions = ((system.root.session(entry["id"]), entry) for entry in entries)
        return [entry for session, entry in sessions if session is None or not when(session)]

    return listing("list", select)


def from_the_last(entries: Entries, shown: list[str]) -> Entries:
    return rest(entries, shown[:-1])


def by_number(entries: Entries, shown: list[str]) -> Entries:
    return entries[len(shown) :]


def sized(change: Callable[[FaultySystem, Params], Any]) -> Behaviour:
    """Use another page size."""

    def ask(system: FaultySystem, params: Params) -> Params:
        size = change(system, params)
        return without(params, "top") if size is None else {**params, "top": size}

    return asking(LISTS, ask)


def one_more(system: FaultySystem, params: Params) -> Any:
    top, session = params.get("top"), system.session(params)
    if not isinstance(top, int) or isinstance(top, bool) or top < 1:
        return top
    artifacts = (session.mailbox_restore_artifacts if session is not None else None) or ()
    entries = artifacts if "sessionId" in params else system.root.exchange_restore_sessions
    return top + (top < len(entries))


def one_if_true(_system: FaultySystem, params: Params) -> Any:
    top = params.get("top")
    return int(top) if isinstance(top, bool) and top else top


def read_from_text(_system: FaultySystem, params: Params) -> Any:
    top = params.get("top")
    return int(top) if isinstance(top, str) and top.isdecimal() else top


def a_hundred(_system: FaultySystem, params: Params) -> Any:
    top = params.get("top", 100)
    return min(top, 100) if isinstance(top, int) and not isinstance(top, bool) else top


def page_of_nothing(system: FaultySystem, method: str, params: Params) -> Any:
    if method in LISTS.split() and params.get("top") == 0 and params["top"] is not False:
        system.right(method, without(params, "top"))
        return {"value": [], "skipToken": None}
    return system.right(method, params)


def begin_again(system: FaultySystem, method: str, params: Params) -> Any:
    try:
        return system.right(method, params)
    except RefusedError as refused:
        if method not in LISTS.split() or refused.code != "InvalidRequest":
            raise
        return system.right(method, without(params, "skipToken"))


def size_first(system: FaultySystem, method: str, params: Params) -> Any:
    if method == "listArtifacts":
        system.right("list", without(params, "sessionId"))
    return system.right(method, params)


LISTED = (
    Fault("there is one empty page too many", "O2", listing(LISTS, ends_late=True)),
    Fault("a page begins with the last entry", "O2", listing(LISTS, remaining=from_the_last)),
    Fault("a token counts entries", "O2", listing(LISTS, remaining=by_number)),
    Fault("granular artifacts are listed, too", "O2", listing("listArtifacts", and_granular)),
    Fault("sessions are listed by their ids", "O2", listing("list", by_id)),
    Fault("artifacts are listed by their ids", "O2", listing("listArtifacts", by_id)),
    Fault("drafts are not listed", "O2", but(lambda session: session.status == "draft")),
    Fault("ended sessions are not listed", "O2", but(lambda session: session.completed_date_time)),
    Fault("a page of nothing", "O2", page_of_nothing),
    Fault("a page has one entry more", "O2", sized(one_more)),
    Fault("true is a page size", "O2", sized(one_if_true)),
    Fault("a page size may be a text", "O2", sized(read_from_text)),
    Fault("a page has a hundred entries at most", "O2", sized(a_hundred)),
    Fault("a bad token starts from the beginning", "O2", begin_again),
    Fault("a page size is checked before the session", "O2", size_first),
)

# Expiry -------------------------------------------------------------------------------------------

IsOver = Callable[[ExchangeRestoreSession, datetime, Limits], Any]


def expiring(is_over: IsOver) -> Behaviour:
    """Let other sessions expire."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        before = system.root
        answer = system.right(method, params)
        now = time_of(params.get("now"))
        if method != "expire" or now is None:
            return answer
        system.root = before
        sessions = before.exchange_restore_sessions
        over = [one.id for one in sessions if is_over(one, now, before.limits)]
        system.drop(*over)
        return {"value": over}

    return answer


def is_over(
    session: ExchangeRestoreSession, now: datetime, limits: Limits, *, ended: Any = None
) -> bool:
    """Return whether the reference lets a session expire, if it ended at its own time or then."""
    last = ended or session.completed_date_time or session.last_modified_date_time
    terminal = session.status in TERMINAL_SESSION_STATUSES
    return terminal and last is not None and _longer(now, last, limits)


def _longer(now: datetime, last: datetime, limits: Limits) -> bool:
    kept = now - last
    return kept > limits.retention or (kept == limits.retention and _digits(now) > _digits(last))


def _digits(time: datetime) -> str:
    return time.fraction_beyond_microseconds if isinstance(time, Timestamp) else ""


def by_microseconds(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
    last = session.completed_date_time or session.last_modified_date_time
    terminal = session.status in TERMINAL_SESSION_STATUSES
    return terminal and last is not None and now - last > limits.retention


def by(end: Callable[[ExchangeRestoreSession], Any]) -> Behaviour:
    """Remove sessions by another time, and keep those without one."""

    def over(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
        ended = end(session)
        return ended is not None and is_over(session, now, limits, ended=ended)

    return expiring(over)


def to_the_second(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
    last = session.completed_date_time or session.last_modified_date_time
    terminal = session.status in TERMINAL_SESSION_STATUSES
    return terminal and last is not None and now - last >= limits.retention


def of_any_status(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
    last = session.completed_date_time or session.last_modified_date_time
    return last is not None and now - last > limits.retention


def or_has_no_end(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
    last = session.completed_date_time or session.last_modified_date_time
    terminal = session.status in TERMINAL_SESSION_STATUSES
    return terminal and (last is None or now - last > limits.retention)


def expire_one(system: FaultySystem, method: str, params: Params) -> Any:
    before = system.root
    answer = system.right(method, params)
    if method == "expire" and answer["value"]:
        system.root = before
        system.drop(answer["value"][0])
        return {"value": answer["value"][:1]}
    return answer


def expire_none(system: FaultySystem, method: str, params: Params) -> Any:
    before = system.root
    answer = system.right(method, params)
    if method == "expire":
        system.root = before
    return answer


def newest_first(system: FaultySystem, method: str, params: Params) -> Any:
    answer = system.right(method, params)
    return {"value": answer["value"][::-1]} if method == "expire" else answer


EXPIRED = (
    Fault("a year to the second is over", "O8", expiring(to_the_second)),
    Fault("a year is counted in microseconds", "O8", expiring(by_microseconds)),
    Fault(
        "failed sessions stay",
        "O8",
        expiring(lambda one, now, limits: not one.error and is_over(one, now, limits)),
    ),
    Fault("active sessions expire", "O8", expiring(of_any_status)),
    Fault("no session expires", "O8", expire_none),
    Fault(
        "a year despite the limits",
        "O8",
        beginning_with(lambda _given, _limits: {"retention": timedelta(days=365)}),
    ),
    Fault(
        "a year has 366 days",
        "O8",
        beginning_with(
            lambda given, _: {} if "retentionDays" in given else {"retention": timedelta(days=366)}
        ),
    ),
    Fault(
        "sessions expire by their last change",
        "O8",
        by(lambda session: session.last_modified_date_time or session.completed_date_time),
    ),
    Fault("sessions expire by their creation", "O8", by(lambda session: session.created_date_time)),
    Fault("a session without an end is removed", "O8", expiring(or_has_no_end)),
    Fault(
        "a session without an end is removed by no change",
        "O8",
        by(lambda session: session.completed_date_time),
    ),
    Fault(
        "what is not expanded stays",
        "O8",
        expiring(lambda one, now, limits: not one.lacks and is_over(one, now, limits)),
    ),
    Fault("the newest session expires first", "O8", newest_first),
    Fault("only one session expires at a time", "O8", expire_one),
)

FAULTS_OF_LOOKUPS = (*IDS, *LISTED, *EXPIRED)
"""The systems."""
