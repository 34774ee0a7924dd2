"""What the waiting room says for a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.viewmodels.waiting import WaitAdvice, WaitingSnapshot, WaitingStage
from kpdesk.ui.widgets.call_status import Tone
from kpdesk.ui.windows.call_words import doctor

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Notice:
    """A calm box in the waiting room."""

    key: str
    icon: str
    title: str
    text: str = ""
    tone: Tone = Tone.INFO


def title_text(waiting: WaitingSnapshot) -> str:
    """The heading. "Has been told" only when the service said so."""
    name = doctor(waiting.practitioner_name)
    match waiting.stage:
        case WaitingStage.ENTERING | WaitingStage.ENTERING_SLOWLY:
            return translate("WaitingWords", "Opening the waiting room")
        case WaitingStage.TELLING:
            return translate("WaitingWords", "We are telling {doctor} that you are here").format(
                #: The doctor whose name is not known, inside a sentence
                doctor=waiting.practitioner_name or translate("WaitingWords", "your doctor")
            )
        case WaitingStage.UNSEEN:
            return translate("WaitingWords", "The practice has not opened its screen yet")
    return translate("WaitingWords", "{doctor} has been told that you are here").format(doctor=name)


def lead_text(waiting: WaitingSnapshot) -> str:
    """The sentence under the heading."""
    if waiting.leaving:
        return translate("WaitingWords", "Leaving the waiting room")
    match waiting.stage:
        case WaitingStage.ENTERING:
            return translate("WaitingWords", "This takes a few seconds.")
        case WaitingStage.ENTERING_SLOWLY:
            return translate(
                "WaitingWords", "This takes longer than usual. You can wait, or leave and try again."
            )
    if waiting.sent_back:
        return translate(
            "WaitingWords", "You are back in the waiting room. The visit goes on when they let you in again."
        )
    if waiting.stage is WaitingStage.UNSEEN:
        return translate(
            "WaitingWords", "You keep your place. They will see that you are here as soon as they do."
        )
    return translate(
        "WaitingWords",
        "You will be let in as soon as they are ready. You can use other windows, we will ring.",
    )


def notices_for(waiting: WaitingSnapshot, profile: PlanProfile, language: str) -> tuple[Notice, ...]:
    """The boxes, the most pressing first."""
    notices: list[Notice] = []
    if waiting.signaling_lost:
        notices.append(
            Notice(
                "signaling",
                "cloud-off",
                translate("WaitingWords", "We have lost the visit service"),
                translate("WaitingWords", "You keep your place. We are trying again by ourselves."),
                Tone.WARN,
            )
        )
    for problem in waiting.problems:
        text = error_text(problem.code)
        notices.append(
            Notice(
                f"problem-{problem.kind.value}",
                "triangle-alert",
                text.title,
                f"{text.sentence} {text.next_step}",
                Tone.WARN,
            )
        )
    late = _late_notice(waiting, profile, language)
    if late is not None:
        notices.append(late)
    if waiting.messages:
        last = waiting.messages[-1]
        notices.append(
            Notice(
                "message", "message-square", translate("WaitingWords", "Message from the practice"), last.text
            )
        )
    return tuple(notices)


def _late_notice(waiting: WaitingSnapshot, profile: PlanProfile, language: str) -> Notice | None:
    """One box for a late doctor and a long wait: what is known, and what to do."""
    long_wait = waiting.advice is not WaitAdvice.NONE
    title = ""
    if waiting.late_minutes:
        #: Heading of a calm notice. Spanish: Unos {minutes} minutos de retraso
        title = translate("WaitingWords", "Running about {minutes} minutes late").format(
            minutes=waiting.late_minutes
        )
    elif long_wait:
        title = translate("WaitingWords", "This takes longer than usual")
    else:
        return None
    text = translate("WaitingWords", "You keep your place.")
    if waiting.advice is WaitAdvice.VERY_LONG:
        text = f"{text} {profile.late_notice.in_language(language)}"
        call = (
            translate("WaitingWords", "You can also call {phone}.")
            if waiting.help_open
            else translate("WaitingWords", "You can also call {phone} when it is open.")
        )
        text = f"{text} {call.format(phone=waiting.help_phone)}"
    elif long_wait or waiting.late_minutes:
        more = translate("WaitingWords", "If it takes longer, the practice will contact you for a new time.")
        text = f"{text} {more}"
    return Notice("late", "clock", title, text, Tone.WARN)


def queue_text(position: int) -> str:
    """The place in the queue, when the practice shows it."""
    if position <= 1:
        return translate("WaitingWords", "You are next")
    #: {number} is 2, 3, ...: the patient's place in the queue
    return translate("WaitingWords", "You are number {number} in line").format(number=position)


def help_text(phone: str, is_open: bool) -> str:
    """The help line, and whether somebody answers now."""
    if is_open:
        return translate("WaitingWords", "{phone}, open now").format(phone=phone)
    return translate("WaitingWords", "{phone}, closed now").format(phone=phone)
