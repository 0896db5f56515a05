"""Systems that are the reference but for one rule, to see that verification finds each of them.

Each is the package, loaded once more with a line of its source changed. Nothing of it is shared
with the package that the tests use, so that a fault can't reach the reference.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType
from typing import Any

import attrs

from restore_domain.verification import RefusedError, System

PACKAGE = "restore_domain"


@attrs.frozen
class Change:
    """A text in the source of a module that is replaced by another."""

    module: str
    """The module's name within the package."""

    old: str
    """What stands there, once."""

    new: str
    """What stands there instead."""

    def in_source(self, source: str) -> str:
        """Return the source with the change in it."""
        found = source.count(self.old)
        if found != 1:
            raise LookupError(f"{self.module} has {found} times, and not once: {self.old}")
        return source.replace(self.old, self.new)


class _ChangedLoader(SourceFileLoader):
    """Loads a module with a changed source, from another file's name than that of the module."""

    def __init__(self, name: str, path: str, change: Change) -> None:
        super().__init__(name, path)
        self._change = change

    def get_code(self, fullname: str) -> Any:
        source = self._change.in_source(self.get_source(fullname) or "")
        return compile(source, f"<{fullname} with a fault>", "exec", dont_inherit=True)


class _ChangingFinder:
    """Finds the modules of the package, one of them changed."""

    def __init__(self, change: Change) -> None:
        self._change = change

    def find_spec(
        self, name: str, path: Any = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != f"{PACKAGE}.{self._change.module}":
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _ChangedLoader(name, spec.origin, self._change)
        return spec


def _ours() -> dict[str, ModuleType]:
    """Return the modules of the package that are imported now."""
    return {
        name: module
        for name, module in sys.modules.items()
        if name == PACKAGE or name.startswith(PACKAGE + ".")
    }


@contextmanager
def _in_place(modules: Mapping[str, ModuleType]) -> Iterator[None]:
    """Let these be the modules of the package while this lasts: it looks itself up at times."""
    kept = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            del sys.modules[name]
        sys.modules.update(kept)


@contextmanager
def _none_in_place() -> Iterator[None]:
    """Let no module of the package be imported while this lasts."""
    kept = _ours()
    for name in kept:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in _ours():
            del sys.modules[name]
        sys.modules.update(kept)


@contextmanager
def _finding(change: Change) -> Iterator[None]:
    finder: Any = _ChangingFinder(change)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


BY_THE_RULES = Change(
    "operations.quick_recording", "if type(report) is not Report or", "if True or"
)
"""Lets every report go by the rules, so that a fault in one of them shows."""


class ChangedReference:
    """The reference with a fault."""

    methods: Collection[str]

    def __init__(self, change: Change) -> None:
        with _none_in_place(), _finding(BY_THE_RULES), _finding(change):
            system = import_module(f"{PACKAGE}.verification.system")
            self._reference = system.ReferenceSystem()
            self._modules = _ours()
        self._refused: type[Any] = system.RefusedError
        self.methods = self._reference.methods

    def call(self, method: str, params: Mapping[str, Any], /) -> Any:
        try:
            with _in_place(self._modules):
                return self._reference.call(method, params)
        except self._refused as refused:
            raise RefusedError(refused.code, refused.http_status) from None


@attrs.frozen
class Fault:
    """A system with one rule wrong."""

    name: str
    """A few words for it, with hyphens between them."""

    rules: tuple[str, ...]
    """The rules, one of which a difference must name."""

    change: Change = attrs.field(repr=False)
    """What makes it wrong."""

    def make_system(self) -> System:
        """Make the system."""
        return ChangedReference(self.change)


def changed(name: str, rules: str, module: str, old: str, new: str) -> Fault:
    """Make a fault of a change of the source."""
    return Fault(name, tuple(rules.split()), Change(module, old, new))


AGGREGATION = "aggregation"
CHECKS = "operations.checks"
COLLECTION = "model.entity_collection"
DRAFTING = "operations.drafting"
ERRORS = "operations.errors"
EVENTS = "operations.events"
EXPIRY = "operations.expiry"
LIFECYCLE = "lifecycle"
MOMENT = "operations.moment"
PAGING = "operations.paging"
RECORDING = "operations.recording"
SESSION = "model.session"


def wrong_status(name: str, rule: str, condition: str, status: str) -> Fault:
    """Let sessions whose artifacts' statuses meet a condition have a wrong status."""
    return changed(
        name,
        rule,
        AGGREGATION,
        "    return Explanation(frozenset(held), rule.status,",
        f"    status = RestoreSessionStatus.{status} if {condition} else rule.status\n"
        "    return Explanation(frozenset(held), status,",
    )


def swapped(name: str, rule: str, module: str, one: str, other: str) -> Fault:
    """Let two lines that follow each other change places."""
    return changed(name, rule, module, f"{one}\n{other}\n", f"{other}\n{one}\n")


FAULTS = (
    # The status of a session
    wrong_status("added is activating", "A1", "held == {ADDED}", "ACTIVATING"),
    wrong_status("no artifacts is completed", "A1", "not held", "COMPLETED"),
    wrong_status("scheduling is active", "A2", "held == {SCHEDULING}", "ACTIVE"),
    wrong_status(
        "scheduled is activating",
        "A3",
        "held == {ArtifactRestoreStatus.SCHEDULED}",
        "ACTIVATING",
    ),
    wrong_status(
        "succeeded beats inProgress",
        "A3",
        "held == {ArtifactRestoreStatus.IN_PROGRESS, SUCCEEDED}",
        "COMPLETED",
    ),
    wrong_status("all failed beats some failed", "A4", "held == {SUCCEEDED, FAILED}", "FAILED"),
    wrong_status("some failed is completed", "A4", "held == {SUCCEEDED, FAILED}", "COMPLETED"),
    wrong_status(
        "succeeded is completedWithError", "A5", "held == {SUCCEEDED}", "COMPLETED_WITH_ERROR"
    ),
    wrong_status("failed is completedWithError", "A6", "held == {FAILED}", "COMPLETED_WITH_ERROR"),
    wrong_status("added and failed is failed", "A7", "held == {ADDED, FAILED}", "FAILED"),
    wrong_status(
        "scheduling and succeeded is activating",
        "A7",
        "held == {SCHEDULING, SUCCEEDED}",
        "ACTIVATING",
    ),
    wrong_status("added and scheduling is draft", "A8", "held == {ADDED, SCHEDULING}", "DRAFT"),
    changed(
        "the unknown is ignored",
        "A10 A9",
        AGGREGATION,
        "    if len(answers) == 1:",
        "    if True:\n        answers = {_KNOWN_CASES[known].status}",
    ),
    changed(
        "the unknown decides always",
        "A9",
        AGGREGATION,
        "    if len(answers) == 1:",
        "    if not answers:",
    ),
    # The lifecycle of an artifact
    changed(
        "a driver may skip scheduled",
        "L2",
        LIFECYCLE,
        "SCHEDULING: frozenset({SCHEDULED, FAILED})",
        "SCHEDULING: frozenset({SCHEDULED, IN_PROGRESS, FAILED})",
    ),
    changed(
        "scheduled can't fail",
        "L1 L2",
        LIFECYCLE,
        "SCHEDULED: frozenset({IN_PROGRESS, FAILED})",
        "SCHEDULED: frozenset({IN_PROGRESS})",
    ),
    changed(
        "scheduling can't fail",
        "L1 L2",
        LIFECYCLE,
        "SCHEDULING: frozenset({SCHEDULED, FAILED})",
        "SCHEDULING: frozenset({SCHEDULED})",
    ),
    changed(
        "added can fail",
        "L2",
        LIFECYCLE,
        "ADDED: frozenset({SCHEDULING})",
        "ADDED: frozenset({SCHEDULING, FAILED})",
    ),
    changed(
        "an observer is a driver",
        "L2",
        LIFECYCLE,
        "Reporter.OBSERVER: OBSERVATIONS",
        "Reporter.OBSERVER: STEPS",
    ),
    changed(
        "a driver is an observer",
        "L2",
        LIFECYCLE,
        "Reporter.DRIVER: STEPS",
        "Reporter.DRIVER: OBSERVATIONS",
    ),
    changed(
        "the same again is refused",
        "L3",
        RECORDING,
        "    if status is artifact.status:\n        return artifact\n",
        '    if status is artifact.status:\n        raise _refused(report, "again", "RestoreSessionActionNotAllowed", "L3")\n',
    ),
    changed(
        "the same again is a change",
        "L3 S6",
        RECORDING,
        "    if status is artifact.status:\n        return artifact\n",
        "",
    ),
    changed(
        "terminal is not absorbing",
        "L4",
        LIFECYCLE,
        "    absorbed = old in TERMINAL_ARTIFACT_STATUSES or",
        "    if old in TERMINAL_ARTIFACT_STATUSES:\n        return None\n    absorbed =",
    ),
    changed("added may follow the unknown", "L4", LIFECYCLE, "- {ADDED, UNKNOWN}", "- {UNKNOWN}"),
    changed(
        "nothing may follow the unknown",
        "L4 L2",
        LIFECYCLE,
        "return frozenset(ArtifactRestoreStatus) - {ADDED, UNKNOWN}",
        "return frozenset()",
    ),
    changed(
        "the unknown is never observed",
        "L4 L2",
        LIFECYCLE,
        "return _reachable(start) | {UNKNOWN}",
        "return _reachable(start)",
    ),
    # What an artifact gains
    changed(
        "inProgress has no start",
        "L5",
        RECORDING,
        "            started = report.start_date_time or report.time\n",
        "            started = report.start_date_time\n",
    ),
    changed(
        "the start moves with each report",
        "L5",
        RECORDING,
        "    if started is None:\n        if status in STARTED",
        "    if True:\n        if status in STARTED",
    ),
    changed(
        "the end is the time of the report",
        "L5",
        RECORDING,
        "    ended = report.completion_date_time or report.time\n",
        "    ended = report.time\n",
    ),
    changed(
        "it may end before it began",
        "L5",
        RECORDING,
        "    return started, later(started or session.created_date_time, ended)",
        "    return started, ended",
    ),
    changed(
        "a driver's failure has a start",
        "L5",
        RECORDING,
        "        elif reporter == Reporter.OBSERVER or artifact.status in STARTED_STATUSES:",
        "        else:",
    ),
    changed(
        "a failure forgets its start",
        "L5",
        RECORDING,
        "    started = artifact.start_date_time if artifact.status in MAY_HAVE_STARTED else None\n",
        "    started = artifact.start_date_time if status is not FAILED else None\n",
    ),
    changed(
        "a failure needs no error",
        "L5",
        RECORDING,
        "(report.error is not None) != (report.status is FAILED)",
        "report.error is not None and report.status is not FAILED",
    ),
    changed(
        "a success may have an error",
        "L5",
        RECORDING,
        "(report.error is not None) != (report.status is FAILED)",
        "report.error is None and report.status is FAILED",
    ),
    changed(
        "an artifact may begin before its session",
        "L5",
        RECORDING,
        "            started = later(session.created_date_time, started)",
        "            pass",
    ),
    # What a session tells
    changed(
        "the first end is the session's",
        "S3",
        SESSION,
        "        return max((time for time in times",
        "        return min((time for time in times",
    ),
    changed(
        "an active session has an end",
        "S3",
        SESSION,
        "        if self.tally.status not in TERMINAL_SESSION_STATUSES:",
        "        if self.tally.status not in TERMINAL_SESSION_STATUSES | {RestoreSessionStatus.ACTIVE}:",
    ),
    changed(
        "completedWithError has no error",
        "S4",
        SESSION,
        "    {RestoreSessionStatus.FAILED, RestoreSessionStatus.COMPLETED_WITH_ERROR}",
        "    {RestoreSessionStatus.FAILED}",
    ),
    changed(
        "an error has a detail for every artifact",
        "S4",
        SESSION,
        "            if artifact.status is ArtifactRestoreStatus.FAILED\n",
        "",
    ),
    changed(
        "an error's code is the first detail's",
        "S4",
        SESSION,
        "code=(codes.pop() if len(codes) == 1 else None) or UNKNOWN_ERROR",
        "code=details[0].code or UNKNOWN_ERROR",
    ),
    changed(
        "succeeded counts as in progress",
        "S5",
        SESSION,
        "            in_progress=self.tally[ArtifactRestoreStatus.IN_PROGRESS]",
        "            in_progress=self.tally[ArtifactRestoreStatus.IN_PROGRESS] + self.tally[ArtifactRestoreStatus.SUCCEEDED]",
    ),
    changed(
        "failed counts as completed",
        "S5",
        SESSION,
        "            completed=self.tally[ArtifactRestoreStatus.SUCCEEDED]",
        "            completed=self.tally[ArtifactRestoreStatus.SUCCEEDED] + self.tally[ArtifactRestoreStatus.FAILED]",
    ),
    changed(
        "a tally counts twice",
        "S5",
        AGGREGATION,
        "        counts[entered] += 1\n",
        "        counts[entered] += 2\n",
    ),
    changed(
        "a tally forgets who left", "S5 A3 A7 A2", AGGREGATION, "        counts[left] -= 1\n", ""
    ),
    changed(
        "granular artifacts do not count",
        "S2",
        SESSION,
        "        return self.tally.status if self.holds_artifacts",
        "        return StatusTally.of([artifact.status for artifact in self.mailbox_restore_artifacts or ()]).status if self.holds_artifacts",
    ),
    changed(
        "time moves backwards",
        "S6",
        EVENTS,
        "    at = later(session.last_modified_date_time or session.created_date_time, at)\n",
        "",
    ),
    changed(
        "the digits beyond the sixth do not count",
        "S6 L5",
        "model.timestamp",
        "    def fraction_beyond_microseconds(self) -> str:\n",
        "    def fraction_beyond_microseconds(self) -> str:\n        return ''\n\n    @property\n    def _fraction(self) -> str:\n",
    ),
    changed(
        "who changed it last is forgotten",
        "S6",
        EVENTS,
        "        by = session.last_modified_by\n",
        "        pass\n",
    ),
    changed(
        "who created it stays who changed it last",
        "S6",
        EVENTS,
        "    if by is None:\n",
        "    if by is None or session.last_modified_by:\n",
    ),
    changed(
        "a batch is as late as its last report",
        "S6",
        RECORDING,
        "            latest = later(latest, report.time)",
        "            latest = report.time",
    ),
    # Creating
    changed(
        "one more artifact than may be",
        "O1 O3",
        CHECKS,
        "    if entries > limit:",
        "    if entries > limit + 1:",
    ),
    changed(
        "one artifact less than may be",
        "O1 O3",
        CHECKS,
        "    if entries > limit:",
        "    if entries >= limit:",
    ),
    changed(
        "fifty whatever the limits",
        "O1 O3",
        CHECKS,
        "    limit = root.limits.artifacts_per_request",
        "    limit = 50",
    ),
    changed(
        "a breached limit is a 400",
        "O1",
        ERRORS,
        '("RestoreArtifactsLimitBreached", 413,',
        '("RestoreArtifactsLimitBreached", 400,',
    ),
    changed(
        "a restore point before a path type",
        "O1",
        DRAFTING,
        "    checks.path_type(operation, additions)\n    checks.restore_point(operation, additions)\n    checks.different_destination(operation, additions)",
        "    checks.restore_point(operation, additions)\n    checks.path_type(operation, additions)\n    checks.different_destination(operation, additions)",
    ),
    changed(
        "duplicates before destinations",
        "O1",
        DRAFTING,
        "    checks.different_destination(operation, additions)\n    checks.duplicate(operation, additions)\n",
        "    checks.duplicate(operation, additions)\n    checks.different_destination(operation, additions)\n",
    ),
    changed(
        "the limit after all else",
        "O1",
        DRAFTING,
        "    checks.too_many(root, operation, len(requested))\n    checks.path_type(operation, additions)\n    checks.restore_point(operation, additions)\n    checks.different_destination(operation, additions)\n    checks.duplicate(operation, additions)\n",
        "    checks.path_type(operation, additions)\n    checks.restore_point(operation, additions)\n    checks.different_destination(operation, additions)\n    checks.duplicate(operation, additions)\n    checks.too_many(root, operation, len(requested))\n",
    ),
    changed(
        "a session without artifacts",
        "O1",
        DRAFTING,
        "    if not requested:\n",
        "    if requested is None:\n",
    ),
    changed(
        "the same restore point twice",
        "O1 O3",
        CHECKS,
        '        first[key] = f"the request, at {path},"',
        "        pass",
    ),
    changed(
        "a reference is another restore point",
        "O1 O3 O6",
        "model.restore_point",
        '        last = (self.odata_id or "").rstrip("/").rpartition("/")[2]',
        '        last = self.odata_id or ""',
    ),
    changed(
        "any destination will do",
        "O1 O3 O6",
        CHECKS,
        "artifact.destination_type not in DESTINATIONS",
        "artifact.destination_type is None",
    ),
    changed(
        "a blank restore point", "O1 O3 O6", CHECKS, "bool(point.key.strip())", "bool(point.key)"
    ),
    changed(
        "artifacts go where they like",
        "O1 O3 O6",
        CHECKS,
        "        if artifact.destination_type is not expected:",
        "        if False:",
    ),
    changed(
        "artifacts begin in scheduling",
        "O1 A2 S5",
        DRAFTING,
        "            status=ArtifactRestoreStatus.ADDED",
        "            status=ArtifactRestoreStatus.SCHEDULING",
    ),
    # Looking
    changed(
        "a blank id is not found", "O2 O3 O4 O5 O6 O7", CHECKS, "not session_id.strip() or", ""
    ),
    changed(
        "a page too many",
        "O2",
        COLLECTION,
        "if end < len(self) else None",
        "if 0 < end <= len(self) else None",
    ),
    changed(
        "a page begins with the last entry",
        "O2",
        COLLECTION,
        "        start = bisect_right(ordinals, after)",
        "        start = max(bisect_right(ordinals, after) - 1, 0)",
    ),
    changed(
        "a token counts entries",
        "O2",
        COLLECTION,
        "        start = bisect_right(ordinals, after)",
        "        start = min(after + 1, len(self))",
    ),
    changed("a page of nothing", "O2", PAGING, "or top < 1)", "or top < 0)"),
    changed(
        "the newest comes first",
        "O2 O1 O3 O6",
        COLLECTION,
        "        held = (*self, *entities)\n",
        "        held = (*entities, *self)\n",
    ),
    # Updating
    changed(
        "an active session may be changed",
        "O3 O4 O5 O6",
        CHECKS,
        "    if session.status is not RestoreSessionStatus.DRAFT:",
        "    if session.status not in {RestoreSessionStatus.DRAFT, RestoreSessionStatus.ACTIVE}:",
    ),
    changed(
        "a patch removes nothing",
        "O3",
        EVENTS,
        "    if removed:\n        whole = _held(whole).removing(removed)\n",
        "",
    ),
    changed(
        "a patch loses the last artifact",
        "O3",
        EVENTS,
        "        whole = _held(whole).removing(removed)\n",
        "        whole = _held(whole).removing((*removed, whole[-1].id))\n",
    ),
    changed(
        "a removal that fails is not told",
        "O3",
        DRAFTING,
        "            failed[position] = _not_there(entry.id)",
        "            pass",
    ),
    changed(
        "a removal that fails fails all",
        "O3",
        DRAFTING,
        "            failed[position] = _not_there(entry.id)",
        '            raise refusal_of(Operation.UPDATE, "InvalidPatchRequest", "no such artifact")',
    ),
    changed(
        "a removal fails with 404",
        "O3",
        DRAFTING,
        "            response_code=409,",
        "            response_code=404,",
    ),
    changed(
        "a patch is judged before its removals",
        "O3",
        DRAFTING,
        "_check_additions(operation, session, additions, frozenset(removed))",
        "_check_additions(operation, session, additions, frozenset())",
    ),
    changed(
        "a held restore point may come again",
        "O3 O6",
        DRAFTING,
        "    checks.duplicate(operation, additions, (artifact.restore_point for artifact in whole))",
        "    checks.duplicate(operation, additions)",
    ),
    changed(
        "the destination of the session does not count",
        "O3 O6",
        DRAFTING,
        "        operation, additions, (artifact.destination_type for artifact in staying)\n",
        "        operation, additions\n",
    ),
    changed(
        "a malformed patch has no artifacts",
        "O3",
        DRAFTING,
        '"InvalidPatchRequest", request, UpdateSessionRequest',
        '"InvalidArtifactRequest", request, UpdateSessionRequest',
    ),
    # Activating
    changed(
        "one more active session than may be",
        "O4",
        DRAFTING,
        "    if active >= root.limits.active_sessions:",
        "    if active > root.limits.active_sessions:",
    ),
    changed(
        "activating sessions do not count",
        "O4",
        DRAFTING,
        "frozenset({RestoreSessionStatus.ACTIVATING, RestoreSessionStatus.ACTIVE})",
        "frozenset({RestoreSessionStatus.ACTIVE})",
    ),
    changed(
        "drafts count as active",
        "O4",
        DRAFTING,
        "frozenset({RestoreSessionStatus.ACTIVATING, RestoreSessionStatus.ACTIVE})",
        "frozenset({RestoreSessionStatus.ACTIVATING, RestoreSessionStatus.ACTIVE, RestoreSessionStatus.DRAFT})",
    ),
    changed(
        "an empty session is activated",
        "O4",
        DRAFTING,
        "    if not session.tally.total:\n",
        "    if False:\n",
    ),
    changed(
        "too many is a 429",
        "O4",
        ERRORS,
        '("TooManyActiveRestoreSessions", 500,',
        '("TooManyActiveRestoreSessions", 429,',
    ),
    changed(
        "one artifact stays added",
        "O4 S5 A8 A2",
        DRAFTING,
        " for artifact in session.artifacts\n    )\n    root, activated",
        " for artifact in list(session.artifacts)[:1]\n    )\n    root, activated",
    ),
    # Deleting
    changed(
        "any session is deleted",
        "O5",
        DRAFTING,
        "checks.draft_session(root, Operation.DELETE, session_id)",
        "checks.found_session(root, Operation.DELETE, session_id)",
    ),
    changed(
        "a deleted session stays",
        "O5",
        DRAFTING,
        "    return Outcome(apply(root, event), None, (event,))",
        "    return Outcome(root, None, (event,))",
    ),
    # Reporting
    changed(
        "a batch applies what it can",
        "O7 L1 L2 L4 L5",
        RECORDING,
        "    if refusals:\n",
        "    if refusals and latest is None:\n",
    ),
    changed(
        "a batch looks at the session alone",
        "O7 L1 L2 L3 L4",
        RECORDING,
        "changed.get(report.artifact_id) or session.artifact(report.artifact_id)",
        "session.artifact(report.artifact_id)",
    ),
    changed(
        "a batch names its last refusal",
        "O7 L2 L4 L5",
        ERRORS,
        "        _, first = self.refusals[0]",
        "        _, first = self.refusals[-1]",
    ),
    changed(
        "an unknown artifact is not allowed",
        "O7",
        RECORDING,
        '"ArtifactNotFound", "O7")',
        '"RestoreSessionActionNotAllowed", "O7")',
    ),
    # Expiring
    changed(
        "a year to the second is over",
        "O8",
        EXPIRY,
        "> root.limits.retention",
        ">= root.limits.retention",
    ),
    changed(
        "what failed stays",
        "O8",
        EXPIRY,
        "    if session.status not in TERMINAL_SESSION_STATUSES:",
        "    if session.status not in TERMINAL_SESSION_STATUSES or session.error:",
    ),
    changed(
        "active sessions expire",
        "O8",
        EXPIRY,
        "    if session.status not in TERMINAL_SESSION_STATUSES:",
        "    if False:",
    ),
    changed(
        "nothing goes",
        "O8",
        EXPIRY,
        "    return Outcome(with_sessions(root, kept), ids, events)",
        "    return Outcome(root, ids, events)",
    ),
    changed(
        "a year whatever the limits",
        "O8",
        EXPIRY,
        "> root.limits.retention",
        "> type(root.limits)().retention",
    ),
)
