"""The one table of actions: bindings, footer, help, palette and the manual's table are all made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding


class View(StrEnum):
    """What is on the screen, as far as keys are concerned."""

    DASHBOARD = "dashboard"
    VIDEOS = "videos"
    JOBS = "jobs"
    PLAN = "plan"
    LOG = "log"
    STATISTICS = "statistics"
    TRASH = "trash"
    DETAILS = "details"
    JOB_LOG = "job log"
    SEARCH = "search"


class Pane(StrEnum):
    """Which part of the dashboard has the keyboard."""

    CHANNELS = "channels"
    WORKERS = "workers"
    LOG = "log"


MAIN = frozenset({View.DASHBOARD, View.VIDEOS, View.JOBS, View.PLAN, View.LOG, View.TRASH})
SHOWN = MAIN | {View.STATISTICS}
"""The views of the main screen: those with a list, and the statistics."""
ALL = frozenset(View)
MARKABLE = frozenset({View.DASHBOARD, View.VIDEOS, View.JOBS, View.PLAN, View.TRASH})
ITEMS = frozenset({View.DASHBOARD, View.VIDEOS, View.JOBS, View.PLAN, View.DETAILS})
FAILABLE = frozenset({View.VIDEOS, View.JOBS, View.PLAN, View.DETAILS})
QUEUED = frozenset({View.VIDEOS, View.JOBS, View.DETAILS})
LOGS = frozenset({View.LOG, View.JOB_LOG})
CHANNELS = frozenset({Pane.CHANNELS})
LISTS = frozenset({Pane.CHANNELS, Pane.LOG})
ALL_PANES = frozenset(Pane)


class Group(StrEnum):
    """The headings of the help."""

    MOVE = "Moving"
    MARK = "Marking and filtering"
    WORK = "Work"
    QUEUE = "The queue"
    LOOK = "Looking closer"
    APP = "ytui"


@dataclass(frozen=True)
class Action:
    """One thing a key can do; ``short`` is the footer's word (none: not in the footer)."""

    name: str
    keys: tuple[str, ...]
    words: str
    group: Group
    views: frozenset[View] = ALL
    short: str = ""
    priority: bool = False
    """Works while typing and under a question too."""
    panes: frozenset[Pane] = ALL_PANES
    """The panes of the dashboard in which it acts."""
    command: str = ""
    """Entry point in ``tui/actions`` of what it does to rows: a ``Resolve`` of the command runner."""
    run: str = ""
    """Anything else: an entry point in ``tui/actions``, called with the context and ``args``, or the path
    of a method from the context on, which is called with ``args`` alone."""
    args: tuple[object, ...] = ()


FAR = 1 << 40
"""A row after every last one."""

