"""The window of the check in each of its states: the rules of every screen, keyboard, words, what leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QTextBrowser, QWidget

from kpdesk.domain.preflight import ProbeCode, ProbeName
from kpdesk.ui import formatting
from kpdesk.ui.i18n import Languages
from kpdesk.ui.theme.application_theme import ApplicationTheme
from kpdesk.ui.viewmodels.preflight_steps import InternetStep, Remedy, Step, StepNews, StepState
from kpdesk.ui.windows.report_dialog import ReportDialog, ReportForm
from tests.helpers import screen_rules as rules
from tests.helpers.check_states import (
    BLOCKED,
    PORTAL,
    STATES,
    CheckStage,
    details_dialog,
    internet,
    save_dialog,
)
from tests.helpers.visits import PROFILE

Open = Callable[..., CheckStage]
LARGEST = ("camera-denied", "speaker-asking", "microphone-quiet", "internet-blocked", "summary-not-ready")


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[ApplicationTheme]:
    formatting.use_zone(ZoneInfo(PROFILE.time_zone))
    theme = ApplicationTheme(qapp)
    yield theme
    theme.apply()
    formatting.use_zone(None)


@pytest.fixture
def languages(qapp: QApplication) -> Iterator[Languages]:
    made = Languages(qapp)
    yield made
    made.set_language("en")


@pytest.fixture
def show(theme: ApplicationTheme, languages: Languages) -> Iterator[Open]:
    opened: list[CheckStage] = []

    def make(
        name: str,
        *,
        language: str = "en",
        look: str = "light",
        scale: float = 1.0,
        size=(960, 640),
        **more: object,
    ) -> CheckStage:
        languages.set_language(language)
        theme.apply(look, scale)
        stage = CheckStage(theme, STATES[name], **more)
        opened.append(stage)
        stage.window.resize(960, 640)
        stage.window.show()
        stage.window.activateWindow()
        rules.settle(stage.window)
        return stage

    yield make
    for one in opened:
        one.window.close()
        one.window.deleteLater()


def seen(stage: CheckStage, name: str) -> bool:
    """Whether the button of this name can be seen on the page of now."""
    return any(one.isVisibleTo(stage.window) for one in stage.window.findChildren(QWidget, name))


def press(stage: CheckStage, name: str) -> None:
    """Press what can be seen of this name."""
    button = next(
        one for one in stage.window.findChildren(QPushButton, name) if one.isVisibleTo(stage.window)
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("name", STATES)
def test_controls_are_named_large_and_alone(show: Open, name: str) -> None:
    assert rules.faults_of_controls(show(name).window) == []


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_is_cut_and_nothing_scrolls(show: Open, name: str, language: str) -> None:
    window = show(name, language=language).window
    assert rules.clipped(window) == []
    areas = [area for area in window.findChildren(QScrollArea) if area.isVisibleTo(window)]
    assert [area.verticalScrollBar().maximum() for area in areas] == [0]


@pytest.mark.parametrize("name", LARGEST)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_word_is_cut_at_twice_the_size(show: Open, name: str, language: str) -> None:
    assert rules.clipped(show(name, language=language, scale=2.0).window) == []


@pytest.mark.parametrize(
    "name", ["camera-covered", "speaker-not-heard", "microphone-quiet", "internet-blocked"]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_at_twice_the_size_what_is_wrong_is_seen_without_scrolling(
    show: Open, theme: ApplicationTheme, name: str, language: str
) -> None:
    stage = show(name, language=language, scale=2.0)
    step = name.partition("-")[0]
    finding = stage.window.findChild(QWidget, f"{step}Finding")
    card = stage.window.findChild(QWidget, f"{step}Card")
    words = [label for label in finding.findChildren(QLabel) if label.text()]
    assert len(words) == 2
    assert all(label.visibleRegion().boundingRect() == label.rect() for label in words)
    assert finding.y() < card.y()
    theme.apply("light", 1.0)
    rules.settle(stage.window)
    assert card.y() < finding.y()  # and back: below what it is about


@pytest.mark.parametrize("name", LARGEST)
@pytest.mark.parametrize("look", ["light", "dark"])
def test_words_stand_out_in_what_is_painted(show: Open, name: str, look: str) -> None:
    assert rules.pale_words(show(name, look=look).window) == []


@pytest.mark.parametrize("name", [*LARGEST, "summary-ready", "microphone-passed"])
def test_tab_reaches_every_control(show: Open, name: str) -> None:
    window = show(name).window
    if window.focusWidget() is None:
        window.setFocus()
        QTest.qWait(1)
    wanted = {widget.objectName() for widget in rules.controls(window) if widget.isEnabled()}
    assert wanted <= rules.reached_by_tab(window)


@pytest.mark.parametrize(
    ("name", "there", "not_there"),
    [
        (
            "camera-looking",
            {"continueButton", "skipButton", "cameraPicker"},
            {"backButton", "tryAgainButton"},
        ),
        ("camera-passed", {"continueButton"}, {"skipButton", "backButton"}),
        ("camera-covered", {"tryAgainButton", "skipButton"}, {"continueButton", "remedyButton"}),
        ("camera-denied", {"tryAgainButton", "remedyButton"}, {"continueButton"}),
        ("speaker-playing", {"heardButton", "notHeardButton", "backButton"}, {"playAgainButton"}),
        ("speaker-asking", {"heardButton", "notHeardButton", "playAgainButton"}, {"turnUpButton"}),
        ("speaker-low", {"turnUpButton", "playAgainButton", "continueButton"}, {"heardButton"}),
        ("microphone-speak", {"microphonePicker"}, {"playBackButton", "heardButton"}),
        ("microphone-passed", {"playBackButton"}, {"turnUpButton"}),
        ("internet-running", {"continueButton", "skipButton"}, {"tryAgainButton"}),
        ("internet-portal", {"remedyButton", "detailsForItButton"}, {"turnUpButton"}),
        (
            "summary-ready",
            {"doneButton", "saveReportButton", "copyReportButton", "supportCodeLabel", "helpBar"},
            {"continueButton", "skipButton"},
        ),
        ("summary-not-ready", {"remedyButton-1", "remedyButton-2", "remedyButton-3"}, {"remedyButton-4"}),
    ],
)
def test_each_page_has_its_buttons(show: Open, name: str, there: set[str], not_there: set[str]) -> None:
    stage = show(name)
    assert {one for one in there if seen(stage, one)} == there
    assert {one for one in not_there if seen(stage, one)} == set()


def test_the_rail_says_each_result_in_words(show: Open) -> None:
    stage = show("microphone-quiet")
    spoken = {
        step: rules.spoken_name(stage.window.findChild(QWidget, f"rail{step.value.capitalize()}"))
        for step in Step
    }
    assert spoken == {
        Step.CAMERA: "Camera, Works",
        Step.SPEAKER: "Speaker, Works",
        Step.MICROPHONE: "Microphone, Could be better",
        Step.INTERNET: "Internet, Checking …",
        Step.SUMMARY: "Summary",
    }
    assert stage.window.findChild(QPushButton, "railCamera").isEnabled()
    assert not stage.window.findChild(QPushButton, "railSummary").isEnabled()


def test_enter_never_skips_nor_answers_too_early(show: Open) -> None:
    stage = show("camera-looking")
    assert QApplication.focusWidget() is stage.window
    stage.show(STATES["camera-passed"])
    assert QApplication.focusWidget() is stage.window.go_on
    stage.show(STATES["speaker-playing"])
    assert QApplication.focusWidget() is stage.window
    stage.show(STATES["speaker-asking"])
    assert QApplication.focusWidget().objectName() == "heardButton"
    stage.show(STATES["speaker-not-heard"])
    assert QApplication.focusWidget() is stage.window.again


def test_a_result_does_not_take_the_keyboard_away(show: Open) -> None:
    stage = show("internet-running")
    stage.window.skip.setFocus()
    before = STATES["internet-running"]
    assert isinstance(before.page, InternetStep)
    stage.show(replace(before, page=replace(before.page, fraction=0.9)))
    assert QApplication.focusWidget() is stage.window.skip


def test_what_is_pressed_reaches_the_view_model(show: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = show("speaker-asking")
    asked: list[object] = []
    model = stage.viewmodel
    monkeypatch.setattr(model._question, "answer", asked.append)
    press(stage, "heardButton")
    press(stage, "notHeardButton")
    assert asked == [True, False]


@pytest.mark.parametrize(
    ("state", "button", "command", "said"),
    [
        ("speaker-passed", "backButton", "back", ()),
        ("speaker-playing", "skipButton", "skip", ()),
        ("speaker-passed", "continueButton", "go_on", ()),
        ("camera-covered", "tryAgainButton", "try_again", ()),
        ("speaker-asking", "playAgainButton", "try_again", ()),
    ],
)
def test_each_way_on_is_a_command(
    show: Open,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    button: str,
    command: str,
    said: tuple[object, ...],
) -> None:
    """Qt's "checked" is no argument of a command."""
    stage = show(state)
    told: list[tuple[object, ...]] = []
    monkeypatch.setattr(stage.viewmodel, command, lambda *values: told.append(values))
    press(stage, button)
    assert told == [said]


