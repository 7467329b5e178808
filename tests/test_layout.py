"""The rules of the house, read from the source: who may import what, and how little a start loads."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import ytui
from tests.support.processes.waiting import PATIENCE

ROOT = Path(ytui.__file__).parent
ALLOWED = {
    "textual": ("ytui.tui",),
    "rich": ("ytui.tui", "ytui.cli"),
    "click": ("ytui.cli",),
    "yt_dlp": ("ytui.ytdlp", "ytui.demo"),
    "sqlite_utils": ("ytui.store",),
    "platformdirs": ("ytui.paths",),
    "tomlkit": ("ytui.config",),
    "tomllib": ("ytui.config", "ytui.core.failures.rule"),
}
SQL = re.compile(
    r"\bSELECT\b|\bINSERT (OR \w+ )?INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b|\bWHERE\b"
    r"|\b(LEFT|INNER|CROSS) JOIN\b|\b(ORDER|GROUP) BY\b|\bCOLLATE\b|\bPRAGMA\b|\bIS (NOT )?NULL\b"
    r"|\bjson_(each|extract)\(|\bcoalesce\("
    r"|\bLIMIT (\d|\?|\{)|\bIN \(|\bLIKE \?|\b[a-z_]+ (=|<>|<=|>=|<|>) \?|^\('[a-z_]+'(, '[a-z_]+')*\)$"
)
"""What nothing but SQL says, in the capitals that the store writes it in."""
QUERIES = ("execute", "executemany", "executescript", "one", "all", "value")
HEAVY = ("textual", "rich", "yt_dlp", "sqlite_utils", "sqlite3", "tomlkit", "platformdirs", "multiprocessing")


@cache
def imports() -> tuple[tuple[str, str], ...]:
    """Every import of the package, as (importing module, imported module)."""
    return tuple(_read_imports())


def _read_imports() -> Iterator[tuple[str, str]]:
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module} imports relatively"
                yield module, node.module or ""


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT.parent).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of a module that is no docstring, with its line; what f-strings put in is ``{}``."""
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            yield node.lineno, "".join(map(str, parts))


def queries(tree: ast.Module) -> Iterator[int]:
    """The lines of a module that run a query on a connection."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in QUERIES:
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in ("db", "connection"):
                yield node.lineno


def _within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith((f"{package}.", f"{package}_")) for package in packages)


def test_a_package_is_imported_only_in_its_room() -> None:
    strangers = [
        (module, name)
        for module, name in imports()
        if (package := name.split(".")[0]) in ALLOWED and not _within(module, ALLOWED[package])
    ]
    assert strangers == []


def test_sql_stands_in_the_store_alone() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in _modules()
        if not path.startswith("ytui/store/")
        for line in [*queries(tree), *(line for line, text in literals(tree) if SQL.search(text))]
    ]
    assert found == []


def test_core_imports_the_standard_library_and_itself() -> None:
    foreign = [
        (module, name)
        for module, name in imports()
        if _within(module, ("ytui.core",))
        and not _within(name, ("ytui.core",))
        and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []


@pytest.mark.parametrize("command", [["--version"], ["--help"]])
def test_a_start_loads_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys, json, io\n"
        "from ytui.cli.main import run\n"
        "sys.stdout = io.StringIO()\n"
        f"code = run({command!r})\n"
        "said, sys.stdout = sys.stdout.getvalue(), sys.__stdout__\n"
        "print(json.dumps([code, said, sorted(sys.modules)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    code_given, said, modules = json.loads(done.stdout)
    assert code_given == 0
    assert "ytui" in said
    assert [name for name in HEAVY if name in modules] == []


def test_the_entry_point_loads_nothing_of_ytui_but_itself() -> None:
    code = "import sys, ytui.__main__; print(*sorted(m for m in sys.modules if m.split('.')[0] == 'ytui'))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout.split() == ["ytui", "ytui.__main__"]


def test_the_application_shares_no_code_with_the_commands() -> None:
    assert [
        pair for pair in imports() if _within(pair[0], ("ytui.tui",)) and _within(pair[1], ("ytui.cli",))
    ] == []
