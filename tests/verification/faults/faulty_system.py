"""The parts of faulty systems: the reference, with something done to its calls and answers.

A fault handles a call instead of the reference: it may change the parameters, the answer, or what
is stored. It uses the public names of the package and none of its source, so that it stays a fault
when the code is rewritten; and everything that it calls is the package that ships.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from restore_domain import WireError
from restore_domain.model import (
    ExchangeRestoreSession,
    MailboxRestoreArtifact,
    RequestedArtifact,
    RestorePoint,
    Timestamp,
)
from restore_domain.operations import BackupRestoreRoot, Limits, Operation, refusal_of
from restore_domain.status import ArtifactRestoreStatus
from restore_domain.verification import RefusedError
from restore_domain.verification.system import ReferenceSystem
from restore_domain.wire import from_json_value, to_json_value

Params: TypeAlias = Mapping[str, Any]

ADDED = ArtifactRestoreStatus.ADDED
SCHEDULING = ArtifactRestoreStatus.SCHEDULING
SCHEDULED = ArtifactRestoreStatus.SCHEDULED
IN_PROGRESS = ArtifactRestoreStatus.IN_PROGRESS
SUCCEEDED = ArtifactRestoreStatus.SUCCEEDED
FAILED = ArtifactRestoreStatus.FAILED
UNKNOWN = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

COLLECTIONS = ("mailbox_restore_artifacts", "granular_mailbox_restore_artifacts")
DELTA = "mailboxRestoreArtifacts@delta"
EXCEPTION = "@Core.DataModificationException"


class FaultySystem(ReferenceSystem):
    """The reference with a fault instead of its own answers."""

    def __init__(self, answer: Behaviour) -> None:
        super().__init__()
        self.memory: dict[str, Any] = {}
        """What a fault stores from call to call."""
        self._answer_wrongly = answer

    def call(self, method: str, params: Params, /) -> Any:
        if method == "reset":
            self.memory.clear()
        return self._answer_wrongly(self, method, params)

    def right(self, method: str, params: Params) -> Any:
        """Do what the reference does."""
        return super().call(method, params)

    def tried(self, method: str, params: Params) -> RefusedError | None:
        """Return the reference's refusal of this call; nothing is changed."""
        before = self.root
        try:
            self.right(method, params)
        except RefusedError as refused:
            return refused
        finally:
            self.root = before
        return None

    def session(self, params: Params) -> ExchangeRestoreSession | None:
        """Return the session that a call is about."""
        session_id = params.get("sessionId")
        return self.root.session(session_id) if isinstance(session_id, str) else None

    def artifact(self, params: Params) -> MailboxRestoreArtifact | None:
        """Return the artifact that a report is about."""
        session, report = self.session(params), params.get("report")
        if session is None or not isinstance(report, Mapping):
            return None
        artifact_id = report.get("artifactId")
        return session.artifact(artifact_id) if isinstance(artifact_id, str) else None

    def put(self, session: ExchangeRestoreSession, **properties: Any) -> None:
        """Store a session with other properties instead of the one with its id."""
        changed = attrs.evolve(session, **properties)
        self.put_all(self.root.exchange_restore_sessions.replacing(changed))

    def put_all(self, sessions: Iterable[ExchangeRestoreSession]) -> None:
        """Store exactly these sessions."""
        self.root = attrs.evolve(self.root, exchange_restore_sessions=sessions)
        self.changed = True

    def drop(self, *session_ids: str) -> None:
        """Remove sessions."""
        self.put_all(self.root.exchange_restore_sessions.removing(session_ids))

    def put_artifact(
        self, session: ExchangeRestoreSession, artifact: MailboxRestoreArtifact, **properties: Any
    ) -> Any:
        """Store an artifact with other properties, and return it in JSON."""
        changed = attrs.evolve(artifact, **properties)
        for name in COLLECTIONS:
            artifacts = getattr(session, name)
            if artifacts is not None and artifacts.by_id(artifact.id) is not None:
                self.put(session, **{name: artifacts.replacing(changed)})
        return to_json_value(changed)


