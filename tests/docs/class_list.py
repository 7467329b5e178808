"""The classes of failure by their groups, from their own words."""

from __future__ import annotations

from ytui.core.failures.classes import FailureClass, FailureGroup


def class_list() -> str:
    """Return each class with its reason and its remedy."""
    lines: list[str] = []
    for group in FailureGroup:
        lines += [f"### {group}", ""]
        lines += [
            f"- `{found}`: {found.reason} {found.remedy}" for found in FailureClass if found.group is group
        ]
        lines.append("")
    return "\n".join(lines).rstrip()
