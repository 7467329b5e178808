"""Google Takeout's ``subscriptions.csv``, whatever language its header speaks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from ytui.engine.importing.addresses import CHANNEL_ID, channel_address, of_channel_id, tidy_name
from ytui.engine.importing.found import Found, FoundChannel, Kind

_DELIMITERS = ",;\t"
_SAMPLE = 50
"""Rows that tell what the columns hold."""


def looks_like_takeout(text: str) -> bool:
    """Whether some of the first lines are rows of channel ids or addresses."""
    delimiter = _delimiter(text)
    return any(row and len(row) > 1 and _holds_channel(row) for _, row in _rows(_head(text), delimiter))


def read_takeout(name: str, text: str) -> Found:
    """The channels of the file: a column of ids, one of addresses, one of titles, told by what they hold."""
    found = Found(name, Kind.TAKEOUT)
    delimiter = _delimiter(text)
    title_at = _title_column([row for _, row in _rows(_head(text), delimiter) if _holds_channel(row)])
    for number, (line, row) in enumerate(_rows(text, delimiter)):
        if row is None:
            found.skip(line, "a row that is no CSV")
        elif not row:
            continue
        elif number == 0 and not _holds_channel(row):
            # The header.
            continue
        else:
            _take(line, row, title_at, found)
    return found


def _take(line: int, row: Sequence[str], title_at: int | None, found: Found) -> None:
    cells = [cell.strip() for cell in row]
    own = next((cell for cell in cells if CHANNEL_ID.fullmatch(cell)), None)
    address = next((cell for cell in cells if "://" in cell), None)
    try:
        if own is None and address is None:
            raise ValueError("a row with neither a channel's id nor its address")
        url = of_channel_id(own) if own else channel_address(str(address))
    except ValueError as error:
        found.skip(line, str(error))
        return
    label = tidy_name(cells[title_at]) if title_at is not None and title_at < len(cells) else ""
    found.channels.append(FoundChannel({"url": url, **({"name": label} if label else {})}, own))


def _holds_channel(row: Sequence[str] | None) -> bool:
    return row is not None and any(CHANNEL_ID.fullmatch(cell.strip()) or "://" in cell for cell in row)


def _title_column(rows: Sequence[Sequence[str] | None]) -> int | None:
    """The first column that holds neither ids nor addresses in any row."""
    width = max((len(row) for row in rows if row), default=0)
    for at in range(width):
        cells = [row[at].strip() for row in rows if row and at < len(row)]
        if any(cells) and not _holds_channel(cells):
            return at
    return None


def _delimiter(text: str) -> str:
    head = _head(text)

    def fields(delimiter: str) -> int:
        return sum(len(row) for _, row in _rows(head, delimiter) if row and _holds_channel(row))

    return max(_DELIMITERS, key=fields)


def _head(text: str) -> str:
    return "\n".join(text.split("\n", _SAMPLE)[:_SAMPLE])


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Each row with the line it begins at; None for one that the reader refuses."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        yield line, row