Behaviour: TypeAlias = Callable[[FaultySystem, str, Params], Any]
"""Answers a call."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@attrs.frozen
class Fault:
    """A system with one rule broken."""

    name: str
    """A short description."""

    rules: tuple[str, ...] = attrs.field(converter=_words)
    """The rules, one of which a difference must name."""

    behaviour: Behaviour = attrs.field(repr=False)
    """The fault."""

    def make_system(self) -> FaultySystem:
        """Make the system."""
        return FaultySystem(self.behaviour)


def refusal(method: str, code: str, http_status: int | None = None) -> RefusedError:
    """Return the refusal of a method that has this code, with the status of the catalogue."""
    if http_status is None:
        operation = Operation.RECORD if method == "recordBatch" else Operation(method)
        http_status = refusal_of(operation, code, "a fault").http_status
    return RefusedError(code, http_status)


def without(params: Params, *names: str) -> dict[str, Any]:
    """Leave out some of the parameters."""
    return {name: value for name, value in params.items() if name not in names}


def status_of(text: object) -> ArtifactRestoreStatus:
    """Read the status of an artifact; an unknown text is read as the unknown status (rule W2)."""
    try:
        return ArtifactRestoreStatus(str(text))
    except ValueError:
        return ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE


def time_of(text: Any) -> Timestamp | None:
    """Read a point in time, if there is one."""
    return None if text is None else Timestamp.parse(text)


# Changes of a call --------------------------------------------------------------------------------


def asking(methods: str, change: Callable[[FaultySystem, Params], Params]) -> Behaviour:
    """Pass something else to the reference."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        return system.right(method, change(system, params) if method in methods.split() else params)

    return answer


def answering(methods: str, change: Callable[[FaultySystem, Params, Any], Any]) -> Behaviour:
    """Answer something else than the reference."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        answer = system.right(method, params)
        return change(system, params, answer) if method in methods.split() else answer

    return answer


def finding(which: Callable[[Mapping[str, Any], Mapping[str, Any], list[Any]], Any]) -> Behaviour:
    """Find some of what an audit finds: each by itself, the session, and all that is found."""
    return answering(
        "audit",
        lambda _, params, found: [one for one in found if which(one, params["session"], found)],
    )


def storing(
    methods: str, change: Callable[[FaultySystem, BackupRestoreRoot, Params], None]
) -> Behaviour:
    """Store something else than the reference if it changes something, and answer that."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        before = system.root
        answer = system.right(method, params)
        if method not in methods.split() or system.root is before:
            return answer
        change(system, before, params)
        return as_stored(system, method, params, answer)

    return answer


LISTS_OF_ARTIFACTS = ("listArtifacts", "listGranularArtifacts")


def as_stored(system: FaultySystem, method: str, params: Params, answer: Any) -> Any:
    """Return an answer with the session, or the artifacts, as they are stored now."""
    session = system.session(params)
    if session is None or method in {"delete", "deleteBulkRequest", *LISTS_OF_ARTIFACTS}:
        return answer
    if method in {"create", "activate", "get"}:
        return to_json_value(session)
    stored = {artifact.id: to_json_value(artifact) for artifact in session.artifacts}
    if method in {"record", "createArtifact"}:
        return stored.get(answer["id"], answer)
    name = next((name for name in answer if name.endswith("@delta")), "value")
    if name not in answer:  # an update with only a policy
        return answer
    entries = [
        entry if EXCEPTION in entry else stored.get(entry["id"], entry) for entry in answer[name]
    ]
    return {**answer, name: entries}


def changing_session(
    methods: str,
    change: Callable[
        [ExchangeRestoreSession | None, ExchangeRestoreSession, Params], Mapping[str, Any]
    ],
) -> Behaviour:
    """Give the session that a call changed other properties, depending on its old and new state."""

    def change_stored(system: FaultySystem, before: BackupRestoreRoot, params: Params) -> None:
        session = system.session(params)
        if session is not None:
            system.put(session, **change(before.session(session.id), session, params))

    return storing(methods, change_stored)


# Refusals -----------------------------------------------------------------------------------------


def refusing(methods: str, code: str, when: Callable[[FaultySystem, Params], Any]) -> Behaviour:
    """Refuse some calls before the reference checks them."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method in methods.split() and when(system, params):
            raise refusal(method, code)
        return system.right(method, params)

    return answer


def refusing_at_last(
    methods: str,
    code: str,
    when: Callable[[ExchangeRestoreSession | None, str, Params], Any],
    *,
    ahead_of: str = "",
) -> Behaviour:
    """Refuse some of the calls that the reference accepts, or refuses by a later check."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method not in methods.split():
            return system.right(method, params)
        refused = system.tried(method, params)
        is_next = refused is None or refused.code == ahead_of
        if is_next and when(system.session(params), method, params):
            raise refusal(method, code)
        return system.right(method, params)

    return answer


