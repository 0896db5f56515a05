"""A table as a Parquet file, written by DuckDB, which the extra ``parquet`` installs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from restore_domain.cli.terminal import BadInputError

__all__ = ["parquet"]


def parquet(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return these rows as a Parquet file; each column is given with its SQL type.

    Raises BadInputError, which names the extra, if DuckDB is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra, that no other command needs
    except ImportError:
        raise BadInputError(
            [("--format parquet", "needs DuckDB: pip install 'restore-domain[parquet]'")]
        ) from None
    declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    values = ", ".join("?" * len(columns))
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE made ({declared})")
        connection.executemany(f"INSERT INTO made VALUES ({values})", list(rows))  # noqa: S608
        path = Path(folder, "made.parquet")
        connection.table("made").write_parquet(str(path))
        return path.read_bytes()
