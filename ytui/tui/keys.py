"""The one table of actions: bindings, footer, menu, help, palette and the manual's table come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class View(StrEnum):
    """What is on the screen, as far as keys are concerned."""

    DASHBOARD = "dashboard"
    VIDEOS = "videos"
    JOBS = "jobs"
    PLAN = "plan"
    LOG = "log"
    STATISTICS = "statistics"
    TRASH = "trash"
    CHANNEL = "channel"
    """A channel's own videos; its jobs, plan and log are parts of the views of all channels."""
    DETAILS = "details"
    JOB_LOG = "job log"
    SEARCH = "search"
    JUMP = "jump"


class Pane(StrEnum):
    """Which part of the dashboard has the keyboard."""

    CHANNELS = "channels"
    WORKERS = "workers"
    LOG = "log"


MAIN = frozenset({View.DASHBOARD, View.VIDEOS, View.JOBS, View.PLAN, View.LOG, View.TRASH, View.CHANNEL})
SHOWN = MAIN | {View.STATISTICS}
"""The views of the main screen: those with a list, and the statistics."""
ALL = frozenset(View)
UNTYPED = ALL - {View.SEARCH, View.JUMP}
"""The views in which a letter is a key, for nothing is typed."""
MARKABLE = MAIN - {View.LOG}
ITEMS = frozenset({View.DASHBOARD, View.VIDEOS, View.JOBS, View.PLAN, View.CHANNEL, View.DETAILS, View.JUMP})
FAILABLE = ITEMS - {View.DASHBOARD, View.JUMP}
QUEUED = FAILABLE - {View.PLAN}
VIDEO_LISTS = frozenset({View.VIDEOS, View.CHANNEL})
OF_CHANNELS = frozenset({View.DASHBOARD, View.CHANNEL})
LOGS = frozenset({View.LOG, View.JOB_LOG})
CHANNELS = frozenset({Pane.CHANNELS})
LISTS = frozenset({Pane.CHANNELS, Pane.LOG})
ALL_PANES = frozenset(Pane)


class Group(StrEnum):
    """The headings of the help, in its order: what a view is for comes first."""

    WORK = "Work"
    LOOK = "Looking closer"
    QUEUE = "The queue"
    MARK = "Marking and filtering"
    MOVE = "Moving"
    APP = "ytui"


@dataclass(frozen=True)
class Action:
    """One thing a key can do; ``short`` is the footer's word (none: not in the footer).

    One without ``keys`` is reached through the menu and the palette.
    """

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
    menu: str = ""
    """The letter that does it within the menu: the same as its key if it has one. None: not there."""
    of_channel: bool = False
    """Among the lists of a channel it is about the channel, not about the rows."""
    short_in: Mapping[View, str] = field(default_factory=dict)
    """The footer's word in a view where it is another one."""


FAR = 1 << 40
"""A row after every last one."""