def refusing_with(
    methods: str,
    code: str,
    other: str,
    http_status: int | None = None,
    *,
    when: Callable[[FaultySystem, Params], Any] = lambda _system, _params: True,
) -> Behaviour:
    """Refuse with another code or status than the reference."""

    def instead(system: FaultySystem, method: str, params: Params) -> RefusedError | None:
        return refusal(method, other, http_status) if when(system, params) else None

    return refusing_otherwise(methods, code, instead)


def refusing_otherwise(
    methods: str, code: str, instead: Callable[[FaultySystem, str, Params], RefusedError | None]
) -> Behaviour:
    """Refuse for another reason than the reference, if there is one."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        try:
            return system.right(method, params)
        except RefusedError as refused:
            if method in methods.split() and refused.code == code:
                raise instead(system, method, params) or refused from None
            raise

    return answer


# Limits -------------------------------------------------------------------------------------------


def with_limits(
    methods: str, change: Callable[[FaultySystem, Params], Mapping[str, Any]]
) -> Behaviour:
    """Apply other limits to some calls."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method not in methods.split():
            return system.right(method, params)
        limits = system.root.limits
        other = attrs.evolve(limits, **change(system, params))
        system.root = attrs.evolve(system.root, limits=other)
        try:
            return system.right(method, params)
        finally:
            system.root = attrs.evolve(system.root, limits=limits)

    return answer


def beginning_with(change: Callable[[Params, Limits], Mapping[str, Any]]) -> Behaviour:
    """Begin with other limits than were given."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        answer = system.right(method, params)
        if method == "reset":
            limits = system.root.limits
            other = attrs.evolve(limits, **change(params.get("limits") or {}, limits))
            system.root = attrs.evolve(system.root, limits=other)
        return answer

    return answer


# Sessions in answers ------------------------------------------------------------------------------


def sessions_in(answer: Any) -> Iterator[dict[str, Any]]:
    """Yield the sessions of an answer, as JSON that may be changed."""
    if isinstance(answer, dict) and "value" in answer:
        yield from (entry for entry in answer["value"] if isinstance(entry, dict))
    elif isinstance(answer, dict):
        yield answer


def showing(change: Callable[[dict[str, Any], ExchangeRestoreSession], None]) -> Behaviour:
    """Show sessions differently if everything is derived from their artifacts."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        answer = system.right(method, params)
        if method in {"create", "get", "activate", "list"}:
            for shown in sessions_in(answer):
                session = system.root.session(shown["id"])
                if session is not None and session.declared is None and not session.lacks:
                    change(shown, session)
        return answer

    return answer


# Requests for artifacts ---------------------------------------------------------------------------

Entry: TypeAlias = dict[str, Any]
"""An artifact that a request adds, as JSON."""


def entries_of(method: str, params: Params) -> list[Entry]:
    """Return the artifacts that a request adds; empty if it is malformed."""
    request = params.get("request")
    if not isinstance(request, Mapping):
        return []
    names = {"create": "mailboxRestoreArtifacts", "update": DELTA}
    entries = request.get(names[method]) if method in names else [request]
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        return []
    return [{**entry} for entry in entries if "@removed" not in entry]


def with_entries(method: str, params: Params, entries: Iterable[Entry]) -> Params:
    """Return the request with other artifacts instead of those that it adds."""
    request = params["request"]
    if method == "createArtifact":
        return {**params, "request": next(iter(entries))}
    if method == "create":
        return {**params, "request": {**request, "mailboxRestoreArtifacts": [*entries]}}
    others = iter(entries)
    delta = [entry if "@removed" in entry else next(others) for entry in request[DELTA]]
    return {**params, "request": {**request, DELTA: delta}}


def removals_of(params: Params) -> list[str]:
    """Return the ids that an update removes."""
    request = params.get("request")
    entries = request.get(DELTA) if isinstance(request, Mapping) else None
    removals = entries if isinstance(entries, list) else []
    return [
        entry["id"]
        for entry in removals
        if isinstance(entry, Mapping) and "@removed" in entry and "id" in entry
    ]


def point_of(entry: Entry) -> RestorePoint | None:
    """Read the restore point of an entry; None if it has none."""
    try:
        return from_json_value(entry, RequestedArtifact).restore_point
    except WireError:
        return None


def key_of(entry: Entry) -> str | None:
    """Return the key of an entry's restore point."""
    point = point_of(entry)
    return None if point is None else point.key


