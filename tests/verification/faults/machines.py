"""Faults of counting, comparing and truncating, as machine numbers cause them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from restore_domain import aggregate
from restore_domain.model import ExchangeRestoreSession, Timestamp
from restore_domain.operations import Limits
from restore_domain.status import ArtifactRestoreStatus

from .documents import each_property
from .faulty_system import (
    Behaviour,
    Fault,
    FaultySystem,
    Params,
    answering,
    asking,
    beginning_with,
    refusing,
    showing,
    status_of,
    without,
)
from .lookups import by, expiring, is_over, listing
from .sessions import ending, ends_of, explaining, with_details

LISTS = "list listArtifacts listGranularArtifacts listBulkRequests"
EVERY_STATUS = "A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 S5"

# Counters -----------------------------------------------------------------------------------------


def counted_to(limit: int) -> Behaviour:
    """Drop the statuses with this many artifacts."""

    def left(statuses: list[ArtifactRestoreStatus]) -> list[ArtifactRestoreStatus]:
        return [status for status, number in Counter(statuses).items() if number % limit]

    def of_sessions(shown: dict[str, Any], session: ExchangeRestoreSession) -> None:
        shown["status"] = aggregate(left([artifact.status for artifact in session.artifacts]))

    show_sessions = showing(of_sessions)

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method != "aggregate":
            return show_sessions(system, method, params)
        return aggregate(left([status_of(text) for text in params["statuses"]]))

    return answer


def shown_counts(change: Callable[[int], int]) -> Behaviour:
    def show(shown: dict[str, Any], _session: ExchangeRestoreSession) -> None:
        counts = shown["restoreSessionArtifactCount"]
        shown["restoreSessionArtifactCount"] = {
            name: change(number) for name, number in counts.items()
        }

    return showing(show)


def int32(number: int) -> int:
    """Keep the last 32 bits, of which the first is a sign."""
    return (number + 2**31) % 2**32 - 2**31


def without_overflow(_system: FaultySystem, params: Params, found: list[Any]) -> list[Any]:
    counts = params["session"].get("restoreSessionArtifactCount") or {}
    parts = sum(counts.get(name) or 0 for name in ("inProgress", "completed", "failed"))
    wraps = int32(parts) <= (counts.get("total") or 0)
    return [
        one
        for one in found
        if not (wraps and one["property"].endswith("total") and min(counts.values()) >= 0)
    ]


def first_findings(number: int) -> Behaviour:
    return answering("audit", lambda _system, _params, found: found[:number])


COUNTERS = (
    Fault("a status of 256 artifacts vanishes", EVERY_STATUS, counted_to(256)),
    Fault("a status of 65,536 artifacts vanishes", EVERY_STATUS, counted_to(65_536)),
    Fault("counts have eight bits", "S5", shown_counts(lambda number: number % 256)),
    Fault(
        "counts have eight bits with a sign",
        "S5",
        shown_counts(lambda number: (number + 128) % 256 - 128),
    ),
    Fault("counts end at 255", "S5", shown_counts(lambda number: min(number, 255))),
    Fault("the sum of counts overflows", "S5", answering("audit", without_overflow)),
    Fault("an audit finds a hundred things", "L5 O1", first_findings(100)),
    Fault("an audit finds 255 things", "L5 O1", first_findings(255)),
)

# The error of a session ---------------------------------------------------------------------------


def details_cut(number: int) -> Behaviour:
    return with_details(lambda details, _session: details[:number])


def code_of(choose: Callable[[list[Any]], list[Any]]) -> Behaviour:
    """Compare only the codes of some details."""

    def change(error: Mapping[str, Any], _: ExchangeRestoreSession) -> Mapping[str, Any]:
        codes = {detail.get("code") for detail in choose(error["details"])}
        return {"code": codes.pop() if len(codes) == 1 else "UnknownError"}

    return explaining(change)


def with_an_error(details: list[Any], session: ExchangeRestoreSession) -> list[Any]:
    failing = {artifact.id for artifact in session.artifacts if artifact.error is None}
    return [detail for detail in details if detail["target"] not in failing]


def cut_in_requests(number: int) -> Behaviour:
    def change(_system: FaultySystem, _params: Params, answer: Any) -> Any:
        return each_property(
            answer,
            lambda name, value: (
                value[:number] if name == "details" and isinstance(value, list) else value
            ),
        )

    return answering("getBulkRequest listBulkRequests", change)


DETAILS = (
    Fault("an error has a hundred details", "S4", details_cut(100)),
    Fault("an error has 256 details", "S4", details_cut(256)),
    Fault("an error has a thousand details", "S4", details_cut(1_000)),
    Fault("an error's code is that of the last two", "S4", code_of(lambda found: found[-2:])),
    Fault("an error's code is that of the first two", "S4", code_of(lambda found: found[:2])),
    Fault(
        "an error's code is that of its ends", "S4", code_of(lambda found: [found[0], found[-1]])
    ),
    Fault("a failure without an error has no detail", "S4", with_details(with_an_error)),
    Fault("a bulk request's error has a hundred details", "B2 B5", cut_in_requests(100)),
)

# Limits -------------------------------------------------------------------------------------------


def cut_limit(name: str, most: int) -> Behaviour:
    """Accept no greater limit than this."""
    return beginning_with(lambda _, limits: {name: min(getattr(limits, name), most)})


def zero_is_missing(name: str, attribute: str) -> Behaviour:
    return beginning_with(
        lambda given, limits: (
            {attribute: getattr(Limits(), attribute)}
            if given.get(name) == 0
            else {attribute: getattr(limits, attribute)}
        )
    )


def retained(change: Callable[[timedelta], timedelta]) -> Behaviour:
    return beginning_with(lambda _, limits: {"retention": change(limits.retention)})


def in_32_bits(retention: timedelta) -> timedelta:
    seconds = int32(retention.days * 86_400)
    return timedelta(seconds=max(seconds, 0))


def in_nanoseconds(retention: timedelta) -> timedelta:
    return min(retention, timedelta(days=106_751))


LIMITS = (
    Fault("at most fifty in any request", "O1 O3", cut_limit("artifacts_per_request", 50)),
    Fault("at most 255 in any request", "O1 O3", cut_limit("artifacts_per_request", 255)),
    Fault("at most 25 active sessions", "O4", cut_limit("active_sessions", 25)),
    Fault("at most 127 active sessions", "O4", cut_limit("active_sessions", 127)),
    Fault("at most 10,000 resources", "B1", cut_limit("restoration_resources", 10_000)),
    Fault(
        "at most a year",
        "O8",
        retained(lambda retention: min(retention, timedelta(days=365))),
    ),
    Fault("a retention in 32 bits", "O8", retained(in_32_bits)),
    Fault("a retention in nanoseconds", "O8", retained(in_nanoseconds)),
    Fault(
        "no active session means no limit",
        "O4",
        zero_is_missing("activeSessions", "active_sessions"),
    ),
    Fault("a retention of nothing is a year", "O8", zero_is_missing("retentionDays", "retention")),
)

# Pages --------------------------------------------------------------------------------------------


def rest_by_text(entries: list[Any], shown: list[str]) -> list[Any]:
    """Compare the positions of entries as texts."""
    if not shown:
        return entries
    place = str(len(shown))
    return [entry for number, entry in enumerate(entries, start=1) if str(number) > place]


def rest_after_greatest(system: FaultySystem, method: str, params: Params) -> Any:
    """Number new entries by the greatest existing number."""
    session_id = params.get("sessionId") if method != "list" else ""
    if method not in LISTS.split():
        return system.right(method, params)
    token = params.get("skipToken")
    ours = isinstance(token, str) and token.startswith("behind ")
    right = system.right(method, without(params, "skipToken") if ours else params)
    everything = system.right(method, without(params, "top", "skipToken"))["value"]
    ids = [entry["id"] for entry in everything]
    old = system.memory.get(f"{method} {session_id}", {})
    numbers = {name: old[name] for name in ids if name in old}
    for name in ids:
        numbers.setdefault(name, max(numbers.values(), default=0) + 1)
    system.memory[f"{method} {session_id}"] = numbers
    last = int(str(token).removeprefix("behind ")) if ours else 0
    if token is not None and not ours:
        return right
    left = [entry for entry in everything if numbers[entry["id"]] > last]
    page = left[: params.get("top")]
    more = len(page) < len(left)
    return {"value": page, "skipToken": f"behind {numbers[page[-1]['id']]}" if more else None}


def too_long(most: int) -> Behaviour:
    """Refuse a greater page size than this."""

    def is_beyond(system: FaultySystem, params: Params) -> bool:
        top = params.get("top")
        is_there = "sessionId" not in params or system.session(params) is not None
        return isinstance(top, int) and top > most and is_there

    return refusing(LISTS, "InvalidRequest", is_beyond)


def changing_top(change: Callable[[Any], Any]) -> Behaviour:
    return asking(
        LISTS,
        lambda _, params: {**params, "top": change(params["top"])} if "top" in params else params,
    )


def in_bits(number: Any) -> Any:
    return int32(number) if isinstance(number, int) and not isinstance(number, bool) else number


def whole_if_float(number: Any) -> Any:
    return int(number) if isinstance(number, float) and number == int(number) else number


def rounded_down(number: Any) -> Any:
    return int(number) if isinstance(number, float) else number


PAGES = (
    Fault("a token is compared as text", "O2 B2", listing(LISTS, remaining=rest_by_text)),
    Fault("a new number is one more than the greatest", "O2 B2", rest_after_greatest),
    Fault("a page of 10^30 is refused", "O2 B2", too_long(2**63)),
    Fault("a page of 2^31 is refused", "O2 B2", too_long(2**31 - 1)),
    Fault("a page of 2^53 is refused", "O2 B2", too_long(2**53 - 1)),
    Fault("a page size has 32 bits", "O2 B2", changing_top(in_bits)),
    Fault("a page size may be 1.0", "O2 B2", changing_top(whole_if_float)),
    Fault("a page size is rounded", "O2 B2", changing_top(rounded_down)),
    Fault(
        "a page has 255 entries at most",
        "O2 B2",
        changing_top(lambda top: min(top, 255) if type(top) is int else top),
    ),
    Fault(
        "null is not a page size",
        "O2 B2",
        refusing(LISTS, "InvalidRequest", lambda _, params: params.get("top", 1) is None),
    ),
)

# Times --------------------------------------------------------------------------------------------


def seconds_of(time: datetime) -> int:
    whole = time.astimezone(UTC).replace(microsecond=0) if time.year > 1 else time
    return int((whole.replace(tzinfo=None) - datetime(1970, 1, 1)) / timedelta(seconds=1))  # noqa: DTZ001


def latest_by(key: Callable[[datetime], Any]) -> Behaviour:
    """Use the last of the ends by something else than the instant."""

    def end(session: ExchangeRestoreSession) -> datetime | None:
        ends = ends_of(session.artifacts)
        return max(ends, key=key) if ends else session.completed_date_time

    return ending(end)


def digits_of(time: datetime) -> str:
    beyond = time.fraction_beyond_microseconds if isinstance(time, Timestamp) else ""
    return f"{time.microsecond:06}{beyond}"


def by_digits(number: int) -> Callable[[datetime], Any]:
    """Compare only this many digits of a second; among equal ones the first wins."""
    return lambda time: (seconds_of(time), digits_of(time).ljust(12, "0")[:number])


def fraction_as_number(time: datetime) -> Any:
    return seconds_of(time), int(digits_of(time).rstrip("0") or 0)


def as_double(time: datetime) -> float:
    return float(seconds_of(time)) + float(f"0.{digits_of(time)}")


def by_32_bits(time: datetime) -> Any:
    return int32(seconds_of(time)), digits_of(time)


def by_unsigned(time: datetime) -> Any:
    return seconds_of(time) % 2**32, digits_of(time)


def by_nanoseconds(time: datetime) -> int:
    wide = seconds_of(time) * 10**9 + int(digits_of(time).ljust(12, "0")[:9])
    return (wide + 2**63) % 2**64 - 2**63


def away_from_1970(time: datetime) -> Any:
    seconds = seconds_of(time)
    digits = float(f"0.{digits_of(time)}")
    return seconds + digits if seconds >= 0 else seconds + 1 - digits


def by_the_wall(time: datetime) -> Any:
    return time.replace(tzinfo=None), digits_of(time)


def nine_digits_kept(name: str, value: Any) -> Any:
    if not name.endswith("DateTime") or not isinstance(value, str) or "." not in value:
        return value
    whole, _, rest = value.partition(".")
    digits = rest[: next(place for place, one in enumerate(rest) if not one.isdigit())]
    return f"{whole}.{digits[:9]}{rest[len(digits) :]}"


def to_the_second(session: ExchangeRestoreSession, now: datetime, limits: Limits) -> bool:
    """Keep only whole seconds."""
    ended = session.completed_date_time or session.last_modified_date_time
    if ended is None or not is_over(session, now, limits):
        return False
    return seconds_of(now) - seconds_of(ended) > limits.retention / timedelta(seconds=1)


TIMES = (
    Fault("seconds have 32 bits", "S3", latest_by(by_32_bits)),
    Fault("seconds have 32 bits without a sign", "S3", latest_by(by_unsigned)),
    Fault("nanoseconds have 64 bits", "S3", latest_by(by_nanoseconds)),
    Fault("a time is a double", "S3", latest_by(as_double)),
    Fault("nine digits are compared", "S3", latest_by(by_digits(9))),
    Fault("seven digits are compared", "S3", latest_by(by_digits(7))),
    Fault("three digits are compared", "S3", latest_by(by_digits(3))),
    Fault("a fraction is compared as a number", "S3", latest_by(fraction_as_number)),
    Fault("fractions go away from 1970", "S3", latest_by(away_from_1970)),
    Fault("offsets are ignored", "S3", latest_by(by_the_wall)),
    Fault(
        "nine digits are written",
        "W1",
        answering("read", lambda _s, _p, answer: each_property(answer, nine_digits_kept)),
    ),
    Fault("a year is kept to the second", "O8", expiring(to_the_second)),
    Fault(
        "a declared end counts where the artifacts have none",
        "O8",
        by(
            lambda session: (
                session.completed_date_time
                or (session.declared and session.declared.completed_date_time)
                or session.last_modified_date_time
            )
        ),
    ),
)

# Numbers in stored values -------------------------------------------------------------------------


def through_doubles(value: Any) -> Any:
    """Read integers as doubles."""
    if isinstance(value, bool) or not isinstance(value, (int, list, dict)):
        return value
    if isinstance(value, int):
        return int(float(value)) if abs(value) < 2**1000 else value
    if isinstance(value, list):
        return [through_doubles(entry) for entry in value]
    return {name: through_doubles(content) for name, content in value.items()}


def kept_through(change: Callable[[Any], Any], methods: str, *names: str) -> Behaviour:
    """Change something in a request."""
    return asking(
        methods,
        lambda _, params: {
            name: change(value) if name in names else value for name, value in params.items()
        },
    )


def in_points(value: Any) -> Any:
    return each_property(
        value, lambda name, content: through_doubles(content) if name == "restorePoint" else content
    )


def shorter(number: int) -> Callable[[Any], Any]:
    """Cut texts."""

    def change(value: Any) -> Any:
        if isinstance(value, str):
            return value[:number]
        if isinstance(value, list):
            return [change(entry) for entry in value]
        if isinstance(value, dict):
            return {name: change(content) for name, content in value.items()}
        return value

    return change


ADDING = "create update createArtifact"

KEPT = (
    Fault(
        "numbers of a restore point are doubles",
        "O1 O3 O6",
        kept_through(in_points, ADDING, "request"),
    ),
    Fault(
        "numbers of an actor are doubles",
        "S6 O1",
        kept_through(through_doubles, "create update activate record recordBatch", "actor"),
    ),
    Fault(
        "numbers of a given session are doubles",
        "W1 S1a",
        kept_through(through_doubles, "reset", "sessions"),
    ),
    Fault(
        "numbers of an error are doubles",
        "O7 L5 W1",
        kept_through(through_doubles, "record recordBatch", "report", "reports"),
    ),
    Fault(
        "numbers of a document are doubles", "W1", kept_through(through_doubles, "read", "document")
    ),
    Fault(
        "texts of requests have 255 characters",
        "O1 O3 O6",
        kept_through(shorter(255), ADDING, "request"),
    ),
    Fault(
        "texts of given sessions have 32,767 characters",
        "O2 O7 B2 B5",
        kept_through(shorter(32_767), "reset", "sessions"),
    ),
    Fault(
        "texts of documents have 65,535 characters",
        "W1",
        kept_through(shorter(65_535), "read", "document"),
    ),
)

FAULTS_OF_MACHINES = (*COUNTERS, *DETAILS, *LIMITS, *PAGES, *TIMES, *KEPT)
"""The systems."""
