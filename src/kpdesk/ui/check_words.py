"""What the everyday screens say of the check: how it went last, the offer, the question before joining.

Grade-6 sentences, no technical words (``tests/widgets/test_check_words.py`` measures them).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDate, QLocale

from kpdesk.checks.offers import Occasion
from kpdesk.domain.preflight import ProbeGroup
from kpdesk.domain.profile import PlanProfile
from kpdesk.ui.formatting import current_language, help_hours, local
from kpdesk.ui.viewmodels.check_standing import (
    Changed,
    CheckStandingSnapshot,
    Day,
    JoinQuestion,
    JoinReason,
    LastCheck,
    Part,
)

translate = QCoreApplication.translate
WEEK_DAYS: Final = 6
"""So far back a day is known by its name: seven days ago it has the name of today."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its icon."""

    tone: str
    """good, warn or quiet."""
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class OfferText:
    """Words of an offer."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionText:
    """Words of the question before joining."""

    icon: str
    tone: str
    title: str
    """Without a full stop."""
    paragraphs: tuple[str, ...]
    check: str
    """The button that checks."""


# --- home -------------------------------------------------------------------------------------------------


def line_text(standing: CheckStandingSnapshot) -> Line | None:
    """The line on the card of the next visit; ``None``: there is nothing to say."""
    match standing.line:
        case LastCheck.PASSED if standing.passed is not None:
            return Line("good", "circle-check", _passed_text(standing.passed))
        case LastCheck.FAILED:
            return Line("warn", "triangle-alert", translate("CheckWords", "Your last check found a problem"))
        case LastCheck.CHANGED if standing.changed:
            what = "; ".join(_fragment(one) for one in standing.changed)
            #: {what} is for example "your headset is missing"
            sentence = translate("CheckWords", "Something has changed since your last check: {what}")
            devices = any(one.is_device for one in standing.changed)
            tone, icon = ("warn", "triangle-alert") if devices else ("quiet", "info")
            return Line(tone, icon, sentence.format(what=what))
    return None


def _passed_text(day: Day) -> str:
    if day.days_ago == 0:
        return translate("CheckWords", "Your computer passed its check today")
    if day.days_ago == 1:
        return translate("CheckWords", "Your computer passed its check yesterday")
    if day.days_ago <= WEEK_DAYS:
        #: {day} is a weekday. Spanish: Su computadora pasó la revisión el {day}
        return translate("CheckWords", "Your computer passed its check on {day}").format(day=_weekday(day))
    #: {date} is for example "November 3". Spanish: Su computadora pasó la revisión el {date}
    return translate("CheckWords", "Your computer passed its check on {date}").format(date=_date(day))


def _from_day(day: Day | None) -> str:
    """The end of "the headset from yesterday"."""
    if day is None:
        #: After the name of a thing: the headset from your last check
        return translate("CheckWords", "from your last check")
    if day.days_ago == 0:
        #: After the name of a thing: the headset from earlier today
        return translate("CheckWords", "from earlier today")
    if day.days_ago == 1:
        #: After the name of a thing: the headset from yesterday
        return translate("CheckWords", "from yesterday")
    if day.days_ago <= WEEK_DAYS:
        #: After the name of a thing; {day} is a weekday: the headset from Monday
        return translate("CheckWords", "from {day}").format(day=_weekday(day))
    #: After the name of a thing; {date} is for example "November 3": the headset from November 3
    return translate("CheckWords", "from {date}").format(date=_date(day))


def _weekday(day: Day) -> str:
    return QLocale().dayName(local(day.at).isoweekday(), QLocale.FormatType.LongFormat)


def _date(day: Day) -> str:
    """Without the year where it goes without saying: within the last ten months no other day is meant."""
    at = local(day.at).date()
    if day.days_ago <= 300:
        #: Date pattern of Qt: month and day, long. Spanish: d 'de' MMMM
        pattern = translate("CheckWords", "MMMM d")
    else:
        #: Date pattern of Qt: month, day and year, long. Spanish: d 'de' MMMM 'de' yyyy
        pattern = translate("CheckWords", "MMMM d, yyyy")
    return QLocale().toString(QDate(at.year, at.month, at.day), pattern)


def offer_text(occasion: Occasion) -> OfferText:
    """Why the check is offered now."""
    title, text = _OFFERS[occasion]
    return OfferText(translate("CheckWords", str(title)), translate("CheckWords", str(text)))


# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
_OFFERS: dict[Occasion, tuple[object, object]] = {
    Occasion.AFTER_SIGN_IN: (
        QT_TRANSLATE_NOOP("CheckWords", "See if your camera and sound work before your visit."),
        QT_TRANSLATE_NOOP("CheckWords", "It takes less than a minute."),
    ),
    Occasion.DAY_BEFORE: (
        QT_TRANSLATE_NOOP("CheckWords", "Your visit is less than a day away."),
        QT_TRANSLATE_NOOP(
            "CheckWords", "See now if your camera and sound work. There is still time to get help."
        ),
    ),
    Occasion.HALF_HOUR_BEFORE: (
        QT_TRANSLATE_NOOP("CheckWords", "Your visit starts soon."),
        QT_TRANSLATE_NOOP("CheckWords", "See if your camera and sound work. It takes less than a minute."),
    ),
    Occasion.WAITING_ROOM: (
        QT_TRANSLATE_NOOP("CheckWords", "While you wait, see if your camera and sound work."),
        QT_TRANSLATE_NOOP("CheckWords", "It takes less than a minute. You keep your place."),
    ),
}

# --- before joining ---------------------------------------------------------------------------------------


def question_text(question: JoinQuestion, profile: PlanProfile) -> QuestionText:
    """What is asked before joining."""
    again = translate("CheckWords", "Check again")
    match question.reason:
        case JoinReason.STOPPED:
            return QuestionText(
                "circle-alert",
                "bad",
                translate("CheckWords", "You cannot join yet"),
                _stopped(question, profile),
                again,
            )
        case JoinReason.NEVER:
            return QuestionText(
                "monitor-check",
                "brand",
                translate("CheckWords", "You have not checked your computer yet"),
                (translate("CheckWords", "See if your camera and sound work. It takes less than a minute."),),
                translate("CheckWords", "Check my computer"),
            )
        case JoinReason.UNFINISHED:
            return QuestionText(
                "triangle-alert",
                "warn",
                translate("CheckWords", "Your last check was not finished"),
                (
                    translate(
                        "CheckWords", "We could not look at everything. The visit may still work for you."
                    ),
                ),
                again,
            )
        case JoinReason.PROBLEM:
            return QuestionText(
                "triangle-alert",
                "warn",
                translate("CheckWords", "Your check found a problem"),
                (translate("CheckWords", "Your doctor may not see or hear you well. Do you want to join?"),),
                again,
            )
    return QuestionText("triangle-alert", "warn", *_changed(question), again)


def _changed(question: JoinQuestion) -> tuple[str, tuple[str, ...]]:
    """Title and paragraphs. One missing thing is said in the title; several stand below each other."""
    sentences = tuple(changed_text(one, question.passed) for one in question.changed)
    missing = any(one.missing for one in question.changed)
    if missing:
        advice = translate("CheckWords", "Plug it in if you can. Then check again, or join without it.")
    else:
        advice = translate("CheckWords", "Check again to see if it works, or join now.")
    if len(sentences) == 1:
        return sentences[0].removesuffix("."), (advice,)
    if missing:
        advice = translate("CheckWords", "Plug in what is missing if you can. Then check again, or join now.")
    else:
        advice = translate("CheckWords", "Check again to see if all of it works, or join now.")
    return translate("CheckWords", "Something has changed since your last check"), (*sentences, advice)


def changed_text(changed: Changed, passed: Day | None) -> str:
    """A sentence: "The headset from yesterday is missing." """
    words = (_MISSING if changed.missing else _OTHER)[changed.part]
    return translate("CheckWords", str(words)).format(when=_from_day(passed))


def _fragment(changed: Changed) -> str:
    """The end of a sentence: "your headset is missing"."""
    return translate("CheckWords", str((_MISSING_END if changed.missing else _OTHER_END)[changed.part]))


def _stopped(question: JoinQuestion, profile: PlanProfile) -> tuple[str, ...]:
    names = [translate("CheckWords", str(_PARTS[group])) for group in question.stopping if group in _PARTS]
    #: {devices} is for example "your camera and your microphone"
    first = translate("CheckWords", "First, this has to work: {devices}.").format(
        devices=QLocale().createSeparatedList(names)
    )
    line = profile.help_line
    call = (
        translate("CheckWords", "Need help? Call {phone}. The line is open now.")
        if question.help_open
        else translate("CheckWords", "Need help? Call {phone}. The line is closed now. Hours: {hours}.")
    )
    instead = profile.in_person_notice.in_language(current_language())
    return (first, call.format(phone=line.phone, hours=help_hours(line)).replace("..", "."), instead)


_PARTS: dict[ProbeGroup, object] = {
    ProbeGroup.CAMERA: QT_TRANSLATE_NOOP("CheckWords", "your camera"),
    ProbeGroup.SPEAKER: QT_TRANSLATE_NOOP("CheckWords", "your speaker"),
    ProbeGroup.MICROPHONE: QT_TRANSLATE_NOOP("CheckWords", "your microphone"),
}
_MISSING: dict[Part, object] = {
    Part.HEADSET: QT_TRANSLATE_NOOP("CheckWords", "The headset {when} is missing."),
    Part.MICROPHONE: QT_TRANSLATE_NOOP("CheckWords", "The microphone {when} is missing."),
    Part.SPEAKER: QT_TRANSLATE_NOOP("CheckWords", "The speaker {when} is missing."),
    Part.CAMERA: QT_TRANSLATE_NOOP("CheckWords", "The camera {when} is missing."),
}
_OTHER: dict[Part, object] = {
    Part.MICROPHONE: QT_TRANSLATE_NOOP("CheckWords", "Your microphone is not the one {when}."),
    Part.SPEAKER: QT_TRANSLATE_NOOP("CheckWords", "Your speaker is not the one {when}."),
    Part.CAMERA: QT_TRANSLATE_NOOP("CheckWords", "Your camera is not the one {when}."),
    Part.NETWORK: QT_TRANSLATE_NOOP("CheckWords", "Your internet is not the one {when}."),
    Part.VERSION: QT_TRANSLATE_NOOP("CheckWords", "kpdesk is newer than the one {when}."),
}
_MISSING_END: dict[Part, object] = {
    Part.HEADSET: QT_TRANSLATE_NOOP("CheckWords", "your headset is missing"),
    Part.MICROPHONE: QT_TRANSLATE_NOOP("CheckWords", "your microphone is missing"),
    Part.SPEAKER: QT_TRANSLATE_NOOP("CheckWords", "your speaker is missing"),
    Part.CAMERA: QT_TRANSLATE_NOOP("CheckWords", "your camera is missing"),
}
_OTHER_END: dict[Part, object] = {
    Part.MICROPHONE: QT_TRANSLATE_NOOP("CheckWords", "another microphone would be used"),
    Part.SPEAKER: QT_TRANSLATE_NOOP("CheckWords", "another speaker would be used"),
    Part.CAMERA: QT_TRANSLATE_NOOP("CheckWords", "another camera would be used"),
    Part.NETWORK: QT_TRANSLATE_NOOP("CheckWords", "you are on another network"),
    Part.VERSION: QT_TRANSLATE_NOOP("CheckWords", "kpdesk was updated"),
}