ACTIONS: tuple[Action, ...] = (
    Action("pause_queue", ("P",), "Pause the whole queue, or go on", Group.QUEUE, SHOWN, "go on",
           command="job_actions:pause_queue", menu="P"),
    Action("fetch", ("u",), "Fetch these channels now; on a video's page: what its site says of it",
           Group.WORK, OF_CHANNELS | {View.DETAILS, View.JUMP}, "fetch", panes=CHANNELS, of_channel=True,
           command="job_actions:fetch"),
    Action("download", ("d",), "Download: a video, or all new ones of a channel", Group.WORK,
           VIDEO_LISTS | {View.DASHBOARD, View.DETAILS, View.JUMP}, "download", panes=LISTS,
           command="job_actions:download"),
    Action("channel_page", ("I",), "The channel's page: settings, folder, size, next fetch, last error",
           Group.LOOK, MAIN, short_in={View.DASHBOARD: "page", View.CHANNEL: "page"},
           run="inspect:Inspector.channel_page"),
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
           frozenset({View.PLAN}), "history", run="screen_actions:toggle_history", menu="h"),
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
    Action("open", ("enter",), "Open: a channel's videos, jobs, plan and log; of anything else its details",
           Group.LOOK, MAIN | {View.SEARCH, View.JUMP}, "details", short_in={View.DASHBOARD: "open"},
           run="inspect:Inspector.open"),
    Action("why", ("i",), "Why? What it waits for, or why it was skipped", Group.LOOK, ITEMS, "why",
           run="inspect:Inspector.why"),
    Action("job_log", ("L",), "The job's own log", Group.LOOK, ITEMS | {View.LOG}, "job log",
           run="inspect:Inspector.find_log"),
    Action("add", ("o",), "Add a channel", Group.WORK, frozenset({View.DASHBOARD}), "add",
           run="inspect:Inspector.add"),
    Action("edit", ("e",), "Edit the channel, or all that are marked", Group.WORK,
           OF_CHANNELS | {View.JUMP}, "edit",
           panes=CHANNELS, of_channel=True, run="inspect:Inspector.edit"),
    Action("edit_defaults", (), "Edit what every channel inherits", Group.WORK, frozenset({View.DASHBOARD}),
           run="inspect:Inspector.edit_defaults", menu="D"),
    Action("back", ("escape", "backspace"), "Back; first takes off filter and marks",
           Group.MOVE, ALL, "back", run="screen_actions:back"),
    Action("fetch_due", ("U",), "Fetch all channels that are due; again within 10 s: all", Group.WORK,
           frozenset({View.DASHBOARD}), command="job_actions:fetch_due", menu="U"),
    Action("cancel_all", ("X",), "Cancel every job", Group.WORK, SHOWN, command="job_actions:cancel_all"),
    Action("retry_all", ("R",), "Retry the group, or everything shown", Group.WORK,
           FAILABLE - {View.DETAILS}, "retry all", command="plan_actions:retry_all"),
    Action("sooner", ("plus",), "Sooner: a more urgent class of the queue", Group.QUEUE, QUEUED,
           command="queue_actions:sooner"),
    Action("later", ("minus",), "Later: a less urgent class of the queue", Group.QUEUE, QUEUED,
           command="queue_actions:later"),
    Action("to_top", ("t",), "To the top of the queue", Group.QUEUE, QUEUED, command="queue_actions:to_top"),
    Action("keep", ("K",), "Keep whatever the retention says, or no more", Group.WORK,
           VIDEO_LISTS | {View.DETAILS}, command="queue_actions:keep"),
    Action("unsubscribe", ("delete",), "Unsubscribe; files, videos and history stay", Group.WORK,
           frozenset({View.DASHBOARD}), panes=CHANNELS, command="queue_actions:unsubscribe"),
    Action("answer_keep", ("K",), "Answer what a changed `keep`, or missing channels, ask", Group.WORK,
           frozenset({View.PLAN}), "answer", command="keep_actions:answer"),
    Action("delete", ("delete",), "Delete the files, into the trash; asks, and offers never again",
           Group.WORK, frozenset({View.VIDEOS}), command="trash_actions:delete"),
    Action("delete_of_channel", (), "Delete the files, into the trash; asks, and offers never again",
           Group.WORK, frozenset({View.CHANNEL}), command="trash_actions:delete", menu="D"),
    Action("save_plan", ("S",), "Save what is marked, or all that is shown, as a named plan", Group.WORK,
           frozenset({View.PLAN}), run="prompts:Prompts.save_plan", menu="S"),
    Action("named_plans", ("number_sign",), "Show a named plan", Group.LOOK, frozenset({View.PLAN}),
           run="prompts:Prompts.named_plans", menu="#"),
    Action("export", ("E",), "Export what is marked, or all that is shown: JSON, or a batch for yt-dlp -a",
           Group.WORK, frozenset({View.PLAN}), run="prompts:Prompts.export", menu="E"),
    Action("copy", ("y",), "Copy: a report of a failure, else the address", Group.LOOK, ITEMS | {View.LOG},
           run="copying:copy_at_once"),
    Action("copy_choice", ("Y",), "Copy: choose what, such as address, path, or a line with scp or mpv",
           Group.LOOK, ITEMS | {View.LOG, View.TRASH}, run="copying:choose_copy"),
    Action("open_file", (), "Play or open the file here (mpv, or open_command)", Group.LOOK,
           ITEMS | {View.LOG}, run="opening:open_here", menu="v"),
    Action("search", ("s", "ctrl+f"), "Search titles, descriptions and transcripts", Group.LOOK, SHOWN,
           run="screen_actions:open_search"),
    Action("sort", ("O",), "Sort by a column; the same again the other way round", Group.MARK,
           MARKABLE | {View.LOG}, panes=LISTS, run="prompts:Prompts.sort", menu="O"),
    Action("fold", ("left",), "Fold the group away", Group.MOVE, frozenset({View.PLAN}), "fold",
           run="main.pane.rows.fold", args=(True,)),
    Action("unfold", ("right",), "Open the group", Group.MOVE, frozenset({View.PLAN}), "unfold",
           run="main.pane.rows.fold", args=(False,)),
    Action("named_filter", (), "Filter by one that has a name, as / and @name do", Group.MARK, MAIN,
           panes=LISTS, run="filter_actions:choose_filter", menu="f"),
    Action("name_filter", (), "Name the filter of this list, kept in the configuration", Group.MARK, MAIN,
           panes=LISTS, run="filter_actions:name_filter", menu="F"),
    Action("columns", (), "Columns: which of them are shown, kept in the configuration", Group.MARK,
           frozenset({View.DASHBOARD, View.VIDEOS, View.JOBS, View.CHANNEL}), panes=CHANNELS,
           run="column_actions:choose_columns", menu="c"),
    Action("group_by_tag", (), "Group the channels by tag, or not", Group.MARK, frozenset({View.DASHBOARD}),
           panes=CHANNELS, run="screen_actions:toggle_tag_groups", menu="g"),
    Action("details", (), "Details beside the lists, or not; kept in the configuration", Group.LOOK, SHOWN,
           run="theme_actions:switch_details", menu="i"),
    Action("fold_all", (), "Fold all groups away, or open them", Group.MOVE, frozenset({View.PLAN}),
           run="main.pane.rows.fold_all", menu="z"),
    Action("next_group", ("right_curly_bracket",), "To the next group", Group.MOVE, frozenset({View.PLAN}),
           run="main.pane.rows.to_group", args=(True,)),
    Action("previous_group", ("left_curly_bracket",), "To the group before", Group.MOVE,
           frozenset({View.PLAN}), run="main.pane.rows.to_group", args=(False,)),
    Action("mouse", ("m",), "Mouse on or off: off leaves selecting text to the terminal", Group.APP, ALL,
           run="screen_actions:switch_mouse", menu="m"),
    Action("theme", (), "Theme: the colours, kept in the configuration", Group.APP, UNTYPED,
           run="theme_actions:ask_theme", menu="T"),
    Action("pause", ("p",), "Pause these channels, or go on", Group.QUEUE, OF_CHANNELS,
           panes=CHANNELS, of_channel=True, command="job_actions:pause"),
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
    Action("next_pane", ("tab",), "Next pane, or next view", Group.MOVE, SHOWN, "next",
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
    Action("menu", ("full_stop",), "Menu: what else can be done here", Group.APP, UNTYPED, "menu",
           run="screen_actions:show_menu"),
    Action("fold_tag", ("left",), "Fold the tag's channels away", Group.MOVE, frozenset({View.DASHBOARD}),
           panes=CHANNELS, run="main.pane.rows.fold", args=(True,)),
    Action("unfold_tag", ("right",), "Open the tag's channels", Group.MOVE, frozenset({View.DASHBOARD}),
           panes=CHANNELS, run="main.pane.rows.fold", args=(False,)),
    Action("help", ("question_mark",), "Help: the keys that work here", Group.APP, ALL, "help",
           run="screen_actions:show_help"),
    Action("palette", ("ctrl+p", "colon"), "Jump: to any channel, video, failure, action or setting",
           Group.APP, run="jump_actions:open_jump"),
    Action("upgrade", ("exclamation_mark",), "Upgrade yt-dlp; says first what it ends", Group.APP, SHOWN,
           run="upgrade_action:UpgradeAction.ask", menu="!"),
    Action("suspend", ("ctrl+z",), "Hand the queue over and suspend; fg takes it back", Group.APP, SHOWN,
           run="lifecycle.suspend"),
    Action("quit", ("q",), "Quit; asks if jobs run", Group.APP, ALL, "quit", run="quit_prompt.quit"),
    Action("quit_now", ("ctrl+q", "ctrl+c"), "Quit, also while typing; asks if jobs run", Group.APP,
           ALL, priority=True, run="quit_prompt.quit"),
)  # fmt: skip
"""Every action; the order is the footer's."""

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}
