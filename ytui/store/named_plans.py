"""Named plans: items that a person put together, to be shown, exported and retried as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytui.store import schema
from ytui.store.database import Database, transaction
from ytui.store.rows import PLAN_ITEM, PlanItem


@dataclass(frozen=True)
class NamedPlan:
    """A named plan with the number of its items, and of those that are still unresolved."""

    id: int
    name: str
    created_at: float
    items: int
    unresolved: int


def create(db: Database, name: str, item_ids: Sequence[int], now: float) -> NamedPlan:
    """Make a plan of these items, or add them to the one of that name; unknown ids are left out."""
    with transaction(db):
        db.execute("INSERT INTO plans (name, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING", (name, now))
        plan_id = db.value("SELECT id FROM plans WHERE name = ?", (name,))
        for item_id in item_ids:
            db.execute(
                "INSERT INTO plan_members (plan_id, item_id) SELECT ?, id FROM plan_items WHERE id = ? "
                "ON CONFLICT DO NOTHING",
                (plan_id, item_id),
            )
    found = by_name(db, name)
    assert found is not None
    return found


def take_out(db: Database, plan_id: int, item_ids: Sequence[int]) -> None:
    """Take items out of a plan; they stay in the work plan, and so does the named plan."""
    with transaction(db):
        for item_id in item_ids:
            db.execute("DELETE FROM plan_members WHERE plan_id = ? AND item_id = ?", (plan_id, item_id))


def all_plans(db: Database) -> list[NamedPlan]:
    """Every named plan, by name."""
    rows = db.all(
        "SELECT p.id, p.name, p.created_at, count(i.id), "
        f"coalesce(sum(i.state IN {schema.UNRESOLVED}), 0) "
        "FROM plans p LEFT JOIN plan_members m ON m.plan_id = p.id "
        "LEFT JOIN plan_items i ON i.id = m.item_id "
        "GROUP BY p.id ORDER BY p.name COLLATE NOCASE"
    )
    return [NamedPlan(*row) for row in rows]


def by_name(db: Database, name: str) -> NamedPlan | None:
    """The plan of a name."""
    return next((plan for plan in all_plans(db) if plan.name == name), None)


def items(db: Database, plan_id: int) -> list[PlanItem]:
    """The items of a plan, oldest first, whatever became of them."""
    rows = db.all(
        f"SELECT {PLAN_ITEM.of('i')} FROM plan_members m JOIN plan_items i ON i.id = m.item_id "
        "WHERE m.plan_id = ? ORDER BY i.id",
        (plan_id,),
    )
    return [PLAN_ITEM.read(row) for row in rows]


def delete(db: Database, plan_id: int) -> None:
    """Forget a plan's name; its items stay in the work plan."""
    with transaction(db):
        db.execute("DELETE FROM plans WHERE id = ?", (plan_id,))