ACTIONS: tuple[Action, ...] = (
    Action("fetch", ("u",), "Fetch these channels now; on a video's page: what its site says of it",
           Group.WORK, frozenset({View.DASHBOARD, View.DETAILS}), "fetch", panes=CHANNELS,
           command="job_actions:fetch"),
    Action("download", ("d",), "Download: a video, or all new ones of a channel", Group.WORK,
           frozenset({View.DASHBOARD, View.VIDEOS, View.DETAILS}), "download", panes=LISTS,
           command="job_actions:download"),
    Action("record", ("ctrl+r",), "Record what is live now, or will be", Group.WORK, FAILABLE,
           command="job_actions:record"),
    Action("cancel", ("x",), "Cancel", Group.WORK, ITEMS, "cancel", command="job_actions:cancel"),
    Action("retry", ("r",), "Retry now", Group.WORK, ITEMS, "retry", panes=LISTS,
           command="plan_actions:retry"),
    Action("restore", ("r",), "Bring back into the library", Group.WORK, frozenset({View.TRASH}), "restore",
           command="trash_actions:restore"),
    Action("delete_for_good", ("delete",), "Delete for good: these, or all that is in the trash; asks",
           Group.WORK, frozenset({View.TRASH}), "delete", command="trash_actions:purge"),
    Action("cookies", ("c",), "Give cookies: to the item, its channel, or its site", Group.WORK, FAILABLE,
           "cookies", run="prompts:Prompts.cookies"),
    Action("probe", ("b",), "Probe a site in cooldown now", Group.WORK, SHOWN | {View.DETAILS}, "probe",
           command="plan_actions:probe"),
    Action("dismiss", ("D",), "Dismiss from the plan, or the whole group", Group.WORK,
           frozenset({View.PLAN}), "dismiss", command="plan_actions:dismiss"),
    Action("retry_lower", ("l",), "Retry with a lower quality", Group.WORK, FAILABLE, "lower",
           command="plan_actions:retry_lower"),
    Action("retry_fresh", ("f",), "Retry from the beginning, without what is half downloaded", Group.WORK,
           FAILABLE, "fresh", command="plan_actions:retry_fresh"),
    Action("wait_until", ("w",), "Wait until a time", Group.WORK, FAILABLE, "wait",
           run="prompts:Prompts.wait_until"),
    Action("history", ("h",), "History: what was resolved or dismissed, or the plan again", Group.LOOK,
           frozenset({View.PLAN}), "history", run="screen_actions:toggle_history"),
    Action("mark", ("space",), "Mark the row, or take the mark off", Group.MARK, MARKABLE, "mark",
           panes=LISTS, run="main.pane.rows.toggle_mark"),
    Action("filter", ("slash",), "Filter what is shown; in a log: search", Group.MARK, MAIN | {View.JOB_LOG},
           "filter", panes=LISTS, run="screen_actions:open_filter"),
    Action("next_match", ("n",), "Next match of the search, downwards", Group.MARK, LOGS, "next",
           run="screen_actions:find", args=(True,)),
    Action("previous_match", ("N",), "Previous match, upwards", Group.MARK, LOGS, "previous",
           run="screen_actions:find", args=(False,)),
    Action("undo", ("z",), "Undo the last change of the queue or the plan", Group.QUEUE, ALL, "undo",
           run="runner.undo"),
    Action("open", ("enter",), "Details", Group.LOOK, MARKABLE | {View.LOG, View.SEARCH}, "details",
           run="inspect:Inspector.open"),
    Action("why", ("i",), "Why? What it waits for, or why it was skipped", Group.LOOK, ITEMS, "why",
           run="inspect:Inspector.why"),
    Action("job_log", ("L",), "The job's own log", Group.LOOK, ITEMS | {View.LOG}, "job log",
           run="inspect:Inspector.find_log"),
    Action("add", ("o",), "Add a channel", Group.WORK, frozenset({View.DASHBOARD}), "add",
           run="inspect:Inspector.add"),
    Action("edit", ("e",), "Edit the channel", Group.WORK, frozenset({View.DASHBOARD}), "edit",
           panes=CHANNELS, run="inspect:Inspector.edit"),
    Action("back", ("escape", "backspace"), "Back; first takes off filter and marks",
           Group.MOVE, ALL, "back", run="screen_actions:back"),
    Action("fetch_due", ("U",), "Fetch all channels that are due; again within 10 s: all", Group.WORK,
           frozenset({View.DASHBOARD}), command="job_actions:fetch_due"),
    Action("cancel_all", ("X",), "Cancel every job", Group.WORK, SHOWN, command="job_actions:cancel_all"),
    Action("retry_all", ("R",), "Retry the group, or everything shown", Group.WORK,
           frozenset({View.VIDEOS, View.JOBS, View.PLAN}), "retry all", command="plan_actions:retry_all"),
    Action("sooner", ("plus",), "Sooner: a more urgent class of the queue", Group.QUEUE, QUEUED,
           command="queue_actions:sooner"),
    Action("later", ("minus",), "Later: a less urgent class of the queue", Group.QUEUE, QUEUED,
           command="queue_actions:later"),
    Action("to_top", ("t",), "To the top of the queue", Group.QUEUE, QUEUED, command="queue_actions:to_top"),
    Action("keep", ("K",), "Keep whatever the retention says, or no more", Group.WORK,
           frozenset({View.VIDEOS, View.DETAILS}), command="queue_actions:keep"),
    Action("unsubscribe", ("delete",), "Unsubscribe; files, videos and history stay", Group.WORK,
           frozenset({View.DASHBOARD}), panes=CHANNELS, command="queue_actions:unsubscribe"),
    Action("answer_keep", ("K",), "Answer what a changed `keep` asks: what would go by it", Group.WORK,
           frozenset({View.PLAN}), "answer", command="keep_actions:answer"),
    Action("delete", ("delete",), "Delete the files, into the trash; asks, and offers never again",
           Group.WORK, frozenset({View.VIDEOS}), command="trash_actions:delete"),
    Action("save_plan", ("S",), "Save what is marked, or all that is shown, as a named plan", Group.WORK,
           frozenset({View.PLAN}), run="prompts:Prompts.save_plan"),
    Action("named_plans", ("number_sign",), "Show a named plan", Group.LOOK, frozenset({View.PLAN}),
           run="prompts:Prompts.named_plans"),
    Action("export", ("E",), "Export what is marked, or all that is shown: JSON, or a batch for yt-dlp -a",
           Group.WORK, frozenset({View.PLAN}), run="prompts:Prompts.export"),
    Action("copy", ("y",), "Copy: a report of a failure, else the address", Group.LOOK, ITEMS | {View.LOG},
           run="prompts:Prompts.copy"),
    Action("search", ("s", "ctrl+f"), "Search titles, descriptions and transcripts", Group.LOOK, SHOWN,
           run="screen_actions:open_search"),
    Action("sort", ("O",), "Sort by a column; the same again the other way round", Group.MARK,
           MARKABLE | {View.LOG}, panes=LISTS, run="prompts:Prompts.sort"),
    Action("fold", ("left",), "Fold the group away", Group.MOVE, frozenset({View.PLAN}), "fold",
           run="main.pane.rows.fold", args=(True,)),
    Action("unfold", ("right",), "Open the group", Group.MOVE, frozenset({View.PLAN}),
           run="main.pane.rows.fold", args=(False,)),
    Action("mouse", ("m",), "Mouse on or off: off leaves selecting text to the terminal", Group.APP, ALL,
           run="screen_actions:switch_mouse"),
    Action("pause", ("p",), "Pause these channels, or go on", Group.QUEUE, frozenset({View.DASHBOARD}),
           panes=CHANNELS, command="job_actions:pause"),
    Action("pause_queue", ("P",), "Pause the whole queue, or go on", Group.QUEUE, SHOWN,
           command="job_actions:pause_queue"),
    Action("fewer_workers", ("less_than_sign", "left_square_bracket"), "One worker fewer", Group.QUEUE,
           SHOWN, run="screen_actions:change_workers", args=(-1,)),
    Action("more_workers", ("greater_than_sign", "right_square_bracket"), "One worker more", Group.QUEUE,
           SHOWN, run="screen_actions:change_workers", args=(1,)),
    Action("mark_range", ("v",), "Mark a range: here, move, and again", Group.MARK, MARKABLE,
           panes=LISTS, run="main.pane.rows.mark_range"),
    Action("mark_all", ("a",), "Mark all that are shown", Group.MARK, MARKABLE, panes=LISTS,
           run="main.pane.rows.mark_all"),
    Action("mark_none", ("A",), "Take all marks off", Group.MARK, MARKABLE, panes=LISTS,
           run="main.pane.rows.unmark_all"),
    Action("down", ("j", "down"), "Down", Group.MOVE, run="screen_actions:move", args=(lambda page: 1,)),
    Action("up", ("k", "up"), "Up", Group.MOVE, run="screen_actions:move", args=(lambda page: -1,)),
    Action("half_down", ("ctrl+d",), "Half a page down", Group.MOVE,
           run="screen_actions:move", args=(lambda page: max(1, page // 2),)),
    Action("half_up", ("ctrl+u",), "Half a page up", Group.MOVE,
           run="screen_actions:move", args=(lambda page: -max(1, page // 2),)),
    Action("page_down", ("pagedown",), "A page down", Group.MOVE,
           run="screen_actions:move", args=(lambda page: page,)),
    Action("page_up", ("pageup",), "A page up", Group.MOVE,
           run="screen_actions:move", args=(lambda page: -page,)),
    Action("first", ("g", "home"), "To the first row", Group.MOVE,
           run="screen_actions:move", args=(lambda page: -FAR,)),
    Action("last", ("G", "end"), "To the last row", Group.MOVE,
           run="screen_actions:move", args=(lambda page: FAR,)),
    Action("next_pane", ("tab",), "Next pane, or next view", Group.MOVE, SHOWN,
           run="main.next_pane"),
    Action("show_dashboard", ("1",), "Dashboard", Group.MOVE,
           run="navigator.show_view", args=(View.DASHBOARD,)),
    Action("show_videos", ("2",), "Videos", Group.MOVE, run="navigator.show_view", args=(View.VIDEOS,)),
    Action("show_jobs", ("3",), "Jobs", Group.MOVE, run="navigator.show_view", args=(View.JOBS,)),
    Action("show_plan", ("4",), "Work plan", Group.MOVE, run="navigator.show_view", args=(View.PLAN,)),
    Action("show_log", ("5",), "Log", Group.MOVE, run="navigator.show_view", args=(View.LOG,)),
    Action("show_statistics", ("6",), "Statistics", Group.MOVE,
           run="navigator.show_view", args=(View.STATISTICS,)),
    Action("show_trash", ("7",), "Trash: what was taken out of the library", Group.MOVE,
           run="navigator.show_view", args=(View.TRASH,)),
    Action("help", ("question_mark",), "Help: the keys that work here", Group.APP, ALL, "help",
           run="screen_actions:show_help"),
    Action("palette", ("ctrl+p", "colon"), "Command palette", Group.APP, run="screen_actions:show_palette"),
    Action("upgrade", ("exclamation_mark",), "Upgrade yt-dlp; says first what it ends", Group.APP, SHOWN,
           run="upgrade_action:UpgradeAction.ask"),
    Action("suspend", ("ctrl+z",), "Hand the queue over and suspend; fg takes it back", Group.APP, SHOWN,
           run="lifecycle.suspend"),
    Action("quit", ("q",), "Quit; asks if jobs run", Group.APP, ALL, "quit", run="quit_prompt.quit"),
    Action("quit_now", ("ctrl+q", "ctrl+c"), "Quit, also while typing; asks if jobs run", Group.APP,
           ALL, priority=True, run="quit_prompt.quit"),
)  # fmt: skip
"""Every action; the order is the footer's."""

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}

_SIGNS = {
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "number_sign": "#",
    "question_mark": "?",
    "exclamation_mark": "!",
    "colon": ":",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "pagedown": "page down",
    "pageup": "page up",
    "down": "down",
    "up": "up",
}


def call(action: Action) -> str:
    """Return an action as Textual's bindings and ``run_action`` call it."""
    return f"do('{action.name}')"


def bindings(actions: Iterable[Action] = ACTIONS) -> list[Binding]:
    """Return Textual's bindings for the table; an action's name is its id, by which keys are remapped."""
    return [
        Binding(
            ",".join(action.keys),
            call(action),
            action.words,
            id=action.name,
            priority=action.priority,
        )
        for action in actions
    ]


def keys_of(action: Action, remapped: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys in force for an action; ``remapped`` is ``screen.keys`` of the configuration."""
    text = remapped.get(action.name)
    return tuple(key.strip() for key in text.split(",")) if text else action.keys


def sign(key: str) -> str:
    """Return a key as a person writes it: ``/`` for ``slash``."""
    return _SIGNS.get(key, key)


def signs(action: Action, remapped: Mapping[str, str]) -> str:
    """Return an action's keys as a person writes them, separated by blanks."""
    return " ".join(sign(key) for key in keys_of(action, remapped))


def live(view: View, pane: Pane | None = None) -> list[Action]:
    """Return what works in a view, and in one pane of the dashboard, in the table's order."""
    return [action for action in ACTIONS if view in action.views and (pane is None or pane in action.panes)]


def elsewhere(action: Action, pane: Pane | None) -> str:
    """Return what a key says in a pane in which it does not act; nothing where it does."""
    if pane is None or pane in action.panes:
        return ""
    nothing = "no channel here" if action.panes == CHANNELS else "nothing here"
    return f"{nothing}: this key is for rows of the {' and the '.join(_names(action.panes))}"


def unknown_actions(remapped: Mapping[str, str]) -> list[str]:
    """Return the names in ``screen.keys`` that are no action."""
    return sorted(set(remapped) - set(BY_NAME))


def clashes(remapped: Mapping[str, str]) -> list[str]:
    """Return a sentence for every key that two actions of one view share."""
    found = []
    for index, first in enumerate(ACTIONS):
        for second in ACTIONS[index + 1 :]:
            if first.views & second.views:
                shared = set(keys_of(first, remapped)) & set(keys_of(second, remapped))
                found += [f"{sign(key)} is both {first.name} and {second.name}" for key in sorted(shared)]
    return found


def problems(remapped: Mapping[str, str]) -> list[str]:
    """Return a sentence for everything that is wrong with ``[screen.keys]`` of the configuration."""
    found = [f"there is no action {name!r}" for name in unknown_actions(remapped)]
    return [f"screen.keys: {words}" for words in found + clashes(remapped)]


def _names(panes: frozenset[Pane]) -> list[str]:
    return [pane.value for pane in Pane if pane in panes]