def keys_in(session: ExchangeRestoreSession | None, method: str, params: Params) -> list[str]:
    """Return the keys of the restore points of whole mailboxes that stay in a session."""
    removed = removals_of(params) if method == "update" else []
    artifacts = (session.mailbox_restore_artifacts if session is not None else None) or ()
    return [
        artifact.restore_point.key
        for artifact in artifacts
        if artifact.restore_point is not None and artifact.id not in removed
    ]


Disguise: TypeAlias = Callable[
    [list[Entry], ExchangeRestoreSession | None, list[str]], Iterable[Entry]
]
"""Makes entries that the reference accepts, by the session and the restore points that stay."""


def accepting(methods: str, disguise: Disguise) -> Behaviour:
    """Accept entries that the reference refuses, unchanged.

    The reference gets disguised ones; in what it has stored they are replaced by the originals.
    """

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        entries = entries_of(method, params) if method in methods.split() else []
        if not entries:
            return system.right(method, params)
        session = system.session(params)
        others = disguise([*entries], session, keys_in(session, method, params))
        answer = system.right(method, with_entries(method, params, others))
        added = artifacts_added(system, session, params)
        for artifact, entry in zip(added, entries, strict=True):
            now = system.session(params)
            asked = from_json_value(entry, RequestedArtifact)
            assert now is not None
            system.put_artifact(
                now,
                artifact,
                restore_point=asked.restore_point,
                destination_type=asked.destination_type,
            )
        return as_stored(system, method, params, answer)

    return answer


def artifacts_added(
    system: FaultySystem, before: ExchangeRestoreSession | None, params: Params
) -> list[MailboxRestoreArtifact]:
    """Return the artifacts of a session that did not exist before."""
    session = system.session(params)
    contained = {artifact.id for artifact in before.artifacts} if before is not None else set()
    artifacts = (session.mailbox_restore_artifacts if session is not None else None) or ()
    return [artifact for artifact in artifacts if artifact.id not in contained]


# Reports ------------------------------------------------------------------------------------------


def reporting(behaviour: Behaviour) -> Behaviour:
    """Apply a fault of a report to each report of a batch."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method == "recordBatch":
            return one_by_one(system, params, behaviour)
        return behaviour(system, method, params)

    return answer


def one_by_one(system: FaultySystem, params: Params, behaviour: Behaviour) -> Any:
    """Apply the reports of a batch in order, all or none."""
    before = system.root
    changed, refusals = taken(system, params, behaviour)
    if refusals:
        system.root = before
        raise refusals[0]
    return {"value": changed}


def taken(
    system: FaultySystem, params: Params, behaviour: Behaviour
) -> tuple[list[Any], list[RefusedError]]:
    """Apply the acceptable reports of a batch; return the artifacts that changed."""
    reports = params.get("reports")
    if not reports or not all(isinstance(report, Mapping) for report in reports):
        return system.right("recordBatch", params)["value"], []
    changed: dict[str, Any] = {}
    refusals: list[RefusedError] = []
    for report in reports:
        try:
            answer = behaviour(system, "record", without(params, "reports") | {"report": report})
        except RefusedError as refused:
            refusals.append(refused)
            continue
        if system.changed:
            changed[answer["id"]] = answer
    return [*changed.values()], refusals


@attrs.frozen
class Entered:
    """An artifact that a report has changed."""

    session: ExchangeRestoreSession
    """The session before."""

    old: MailboxRestoreArtifact
    """The artifact before."""

    new: MailboxRestoreArtifact
    """The artifact in the reference's new state."""

    report: Mapping[str, Any]
    """The report."""

    reporter: str
    """The reporter."""

    def time(self, name: str = "time") -> Timestamp | None:
        """Return a time of the report."""
        return time_of(self.report.get(name))


def entering(change: Callable[[Entered], Mapping[str, Any]]) -> Behaviour:
    """Give an artifact that a report changes other properties."""

    def answer(system: FaultySystem, method: str, params: Params) -> Any:
        if method != "record":
            return system.right(method, params)
        session, old = system.session(params), system.artifact(params)
        answer = system.right(method, params)
        if not system.changed:
            return answer
        now, new = system.session(params), system.artifact(params)
        assert session is not None
        assert old is not None
        assert now is not None
        assert new is not None
        reporter = params.get("reporter") or "driver"
        entered = Entered(session, old, new, params["report"], reporter)
        return system.put_artifact(now, new, **change(entered))

    return reporting(answer)
