"""What the pages of the check say: title, one sentence, and the words of rail, lines and buttons.

What was found has its words in ``ui.probe_texts``. Grade-6 sentences
(``tests/widgets/test_check_page_words.py`` measures them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kpdesk.domain.preflight import PreflightReport, ProbeName
from kpdesk.ui.probe_texts import probe_text
from kpdesk.ui.report_texts import rate_figures
from kpdesk.ui.viewmodels.preflight_steps import (
    DeviceStep,
    Finding,
    InternetStep,
    Page,
    Part,
    Remedy,
    Step,
    StepNews,
    StepState,
    SummaryStep,
    Talk,
    Verdict,
)
from kpdesk.ui.viewmodels.shell import Patience
from kpdesk.ui.widgets.labels import sentences

translate = QCoreApplication.translate

STEP_ICONS: Final = {
    Step.CAMERA: "video",
    Step.SPEAKER: "volume-2",
    Step.MICROPHONE: "mic",
    Step.INTERNET: "wifi",
    Step.SUMMARY: "clipboard-check",
}
PART_ICONS: Final = {
    Part.SERVICE: "globe",
    Part.MEDIA: "video",
    Part.SPEED: "gauge",
    Part.COMPUTER: "monitor",
    Part.REHEARSAL: "users",
}
STATE_SIGNS: Final = {
    StepState.OPEN: ("circle-dashed", "quiet"),
    StepState.RUNNING: ("loader-circle", "brand"),
    StepState.PASSED: ("circle-check", "good"),
    StepState.WARNING: ("triangle-alert", "warn"),
    StepState.FAILED: ("circle-x", "bad"),
    StepState.SKIPPED: ("circle-minus", "quiet"),
    StepState.NOT_RUN: ("circle-question-mark", "warn"),
}
"""Icon and tone of each state: with its word it never depends on colour."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The two lines above a page."""

    title: str
    lead: str = ""


# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
_STEPS: dict[Step, object] = {
    Step.CAMERA: QT_TRANSLATE_NOOP("CheckPages", "Camera"),
    Step.SPEAKER: QT_TRANSLATE_NOOP("CheckPages", "Speaker"),
    Step.MICROPHONE: QT_TRANSLATE_NOOP("CheckPages", "Microphone"),
    Step.INTERNET: QT_TRANSLATE_NOOP("CheckPages", "Internet"),
    Step.SUMMARY: QT_TRANSLATE_NOOP("CheckPages", "Summary"),
}
_STATES: dict[StepState, object] = {
    StepState.OPEN: "",
    StepState.RUNNING: QT_TRANSLATE_NOOP("CheckPages", "Checking …"),
    StepState.PASSED: QT_TRANSLATE_NOOP("CheckPages", "Works"),
    StepState.WARNING: QT_TRANSLATE_NOOP("CheckPages", "Could be better"),
    StepState.FAILED: QT_TRANSLATE_NOOP("CheckPages", "Does not work"),
    StepState.SKIPPED: QT_TRANSLATE_NOOP("CheckPages", "Skipped"),
    StepState.NOT_RUN: QT_TRANSLATE_NOOP("CheckPages", "Not checked"),
}
_PARTS: dict[Part, object] = {
    Part.SERVICE: QT_TRANSLATE_NOOP("CheckPages", "Reaching the visit service"),
    Part.MEDIA: QT_TRANSLATE_NOOP("CheckPages", "Sound and picture get through"),
    Part.SPEED: QT_TRANSLATE_NOOP("CheckPages", "Speed of your internet"),
    Part.COMPUTER: QT_TRANSLATE_NOOP("CheckPages", "This computer"),
    Part.REHEARSAL: QT_TRANSLATE_NOOP("CheckPages", "Practice call"),
}
_REMEDIES: dict[Remedy, object] = {
    Remedy.NONE: "",
    Remedy.TRY_AGAIN: QT_TRANSLATE_NOOP("CheckPages", "Check again"),
    Remedy.TURN_UP: QT_TRANSLATE_NOOP("CheckPages", "Turn it up"),
    Remedy.USE_OTHER: QT_TRANSLATE_NOOP("CheckPages", "Use that one"),
    Remedy.OPEN_BROWSER: QT_TRANSLATE_NOOP("CheckPages", "Open browser"),
    Remedy.CAMERA_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
    Remedy.MICROPHONE_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
    Remedy.SOUND_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
    Remedy.NETWORK_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
    Remedy.CLOCK_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
    Remedy.UPDATE_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
    Remedy.STORAGE_SETTINGS: QT_TRANSLATE_NOOP("CheckPages", "Open settings"),
}
REMEDY_ICONS: Final = {
    Remedy.TRY_AGAIN: "rotate-ccw",
    Remedy.TURN_UP: "sliders-horizontal",
    Remedy.USE_OTHER: "check",
    Remedy.OPEN_BROWSER: "external-link",
}


