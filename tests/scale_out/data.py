"""The input of the engines, and the reference's result."""

import csv
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from pathlib import Path
from typing import NamedTuple, TypeAlias

from restore_domain.aggregation import DECISION_TABLE, StatusTally, explain
from restore_domain.lifecycle import STARTED_STATUSES, Reporter, refusal
from restore_domain.status import ArtifactRestoreStatus

ADDED = ArtifactRestoreStatus.ADDED
UNKNOWN = ArtifactRestoreStatus.UNKNOWN_FUTURE_VALUE

START = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)


class Artifact(NamedTuple):
    """A row of the artifacts: the text of its status may be unknown."""

    session: str
    status: str | None


class Report(NamedTuple):
    """A row of the reports."""

    session: str
    artifact: str
    status: str | None
    reported_at: str


Statuses: TypeAlias = dict[str, tuple[str, str]]
"""The status of each session, and the rule that gives it."""


def write(path: Path, rows: Iterable[Artifact | Report]) -> str:
    """Write a CSV of these rows, in which an empty cell stands for a missing status."""
    first, *others = rows
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([first._fields, first, *others])
    return str(path)


def instant(number: int) -> str:
    return (START + timedelta(seconds=number)).isoformat()


# The reference


def read_as(text: str | None) -> ArtifactRestoreStatus:
    """Read a text by the rule of evolvable enums (W2)."""
    return ArtifactRestoreStatus(text) if text in set(ArtifactRestoreStatus) else UNKNOWN


def expected_of_sessions(
    statuses: Mapping[str, Iterable[ArtifactRestoreStatus]],
) -> Statuses:
    answers = {session: explain(present) for session, present in statuses.items()}
    return {session: (answer.status, answer.rule) for session, answer in answers.items()}


def expected_of_artifacts(artifacts: Iterable[Artifact]) -> Statuses:
    present: dict[str, list[ArtifactRestoreStatus]] = {}
    for artifact in artifacts:
        present.setdefault(artifact.session, []).append(read_as(artifact.status))
    return expected_of_sessions(present)


_TIES = {status: order for order, status in enumerate([UNKNOWN, *ArtifactRestoreStatus][:-1])}
"""At one instant the unknown status comes first, and the others in the order of the lifecycle."""


def _in_time(report: Report) -> tuple[datetime, int]:
    return datetime.fromisoformat(report.reported_at), _TIES[read_as(report.status)]


def observed(reports: Iterable[Report]) -> dict[tuple[str, str], ArtifactRestoreStatus]:
    """Return each artifact's status after an observer reported everything that is allowed, in order
    of time.
    """
    present: dict[tuple[str, str], ArtifactRestoreStatus] = {}
    started = set()
    for report in sorted(reports, key=_in_time):
        key, received = (report.session, report.artifact), read_as(report.status)
        old, has_start = present.setdefault(key, ADDED), key in started
        if refusal(old, received, Reporter.OBSERVER, started=has_start) is None:
            present[key] = received
            if received in STARTED_STATUSES:
                started.add(key)
    return present


def by_session(
    artifacts: Mapping[tuple[str, str], ArtifactRestoreStatus],
) -> dict[str, list[ArtifactRestoreStatus]]:
    present: dict[str, list[ArtifactRestoreStatus]] = {}
    for (session, _), status in artifacts.items():
        present.setdefault(session, []).append(status)
    return present


def expected_of_reports(reports: Iterable[Report]) -> Statuses:
    return expected_of_sessions(by_session(observed(reports)))


def expected_tallies(reports: Iterable[Report]) -> dict[tuple[str, str], int]:
    """Return how many artifacts of each session are in each status, without the zeros."""
    return {
        (session, status): tally[status]
        for session, present in by_session(observed(reports)).items()
        if (tally := StatusTally.of(present))
        for status in ArtifactRestoreStatus
        if tally[status]
    }


# The input of the engines


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - to be the same in every run


def every_case(chance: random.Random) -> list[Artifact]:
    """Return a session for each of the 127 non-empty sets, with some statuses repeated."""
    rows = [
        Artifact(case, status)
        for case, row in zip(CASES, DECISION_TABLE, strict=True)
        for status in row.statuses
        for _ in range(chance.randint(1, 3))
    ]
    chance.shuffle(rows)
    return rows


CASES = [f"case {case}" for case in range(len(DECISION_TABLE))]

EXPECTED_OF_CASES: Statuses = {
    case: (row.status, row.rule) for case, row in zip(CASES, DECISION_TABLE, strict=True)
}


def reported(artifacts: Iterable[Artifact]) -> list[Report]:
    """Report each of these as a separate artifact."""
    return [
        Report(artifact.session, f"a{number}", artifact.status, instant(number))
        for number, artifact in enumerate(artifacts)
    ]


TEXTS = [*ArtifactRestoreStatus, "paused", "Succeeded", " failed", "失敗", "'; --", None]
"""Statuses, and other texts: each of those is read as the unknown status."""


def random_artifacts(chance: random.Random, sessions: int, rows: int) -> list[Artifact]:
    """Return many rows, with few kinds in each session: else all sessions are alike."""
    kinds = {
        f"s{number}": chance.sample(TEXTS, chance.choice([1, 1, 2, 2, 3, 5]))
        for number in range(sessions)
    }
    names = list(kinds)
    chosen = chance.choices(names, k=rows)
    return [Artifact(session, chance.choice(kinds[session])) for session in chosen]


def every_history() -> Iterator[Report]:
    """Return each history of up to four reports of an artifact, each in a separate session.

    Up to three reports are at any times, also at the same one; four are one after another.
    """
    received = list(product(ArtifactRestoreStatus, range(3)))
    histories = [history for size in (1, 2, 3) for history in combinations(received, size)]
    fours = product(ArtifactRestoreStatus, repeat=4)
    histories += [tuple(zip(four, range(4), strict=True)) for four in fours]
    for number, history in enumerate(histories):
        for status, time in history:
            yield Report(f"history {number}", "a1", status, instant(time))


def random_reports(chance: random.Random, sessions: int, reports: int) -> list[Report]:
    """Return reports of few artifacts in each session, several of them at the same instant."""
    return [
        Report(
            f"s{chance.randrange(sessions)}",
            f"a{chance.randrange(4)}",
            chance.choice(TEXTS),
            instant(chance.randrange(12)),
        )
        for _ in range(reports)
    ]


def deliveries(
    reports: Iterable[Report], chance: random.Random, batches: int
) -> list[list[Report]]:
    """Deliver reports at least once, in any order, in this many batches of any size."""
    once = list(reports)
    sent = once + chance.choices(once, k=len(once) // 3)
    chance.shuffle(sent)
    ends = sorted(chance.sample(range(1, len(sent)), batches - 1))
    return [sent[start:end] for start, end in zip([0, *ends], [*ends, len(sent)], strict=True)]
