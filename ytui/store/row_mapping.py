"""Row mapping: how result rows become dataclasses, and values become JSON columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Generic, TypeVar

from ytui.core.job_options import NO_OPTIONS, JobOptions

Row = TypeVar("Row")


class Columns(Generic[Row]):
    """The columns of a row's table, and how a result row becomes the dataclass."""

    def __init__(
        self, row: type[Row], derived: Mapping[str, str] | None = None, **convert: Callable[[Any], Any]
    ) -> None:
        """``derived`` are expressions by field, with ``{}`` before each column of the table."""
        self._row = row
        self._derived = derived or {}
        self.names = tuple(column.name for column in fields(row))  # type: ignore[arg-type]
        self.sql = self._list("")
        self._convert = tuple((self.names.index(name), function) for name, function in convert.items())

    def of(self, table: str) -> str:
        """The columns qualified with a table's name or alias."""
        return self._list(f"{table}.")

    def _list(self, prefix: str) -> str:
        return ", ".join(
            self._derived[name].format(prefix) if name in self._derived else prefix + name
            for name in self.names
        )

    def read(self, values: Any) -> Row:
        """The dataclass of a result row that begins with these columns in order."""
        columns = list(values)
        for index, function in self._convert:
            if columns[index] is not None:
                columns[index] = function(columns[index])
        return self._row(*columns)


def from_json(text: str) -> Mapping[str, Any]:
    """A JSON object of a column."""
    if text == "{}":
        return {}
    value: Mapping[str, Any] = json.loads(text)
    return value


def to_json(value: Any) -> str:
    """A value for a JSON column; what JSON does not know is stored as its text."""
    return json.dumps(value, default=str, ensure_ascii=True, separators=(",", ":"))


def options_from_json(text: str) -> JobOptions:
    """A job's options of a column."""
    return NO_OPTIONS if text == "{}" else JobOptions.from_values(json.loads(text))
