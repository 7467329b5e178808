"""Themes are chosen in the palette and kept; every state can be read without any colour."""

from __future__ import annotations

import pytest
from textual.color import Color as TextualColor

from tests.support.terminals.app_screen import running, show, shown, until
from tests.tui.conftest import MakeApp
from ytui import config
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.actions.theme_actions import take_theme
from ytui.tui.text import ASCII, UNICODE
from ytui.tui.theme import THEMES, choose_theme


async def test_a_theme_is_chosen_in_the_palette_and_kept(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    places.config_file.write_text("# mine\n" + places.config_file.read_text())
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"blue and orange")
        await until(pilot, lambda: "Theme: blue and orange" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.theme == "ytui-blue-orange")
        await until(pilot, lambda: "theme ytui-blue-orange, kept in config.toml" in shown(app))
    written = places.config_file.read_text()
    assert written.startswith("# mine\n")
    theme = config.load(places.config_file).settings.screen.theme
    assert theme == "ytui-blue-orange"
    assert choose_theme(theme, {name: made for name, (made, _) in THEMES.items()}, {}) == theme


async def test_a_theme_that_cannot_be_kept_is_said(make_app: MakeApp, store: Store, places: Places) -> None:
    places.config_file.write_text("[library\n")
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"Theme light")
        await until(pilot, lambda: "Theme: light" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "but it is not kept" in shown(app))
        assert app.theme == "ytui-light"


@pytest.mark.parametrize("name", [name for name, (theme, _) in THEMES.items() if not theme.ansi])
def test_words_are_well_above_their_ground(name: str) -> None:
    theme, _ = THEMES[name]
    ground = TextualColor.parse(str(theme.background))
    signals = (theme.success, theme.warning, theme.error, theme.accent)
    for word in (theme.foreground, *signals, theme.variables["dim"]):
        assert _contrast(TextualColor.parse(str(word)), ground) >= 4.5, word


def _contrast(one: TextualColor, other: TextualColor) -> float:
    def light(color: TextualColor) -> float:
        parts = [part / 255 for part in color.rgb]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


async def test_every_theme_paints_every_view(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        for view, words in (("2", "Sintel"), ("3", "queued"), ("4", "needs you"), ("6", "Size by channel")):
            await pilot.press(view)
            for name in THEMES:
                take_theme(app.context, name)
                await pilot.pause()
                await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
                assert app.theme == name


@pytest.mark.parametrize("environ", [{"COLORTERM": "truecolor"}, {}], ids=["truecolor", "16 colours"])
async def test_no_color_sends_attributes_alone(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = make_app(store, environ=environ)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("space")
        await until(pilot, lambda: "◆" in shown(app))
        segments = [segment for strip in app.screen._compositor.render_strips() for segment in strip]
        styles = [segment.style for segment in segments if segment.style]
        assert [style for style in styles if style.color or style.bgcolor] == []
        reversed_ = "".join(segment.text for segment in segments if segment.style and segment.style.reverse)
        # The row under the cursor, and it alone; what is dim is faint.
        assert "Sintel" in reversed_
        assert "Charge" not in reversed_
        assert any(style.dim for style in styles)
        # The states are still there, in sign and in word.
        text = shown(app)
        assert "✗ failed" in text
        assert "✓ downloaded" in text
        await pilot.press("X")
        await until(pilot, lambda: "Cancel 5 jobs" in shown(app))
        strips = app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style]
        assert [style for style in styles if style.color or style.bgcolor] == []


async def test_an_empty_no_color_asks_for_nothing(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    app = make_app(store)
    assert (app.no_color, app.theme) == (False, "ytui")


def test_no_two_opposite_states_share_sign_and_word() -> None:
    for glyphs in (UNICODE, ASCII):
        for one, other in (("downloaded", "failed"), ("running", "waiting"), ("open", "resolved")):
            assert glyphs.state(one) != glyphs.state(other)
