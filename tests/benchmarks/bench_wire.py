"""Loading and dumping, compared with the fastest parsers, and with models of the same shape."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any

import msgspec
import orjson
import pytest
from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory
from msgraph_beta.generated.models.exchange_restore_session import (
    ExchangeRestoreSession as SdkSession,
)
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from restore_domain import (
    ArtifactRestoreStatus,
    DestinationType,
    ExchangeRestoreSession,
    audit,
    wire,
)
from tests.benchmarks.sessions import SHAPES, session, session_bytes, shaped_bytes

SMALL = 50
"""As many artifacts as the SDK reads in half a second."""

SIZES = (SMALL, 1_000, 10_000, 100_000)
LOAD_GOALS = {50: 3.0, 1_000: 1.5, 10_000: 1.0}
SHAPE_GOALS = {1_000: 2.5, 10_000: 1.5}


class Model(BaseModel):
    """Graph's names in camelCase, and unknown properties preserved, as in restore_domain."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True)


class ErrorModel(Model):
    code: str | None = None
    message: str | None = None


class RestorePointModel(Model):
    id: str
    protection_date_time: datetime | None = None
    expiration_date_time: datetime | None = None


class ArtifactModel(Model):
    id: str
    status: ArtifactRestoreStatus
    destination_type: DestinationType | None = None
    start_date_time: datetime | None = None
    completion_date_time: datetime | None = None
    error: ErrorModel | None = None
    restored_folder_id: str | None = None
    restored_folder_name: str | None = None
    restored_item_count: int | None = None
    restore_point: RestorePointModel | None = None


class SessionModel(Model):
    id: str
    status: str | None = None
    created_date_time: datetime | None = None
    mailbox_restore_artifacts: tuple[ArtifactModel, ...] = ()


def sdk_load(data: bytes) -> Any:
    """Parse with Microsoft's Python SDK."""
    node = JsonParseNodeFactory().get_root_parse_node("application/json", data)
    return node.get_object_value(SdkSession)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", ["orjson", "msgspec", "json", "restore_domain", "pydantic", "sdk"])
def bench_load(compare: Any, size: int, side: str) -> None:
    if side == "sdk" and size > SMALL:
        pytest.skip("the SDK takes some 10 ms an artifact")
    data = session_bytes(size)
    run = {
        "orjson": lambda: orjson.loads(data),
        "msgspec": lambda: msgspec.json.decode(data),
        "json": lambda: json.loads(data),
        "restore_domain": lambda: wire.loads(data, ExchangeRestoreSession),
        "pydantic": lambda: SessionModel.model_validate_json(data),
        "sdk": lambda: sdk_load(data),
    }[side]
    goal = LOAD_GOALS.get(size) if side == "restore_domain" else None
    compare(f"load {size:,} artifacts", side, run, baseline=side == "orjson", goal=goal)


@pytest.mark.parametrize("size", SHAPE_GOALS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("side", ["orjson", "restore_domain"])
def bench_load_shape(compare: Any, size: int, shape: str, side: str) -> None:
    data = shaped_bytes(shape, size)
    run = {
        "orjson": lambda: orjson.loads(data),
        "restore_domain": lambda: wire.loads(data, ExchangeRestoreSession),
    }[side]
    goal = None if side == "orjson" or shape.startswith("200") else SHAPE_GOALS[size]
    group = f"load {size:,} artifacts: {shape}"
    compare(group, side, run, baseline=side == "orjson", goal=goal)


STRANGE = 300
"""Small documents, each of which has a new name."""


@pytest.mark.parametrize("side", ["as the last one", "with a new name each"])
def bench_strangers(compare: Any, side: str) -> None:
    plain = session_bytes(3)
    rounds = count()

    def run() -> None:
        number = next(rounds)
        for document in range(STRANGE):
            name = f"x{number}_{document}" if side == "with a new name each" else "x"
            data = plain.replace(b'{"id":', b'{"%s":1,"id":' % name.encode(), 2)
            wire.loads(data, ExchangeRestoreSession)

    compare("a small document", side, run, baseline=side == "as the last one", calls=STRANGE)


def walk(data: bytes) -> None:
    """Load, and access each artifact."""
    for artifact in wire.loads(data, ExchangeRestoreSession).artifacts:
        _ = artifact.id, artifact.status, artifact.error


@pytest.mark.parametrize("size", SHAPE_GOALS)
@pytest.mark.parametrize("side", ["load", "load, then id, status and error of each", "load, audit"])
def bench_walk(compare: Any, size: int, side: str) -> None:
    data = session_bytes(size)
    run = {
        "load": lambda: wire.loads(data, ExchangeRestoreSession),
        "load, then id, status and error of each": lambda: walk(data),
        "load, audit": lambda: audit(wire.loads(data, ExchangeRestoreSession)),
    }[side]
    compare(f"look at {size:,} artifacts", side, run, baseline=side == "load")


DUMP_GOALS = {"untouched": 0.25, "untouched, masked": 0.25, "all touched": 1.0}


def loaded(size: int) -> ExchangeRestoreSession:
    return wire.loads(session_bytes(size), ExchangeRestoreSession)


def touched(size: int) -> ExchangeRestoreSession:
    """Load, and access every artifact."""
    found = loaded(size)
    for artifact in found.artifacts:
        _ = artifact
    return found


DUMPS: dict[str, tuple[Callable[[int], Any], Callable[[Any], Any]]] = {
    "json": (session, json.dumps),
    "orjson": (session, orjson.dumps),
    "untouched": (loaded, wire.dumps),
    "untouched, masked": (loaded, partial(wire.dumps, include_unknown_enum_members=False)),
    "all touched": (touched, wire.dumps),
    "pydantic": (
        lambda size: SessionModel.model_validate_json(session_bytes(size)),
        lambda model: model.model_dump_json(by_alias=True, exclude_unset=True),
    ),
}
"""What each side writes, and how."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", DUMPS)
def bench_dump(compare: Any, size: int, side: str) -> None:
    make, dump = DUMPS[side]
    made = make(size)
    goal = DUMP_GOALS.get(side) if size == 10_000 else None
    group = f"dump {size:,} artifacts"
    compare(group, side, lambda: dump(made), baseline=side == "json", goal=goal)
