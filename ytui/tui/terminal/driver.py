"""Terminal driver: keys and frames, the clipboard, and what becomes of the app without a terminal.

Textual's own driver dies of a hang-up or hangs in it: the kernel sends SIGCONT along with SIGHUP, the
writer's thread ends on the first failed write while its queue of 30 fills, and reading the end of the input
is taken for a pause. Here a lost terminal is noticed by any of the three, what is written to it is dropped,
and a timer ends the process should anything still wait. It leans on private names: the minor version of
Textual is pinned, and tests on real terminals hold it to what is said here.
"""

from __future__ import annotations

import base64
import os
import re
import selectors
import signal
import sys
import termios
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver

from ytui.tui.terminal.startup import kept_signals
from ytui.tui.terminal.writer import LAST_PATIENCE, Writer


class ExitEvent(threading.Event):
    """An event that a selector sees too: readable while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = os.pipe()

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._read

    def set(self) -> None:
        """Set it, and wake whoever waits for it."""
        if not self.is_set():
            super().set()
            os.write(self._write, b"x")

    def clear(self) -> None:
        """Take it back."""
        if self.is_set():
            super().clear()
            os.read(self._read, 1)


MOST = 74_000
"""Bytes of text that are sent: many terminals take no more than 100 000 characters of base64."""
SCREEN_CHUNK = 250
"""GNU screen drops a longer string inside one of its escapes."""


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """Return what makes the terminal put ``text`` on its clipboard, whatever multiplexer is in between."""
    data = text.encode("utf-8", "replace")[:MOST].decode("utf-8", "ignore").encode()
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode()}\x07"
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        chunks = [sequence[at : at + SCREEN_CHUNK] for at in range(0, len(sequence), SCREEN_CHUNK)]
        return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
    return sequence


LAST_RESORT = {signal.SIGHUP: 2.7, signal.SIGTERM: 8.0, signal.SIGINT: 8.0}
"""Seconds after a signal at which the process ends, whatever it still waits for."""
_ESCAPE_LOOK = 0.1
"""Seconds between looks whether an escape was a key of its own."""
SAVE_TITLE, RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"


class TerminalListener(Protocol):
    """What hears from the terminal, in the app's own thread but for the last words."""

    def terminal_lost(self) -> None:
        """The line dropped."""

    def end_quietly(self, number: signal.Signals) -> None:
        """SIGTERM, or SIGINT from outside."""

    def suspend(self) -> None:
        """SIGTSTP."""

    def resume(self) -> None:
        """SIGCONT on a terminal that is ours."""

    def sleep_on(self) -> None:
        """SIGCONT while the terminal is another's (``bg``)."""

    def paint_again(self) -> None:
        """The terminal missed something."""

    def last_words(self, *, lost: bool) -> None:
        """The process ends right after this; ``lost``: because the line dropped."""


class PasteDetector:
    """Tells pasted addresses from typed keys where the terminal does not bracket what is pasted.

    Else each end of a line in them would be an enter that somebody pressed.
    """

    def __init__(self) -> None:
        self._bracketed = False
        self._tail = ""

    def is_paste(self, text: str) -> bool:
        """Whether input that was read in one piece is that; brackets are left to the parser."""
        seen = self._tail + text
        begins, ends = seen.rfind("\x1b[200~"), seen.rfind("\x1b[201~")
        inside, self._tail = self._bracketed, seen[-5:]
        self._bracketed = begins > ends if max(begins, ends) >= 0 else inside
        if inside or self._bracketed or "\x1b" in text:
            return False
        return bool(_MORE_LINES.search(text) and _LINES_OF_ADDRESSES.match(text))


_LINES_OF_ADDRESSES = re.compile(r"(?s)(?=.{12,}).*(?:://|youtu\.?be|(?:^|[\r\n])@)")
_MORE_LINES = re.compile(r"[\r\n]+[^\r\n]{4,}")
"""What has an address in it, and more than one line."""