def step_name(step: Step) -> str:
    """The rail's word."""
    return translate("CheckPages", str(_STEPS[step]))


def state_text(state: StepState) -> str:
    """How a step or a line stands; empty for what has not begun."""
    words = str(_STATES[state])
    return translate("CheckPages", words) if words else ""


def part_name(part: Part) -> str:
    """A line of the Internet page."""
    return translate("CheckPages", str(_PARTS[part]))


def remedy_text(remedy: Remedy) -> str:
    """A finding's button."""
    words = str(_REMEDIES[remedy])
    return translate("CheckPages", words) if words else ""


def finding_text(finding: Finding, *, brief: bool = False) -> tuple[str, str]:
    """Title, and sentence with what to do; ``brief``: what to do alone, unless only the sentence names the
    device."""
    words = probe_text(finding.code, finding.subject)
    if brief and not finding.subject:
        return words.title, words.action
    return words.title, " ".join(part for part in (words.sentence, words.action) if part)


def heading(page: Page, *, picture: bool = False) -> Heading:
    """Title and sentence of a page. ``picture``: the camera's picture can be seen."""
    match page:
        case DeviceStep(step=Step.CAMERA):
            return _camera(page, picture=picture)
        case DeviceStep(step=Step.SPEAKER):
            return _speaker(page)
        case DeviceStep():
            return _microphone(page)
        case InternetStep():
            return _internet(page)
    return _summary(page)


def _slow(page: DeviceStep | InternetStep) -> str:
    """The sentence of a wait that has become long."""
    if page.state is not StepState.RUNNING:
        return ""
    if page.waiting is Patience.WAY_OUT:
        return translate("CheckPages", "This takes longer than it should. You can skip it and come back.")
    return ""


def _bad(state: StepState) -> bool:
    return state in (StepState.FAILED, StepState.NOT_RUN)


def _camera(page: DeviceStep, *, picture: bool) -> Heading:
    if page.state is StepState.PASSED:
        return Heading(
            translate("CheckPages", "Your camera works"),
            translate("CheckPages", "This is how your doctor will see you."),
        )
    if page.state is StepState.WARNING:
        return Heading(
            translate("CheckPages", "Your camera works"),
            translate("CheckPages", "Your picture could be better."),
        )
    if _bad(page.state):
        return Heading(
            translate("CheckPages", "We have no good picture of you"),
            translate("CheckPages", "Your doctor could not see you like this."),
        )
    if page.state is StepState.SKIPPED:
        return Heading(translate("CheckPages", "You skipped the camera"))
    lead = _slow(page) or (
        translate("CheckPages", "Sit so that your face is in the middle of the picture.")
        if picture
        else translate("CheckPages", "We are starting your camera.")
    )
    return Heading(translate("CheckPages", "Look into the camera"), lead)


def _speaker(page: DeviceStep) -> Heading:
    if page.talk is Talk.ASKING:
        return Heading(
            translate("CheckPages", "Did you hear it?"),
            translate("CheckPages", "We played a sound on the left, then on the right."),
        )
    if page.state is StepState.RUNNING or page.state is StepState.OPEN:
        lead = _slow(page) or translate("CheckPages", "We play a sound on the left, then on the right.")
        return Heading(translate("CheckPages", "Listen"), lead)
    if page.state is StepState.PASSED:
        return Heading(
            translate("CheckPages", "Your speaker works"),
            translate("CheckPages", "You will hear your doctor."),
        )
    if page.state is StepState.WARNING:
        return Heading(
            translate("CheckPages", "Your speaker works"),
            translate("CheckPages", "Your sound could be better."),
        )
    if page.state is StepState.SKIPPED:
        return Heading(translate("CheckPages", "You skipped the speaker"))
    return Heading(
        translate("CheckPages", "Your speaker does not work yet"),
        translate("CheckPages", "You could not hear your doctor like this."),
    )


