"""Loading and dumping against the fastest parsers, and against models of the same shape."""

import json
from datetime import datetime
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

from restore_domain import ArtifactRestoreStatus, DestinationType, ExchangeRestoreSession, wire
from tests.benchmarks.sessions import session, session_bytes

SIZES = (50, 1_000, 10_000, 100_000)


class Model(BaseModel):
    """Graph's names in camelCase, unknown properties kept, as restore_domain does."""

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
    if side == "sdk" and size > 1_000:
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
    goal = 2.0 if side == "restore_domain" else None
    compare(f"load {size:,} artifacts", side, run, baseline=side == "orjson", goal=goal)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", ["json", "orjson", "restore_domain", "pydantic"])
def bench_dump(compare: Any, size: int, side: str) -> None:
    plain = session(size)
    data = session_bytes(size)
    entity = wire.loads(data, ExchangeRestoreSession)
    model = SessionModel.model_validate_json(data)
    run = {
        "json": lambda: json.dumps(plain),
        "orjson": lambda: orjson.dumps(plain),
        "restore_domain": lambda: wire.dumps(entity),
        "pydantic": lambda: model.model_dump_json(by_alias=True, exclude_unset=True),
    }[side]
    goal = 0.6 if side == "restore_domain" else None
    compare(f"dump {size:,} artifacts", side, run, baseline=side == "json", goal=goal)