class TerminalDriver(LinuxDriver):
    """Textual's driver for a terminal that may go away."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._listener: TerminalListener = app.lifecycle  # type: ignore[attr-defined]
        self.exit_event: ExitEvent = ExitEvent()
        self.gone = False
        self._gone_lock = threading.Lock()
        self._title = ""
        self._behind = False
        # A file of our own: a thread that is stuck in a write would keep sys.stderr locked, and with it the
        # end of the process.
        error = sys.__stderr__
        assert error is not None
        self._file = open(  # noqa: SIM115, PTH123  a descriptor; it lives as long as the process
            os.dup(error.fileno()), "w", encoding=error.encoding, errors=error.errors
        )
        signal.signal(signal.SIGHUP, lambda *_: self._hung_up())
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda number, _: self._terminated(signal.Signals(number)))
        signal.signal(signal.SIGCONT, lambda *_: self._continued())
        signal.signal(signal.SIGTSTP, lambda *_: self._in_loop(self._listener.suspend))
        for number in kept_signals():
            signal.raise_signal(number)

    @property
    def backlog(self) -> float:
        """How far the terminal lags behind, 0 (not at all) to 1."""
        writer = self._writer_thread
        return writer.backlog if isinstance(writer, Writer) else 0.0

    def write(self, data: str) -> None:
        """Write to the terminal; to one that is gone, or another's just now, nothing is written."""
        if not self.gone and not self._behind and self._writer_thread is not None:
            self._writer_thread.write(data)

    @property
    def mouse(self) -> bool:
        """Whether the mouse is the application's; else the terminal selects text with it."""
        return self._mouse

    def switch_mouse(self, on: bool) -> None:
        """Take the mouse, or leave it to the terminal, until told otherwise; ``fg`` changes nothing of it."""
        # Textual's own two do nothing while there is to be no mouse.
        self._mouse = True
        if on:
            self._enable_mouse_support()
        else:
            self._disable_mouse_support()
        self._mouse = on

    def show_title(self, title: str) -> None:
        """Have this as the title of the terminal's window, until the terminal is given back."""
        if title != self._title:
            self.write(f"{'' if self._title else SAVE_TITLE}\x1b]2;{title}\x07")
            self._title = title

    def start_application_mode(self) -> None:
        """Take the terminal over, with a writer of our own from the first byte."""
        module: Any = linux_driver
        made = module.WriterThread
        module.WriterThread = lambda file: Writer(file, self._terminal_gone, self._caught_up)
        try:
            super().start_application_mode()  # type: ignore[no-untyped-call]
        finally:
            module.WriterThread = made

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was, if it is there and ours."""
        if self.gone or self._in_background():
            return
        if self._title:
            self.write(RESTORE_TITLE)
            self._title = ""
        super().stop_application_mode()

    def close(self) -> None:
        """End the writer; that of a lost terminal, or of one that takes nothing, is left behind."""
        writer = self._writer_thread
        if not self.gone:
            super().close()
        if self.gone or (isinstance(writer, Writer) and writer.stalled):
            # Whatever is still to be said has nobody to read it, and would wait for the line or fail.
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for descriptor in (1, 2):
                os.dup2(nowhere, descriptor)
            os.close(nowhere)

    def run_input_thread(self) -> None:
        """Wait for input and hand it on; the end of the input means that the terminal is gone."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        pastes = PasteDetector()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self.exit_event, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                # An escape may be a key of its own or begin a sequence: only then there is a time to look at.
                ready = selector.select(None if parser._timeout_time is None else _ESCAPE_LOOK)
                typed = any(key.fileobj == self.fileno for key, _ in ready)
                try:
                    data = os.read(self.fileno, 4096) if typed else None
                except OSError:
                    data = b""
                if data == b"":
                    self._terminal_gone()
                    return
                text = decode(data) if data else ""
                if pastes.is_paste(text):
                    self.process_message(events.Paste(text.replace("\r\n", "\n").replace("\r", "\n")))
                    continue
                for event in parser.feed(text) if data else ():
                    self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        try:
            for _ in parser.feed(""):
                continue
        except (EOFError, ParseError):
            return

    def _in_background(self) -> bool:
        """Whether another process group has the terminal: touching it would stop this process."""
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:
            return False

    def _continued(self) -> None:
        """SIGCONT comes with every SIGHUP too: only a terminal that is ours is taken up again."""
        try:
            self._behind = os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:
            return
        if self._auto_restart and not self.gone:
            self._in_loop(self._went_on)

    def _went_on(self) -> None:
        # Looked at again: after a `bg` the terminal may be ours by now, by a `fg` that followed at once.
        self._behind = self._in_background()
        if self._behind:
            self._listener.sleep_on()
        else:
            self._listener.resume()

    def _caught_up(self) -> None:
        """Frames were dropped: what the terminal shows is not what it should."""
        self._in_loop(self._listener.paint_again)

    def _hung_up(self) -> None:
        """SIGHUP: mostly the line is gone; where it is not (``kill -HUP``), it is given back properly."""
        try:
            termios.tcgetattr(self.fileno)
        except termios.error:
            self._terminal_gone()
        else:
            self._end_within(signal.SIGHUP)
            self._in_loop(self._listener.terminal_lost)

    def _terminated(self, number: signal.Signals) -> None:
        self._end_within(number)
        self._in_loop(partial(self._listener.end_quietly, number))

    def _terminal_gone(self) -> None:
        with self._gone_lock:
            if self.gone:
                return
            self.gone = True
        if isinstance(self._writer_thread, Writer):
            self._writer_thread.broken = True
        self._end_within(signal.SIGHUP)
        self._in_loop(self._listener.terminal_lost)

    def _end_within(self, number: signal.Signals) -> None:
        timer = threading.Timer(LAST_RESORT[number], self._end_now, [number])
        timer.daemon = True
        timer.start()

    def _end_now(self, number: signal.Signals) -> None:
        try:
            self._listener.last_words(lost=number == signal.SIGHUP)
        finally:
            # In a thread again: a terminal that takes nothing keeps it, and not the end.
            giving_back = threading.Thread(target=self._give_back, daemon=True)
            giving_back.start()
            giving_back.join(LAST_PATIENCE)
            os._exit(128 + number)

    def _give_back(self) -> None:
        """Give the terminal back from a thread beside the app's own, which is stuck or waits."""
        if self.gone or self._in_background():
            return
        # Textual's own end of input is for the main thread alone, and leaves the mouse on anywhere else.
        self._disable_mouse_support()
        self.stop_application_mode()
        self._behind = True
        if self._writer_thread is not None:
            self._writer_thread.stop()

    def _in_loop(self, call: Callable[[], None]) -> None:
        """Call it in the app's own thread, from any thread or signal handler."""
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:
            # The loop has ended: so has the app.
            return