def _microphone(page: DeviceStep) -> Heading:
    match page.talk:
        case Talk.SPEAK:
            lead = _slow(page) or translate(
                "CheckPages", "For example: “Good morning, doctor.” We listen for your voice."
            )
            return Heading(translate("CheckPages", "Say a few words"), lead)
        case Talk.PLAYBACK:
            return Heading(
                translate("CheckPages", "This is your voice"),
                translate("CheckPages", "Your doctor will hear you like this."),
            )
        case Talk.ASKING:
            return Heading(
                translate("CheckPages", "Did you hear yourself?"),
                translate("CheckPages", "We played back what you said."),
            )
        case Talk.LISTENING:
            return Heading(
                translate("CheckPages", "Now be quiet for a moment"),
                translate("CheckPages", "We play a short sound and listen to it."),
            )
    if page.state in (StepState.RUNNING, StepState.OPEN):
        lead = _slow(page) or translate("CheckPages", "We are starting your microphone.")
        return Heading(translate("CheckPages", "One moment"), lead)
    if page.state is StepState.PASSED:
        return Heading(
            translate("CheckPages", "We hear you well"),
            translate("CheckPages", "Your doctor will hear you too."),
        )
    if page.state is StepState.WARNING:
        return Heading(
            translate("CheckPages", "We hear you"),
            translate("CheckPages", "Your sound could be better."),
        )
    if page.state is StepState.SKIPPED:
        return Heading(translate("CheckPages", "You skipped the microphone"))
    return Heading(
        translate("CheckPages", "We can’t hear you yet"),
        translate("CheckPages", "Your doctor could not hear you like this."),
    )


def _internet(page: InternetStep) -> Heading:
    if page.state in (StepState.RUNNING, StepState.OPEN):
        lead = _slow(page) or translate(
            "CheckPages", "This takes a few seconds. You can go on without waiting."
        )
        return Heading(translate("CheckPages", "We are checking your internet"), lead)
    if page.state is StepState.PASSED:
        return Heading(
            translate("CheckPages", "Your internet works"),
            translate("CheckPages", "It is good enough for a visit with sound and picture."),
        )
    if page.state is StepState.WARNING:
        return Heading(
            translate("CheckPages", "Your internet works"),
            translate("CheckPages", "A visit is possible, but something could be better."),
        )
    if page.state is StepState.SKIPPED:
        return Heading(translate("CheckPages", "You skipped the internet"))
    return Heading(
        translate("CheckPages", "Something stands in the way"),
        translate("CheckPages", "You may go on and try your visit all the same."),
    )


def _summary(page: SummaryStep) -> Heading:
    match page.verdict:
        case Verdict.READY:
            return Heading(
                translate("CheckPages", "You’re ready"),
                translate("CheckPages", "Camera, sound and internet work. You can join your visit."),
            )
        case Verdict.ADVICE:
            return Heading(
                translate("CheckPages", "You’re ready"),
                translate("CheckPages", "Your visit will work. This would make it better:"),
            )
        case Verdict.INCOMPLETE:
            names = ", ".join(step_name(step) for step in page.unchecked)
            #: {steps} is a list such as "Camera, Speaker"
            left = translate("CheckPages", "We have not checked: {steps}.").format(steps=names)
            return Heading(
                translate("CheckPages", "So far, so good"),
                left if names else translate("CheckPages", "Some of it could not be checked."),
            )
        case Verdict.NOT_READY:
            return Heading(
                translate("CheckPages", "Almost there"),
                translate("CheckPages", "Fix this before your visit. Begin at the top:"),
            )
    return Heading(
        translate("CheckPages", "We are almost done"),
        translate("CheckPages", "The last part is still being checked."),
    )


def hint(page: DeviceStep) -> tuple[str, str]:
    """A small line under the picture: icon and words, of the first remark; empty without one."""
    if not page.remarks:
        return "", ""
    first = page.remarks[0]
    title, text = finding_text(first)
    icon = "headphones" if first.code.value == "loop.headset" else "lightbulb"
    return icon, sentences(title, text)


def speed_text(report: PreflightReport | None) -> str:
    """The rates of the line, small, for who wants them; empty before they are measured. What only IT has a
    word for is in the details."""
    quality = report.result(ProbeName.QUALITY) if report is not None else None
    return "  ·  ".join(f"{name} {value}" for name, value in rate_figures(quality)) if quality else ""


def news_text(news: StepNews) -> str:
    """What a screen reader says when a result has come."""
    #: {step} is for example "Camera", {state} "Works"
    line = translate("CheckPages", "{step}: {state}").format(
        step=step_name(news.step), state=state_text(news.state)
    )
    return sentences(line, *(finding_text(news.finding) if news.finding is not None else ()))