async def test_the_whole_way_with_the_view_model(show: Open) -> None:
    """Begin, look, go on to the end, close: the window and its view model together."""
    stage = show("camera-opening")
    stage.window.open_check()
    for step in (Step.CAMERA, Step.SPEAKER, Step.MICROPHONE, Step.INTERNET):
        assert stage.viewmodel.snapshot.step is step
        for _ in range(200):
            if not stage.viewmodel._runs[step].running:
                break
            await asyncio.sleep(0.005)
        press(stage, "skipButton" if seen(stage, "skipButton") else "continueButton")
    assert stage.viewmodel.snapshot.step is Step.SUMMARY
    assert seen(stage, "doneButton")
    press(stage, "backButton")
    assert stage.viewmodel.snapshot.step is Step.INTERNET
    press(stage, "railCamera")
    assert stage.viewmodel.snapshot.step is Step.CAMERA
    await stage.window.shut_down()
    assert not stage.preview.open
    assert stage.calls == [("closed",)]


def test_settings_and_browser_are_opened_by_the_app(show: Open) -> None:
    stage = show("camera-denied")
    press(stage, "remedyButton")
    assert stage.calls == [("settings", Remedy.CAMERA_SETTINGS)]
    stage.calls.clear()
    stage.show(STATES["internet-portal"])
    press(stage, "remedyButton")
    assert stage.calls == [("open", "http://127.0.0.1/video")]


def test_the_code_is_read_letter_by_letter(show: Open) -> None:
    label = show("summary-ready").window.summary_page.code
    assert label.text() == "DKRX-PPYH-LCTQ"
    assert label.accessibleName() == "D K R X   P P Y H   L C T Q"


def test_nothing_can_be_saved_before_the_end(show: Open) -> None:
    page = show("summary-looking").window.summary_page
    assert not page.save.isEnabled()
    assert not page.copy.isEnabled()
    assert not page.code.isVisible()


def test_figures_stand_small_beside_the_speed(show: Open) -> None:
    row = show("internet-passed").window.findChild(QWidget, "part-speed")
    assert "2.1 Mbit/s" in rules.spoken_name(row)


def test_results_are_announced(show: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, bool]] = []

    def hear(event: QAccessibleEvent) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            loud = event.politeness() is QAccessible.AnnouncementPoliteness.Assertive
            said.append((event.message(), loud))

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    stage = show("camera-looking")
    said.clear()
    stage.viewmodel.announced.emit(StepNews(Step.CAMERA, StepState.PASSED))
    stage.viewmodel.announced.emit(StepNews(Step.INTERNET, StepState.FAILED, BLOCKED))
    assert said[0] == ("Camera: Works.", False)
    assert said[1][0].startswith("Internet: Does not work. Your network blocks the visit service.")
    assert said[1][1]
    said.clear()
    stage.show(STATES["speaker-playing"])
    stage.show(STATES["speaker-asking"])
    assert [words for words, _ in said] == [
        "Listen. We play a sound on the left, then on the right.",
        "Did you hear it? We played a sound on the left, then on the right.",
    ]


def test_another_language_comes_at_once(show: Open, languages: Languages) -> None:
    stage = show("summary-not-ready")
    languages.set_language("es")
    rules.settle(stage.window)
    assert stage.window.summary_page.title.text() == "Falta poco"
    assert stage.window.done.text() == "Listo"
    assert rules.spoken_name(stage.window.findChild(QWidget, "railMicrophone")) == "Micrófono, No funciona"


def test_right_to_left_turns_the_rail_around(show: Open, qapp: QApplication) -> None:
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        stage = show("microphone-quiet")
        assert stage.window.rail.x() > stage.window.width() // 2
        assert rules.clipped(stage.window) == []
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_a_finding_of_a_named_device_says_its_name(show: Open) -> None:
    stage = show("internet-portal")
    named = replace(PORTAL, probe=ProbeName.CAMERA, code=ProbeCode.CAMERA_IN_USE, subject="Photo Booth")
    page = internet(StepState.FAILED, finding=named)
    stage.show(page)
    assert "Photo Booth is using your camera." in stage.window.internet_page.finding.accessibleName()


async def dialog_of(stage: CheckStage) -> ReportDialog:
    """The dialog, as soon as it is there."""
    for _ in range(200):
        found = [one for one in stage.window.findChildren(ReportDialog) if one.isVisible()]
        if found:
            return found[0]
        await asyncio.sleep(0.005)
    raise AssertionError("no dialog")


async def settled(stage: CheckStage) -> None:
    """What was asked has ended."""
    asking = stage.window._asking
    assert asking is not None
    await asking


async def test_a_report_is_shown_in_full_and_saved(show: Open, tmp_path: Path) -> None:
    names: list[str] = []

    async def ask_path(_parent: QWidget, name: str) -> Path:
        names.append(name)
        return tmp_path / name

    stage = show("summary-ready", ask_path=ask_path)
    for form, suffix in ((ReportForm.PAGE, ".pdf"), (ReportForm.DATA, ".json")):
        press(stage, "saveReportButton")
        dialog = await dialog_of(stage)
        QTest.mouseClick(dialog.findChild(QPushButton, f"reportForm-{form.value}"), Qt.MouseButton.LeftButton)
        text = dialog.findChild(QTextBrowser).toPlainText()
        dialog.accept_button.click()
        await settled(stage)
        content = stage.saver.saved[tmp_path / f"kpdesk-2026-11-24{suffix}"]
        if form is ReportForm.DATA:
            assert json.loads(text) == json.loads(content)
        else:
            assert "Your voice is quiet" in text
            assert content.startswith(b"%PDF")
    assert names == ["kpdesk-2026-11-24.pdf", "kpdesk-2026-11-24.json"]
    assert "saved" in stage.window.findChild(QWidget, "reportNote").text()


async def test_a_refused_report_goes_nowhere(show: Open) -> None:
    stage = show("summary-ready")
    for button in ("saveReportButton", "copyReportButton"):
        press(stage, button)
        dialog = await dialog_of(stage)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        await settled(stage)
    assert stage.saver.saved == {}
    assert stage.saver.copied == []
    assert stage.window.isVisible()


async def test_a_copy_is_what_was_shown(show: Open) -> None:
    stage = show("summary-ready")
    press(stage, "copyReportButton")
    dialog = await dialog_of(stage)
    shown = dialog.body.toPlainText()  # says "space" for spaces that do not break
    dialog.accept_button.click()
    await settled(stage)
    assert [text.rstrip().replace("\xa0", " ") for text in stage.saver.copied] == [shown.rstrip()]


async def test_a_disk_that_is_full_is_said(show: Open, tmp_path: Path) -> None:
    async def ask_path(_parent: QWidget, name: str) -> Path:
        return tmp_path / name

    stage = show("summary-ready", ask_path=ask_path)
    stage.saver.works = False
    press(stage, "saveReportButton")
    (await dialog_of(stage)).accept_button.click()
    await settled(stage)
    assert stage.window.findChild(QWidget, "reportNote").text().startswith("We could not save it")


async def test_details_name_the_blocked_rule(show: Open) -> None:
    stage = show("internet-blocked")
    press(stage, "detailsForItButton")
    dialog = await dialog_of(stage)
    text = dialog.body.toPlainText()
    assert "relay.example.org:3478" in text
    assert "Blocked" in text
    assert ProbeCode.UDP_BLOCKED.value in text
    dialog.close_button.click()
    await settled(stage)


async def test_escape_closes_and_releases_once(show: Open) -> None:
    stage = show("camera-looking")
    stage.preview.open = True
    QTest.keyClick(stage.window, Qt.Key.Key_Escape)
    assert not stage.window.isVisible()
    await stage.window.shut_down()
    await stage.window.shut_down()
    assert not stage.preview.open
    assert stage.calls == [("closed",)]


async def test_closing_takes_a_question_along(show: Open) -> None:
    stage = show("summary-ready")
    press(stage, "copyReportButton")
    await dialog_of(stage)
    await stage.window.shut_down()
    assert stage.saver.copied == []
    assert stage.calls == [("closed",)]


@pytest.mark.parametrize("make", [save_dialog, details_dialog])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_dialogs_keep_the_rules_too(
    theme: ApplicationTheme, make: Callable[..., ReportDialog], look: str
) -> None:
    theme.apply(look)
    dialog = make(theme)
    try:
        dialog.open()
        rules.settle(dialog)
        assert rules.faults_of_controls(dialog) == []
        assert rules.clipped(dialog) == []
        assert rules.pale_words(dialog) == []
    finally:
        dialog.close()
        dialog.deleteLater()
