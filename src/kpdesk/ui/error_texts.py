"""The one table of words for errors: what happened, and what to do. ``docs/errors.md`` lists the codes.

Grade-6 sentences, no blame, no technical words. A test walks every code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kpdesk.domain.errors import ErrorCode, Param
from kpdesk.ui.formatting import day_and_time, one_stop


@dataclass(frozen=True, slots=True)
class ErrorText:
    """Words in the language of now."""

    title: str
    sentence: str
    next_step: str


def error_text(code: ErrorCode, params: Mapping[str, Param] | None = None) -> ErrorText:
    """The words for ``code``; ``params`` are the error's own."""
    title, sentence, next_step = (QCoreApplication.translate("Errors", str(part)) for part in _TABLE[code])
    if code is ErrorCode.TOO_EARLY and params:
        opens_at = _instant(params.get("opens_at"))
        if opens_at is not None:
            sentence = QCoreApplication.translate("Errors", "You can join from {time}.").format(
                time=day_and_time(opens_at)
            )
    return ErrorText(title, one_stop(sentence), next_step)


def _instant(text: Param | None) -> datetime | None:
    """An aware ISO 8601 instant, or ``None`` for anything else."""
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else None


# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
_TABLE: dict[ErrorCode, tuple[object, object, object]] = {
    ErrorCode.SIGN_IN_CANCELLED: (
        QT_TRANSLATE_NOOP("Errors", "You are not signed on"),
        QT_TRANSLATE_NOOP("Errors", "Signing on was stopped before it was done."),
        QT_TRANSLATE_NOOP("Errors", "Choose Sign on when you are ready."),
    ),
    ErrorCode.SIGN_IN_TIMED_OUT: (
        QT_TRANSLATE_NOOP("Errors", "Signing on took too long"),
        QT_TRANSLATE_NOOP("Errors", "We stopped waiting for your browser."),
        QT_TRANSLATE_NOOP("Errors", "Choose Sign on to open the page again."),
    ),
    ErrorCode.SIGN_IN_REFUSED: (
        QT_TRANSLATE_NOOP("Errors", "You could not be signed on"),
        QT_TRANSLATE_NOOP("Errors", "Your health plan did not accept the sign-on."),
        QT_TRANSLATE_NOOP("Errors", "Try again. If it happens again, call the help line."),
    ),
    ErrorCode.SIGN_IN_EXPIRED: (
        QT_TRANSLATE_NOOP("Errors", "Sign on again to go on"),
        QT_TRANSLATE_NOOP("Errors", "To keep your information safe, you were signed out after some time."),
        QT_TRANSLATE_NOOP("Errors", "Choose Sign on. Your appointments are still there."),
    ),
    ErrorCode.SIGN_IN_UNSAFE: (
        QT_TRANSLATE_NOOP("Errors", "We stopped the sign-on to keep you safe"),
        QT_TRANSLATE_NOOP("Errors", "The answer from the sign-on page was not what we expected."),
        QT_TRANSLATE_NOOP("Errors", "Try again on a network that you trust, or call the help line."),
    ),
    ErrorCode.BROWSER_NOT_OPENED: (
        QT_TRANSLATE_NOOP("Errors", "Your browser did not open"),
        QT_TRANSLATE_NOOP("Errors", "The sign-on page opens in your web browser."),
        QT_TRANSLATE_NOOP("Errors", "Copy the address and open it in any browser on this computer."),
    ),
    ErrorCode.SERVER_NOT_SUPPORTED: (
        QT_TRANSLATE_NOOP("Errors", "kpdesk cannot work with this service"),
        QT_TRANSLATE_NOOP("Errors", "The service of your health plan does not offer what kpdesk needs."),
        QT_TRANSLATE_NOOP("Errors", "Update kpdesk, or call the help line."),
    ),
    ErrorCode.SECRET_STORE_UNAVAILABLE: (
        QT_TRANSLATE_NOOP("Errors", "We cannot keep you signed on"),
        QT_TRANSLATE_NOOP("Errors", "This computer has no safe place for your sign-on."),
        QT_TRANSLATE_NOOP("Errors", "You can go on. Next time you will sign on again."),
    ),
    ErrorCode.SECRET_STORE_LOCKED: (
        QT_TRANSLATE_NOOP("Errors", "Your keychain is locked"),
        QT_TRANSLATE_NOOP("Errors", "kpdesk keeps your sign-on in the keychain of this computer."),
        QT_TRANSLATE_NOOP("Errors", "Unlock it and try again, or sign on again."),
    ),
    ErrorCode.OFFLINE: (
        QT_TRANSLATE_NOOP("Errors", "This computer is not on the internet"),
        QT_TRANSLATE_NOOP("Errors", "We could not reach any page."),
        QT_TRANSLATE_NOOP("Errors", "Check your Wi-Fi or network cable, then try again."),
    ),
    ErrorCode.SERVICE_UNREACHABLE: (
        QT_TRANSLATE_NOOP("Errors", "We cannot reach the visit service"),
        QT_TRANSLATE_NOOP("Errors", "Your internet may be off, or something blocks the way."),
        QT_TRANSLATE_NOOP("Errors", "Check your internet connection, then try again."),
    ),
    ErrorCode.SERVICE_UNAVAILABLE: (
        QT_TRANSLATE_NOOP("Errors", "The visit service has a problem"),
        QT_TRANSLATE_NOOP("Errors", "It is not your computer. We keep trying."),
        QT_TRANSLATE_NOOP("Errors", "Try again in a few minutes, or call the help line."),
    ),
    ErrorCode.SERVICE_TIMED_OUT: (
        QT_TRANSLATE_NOOP("Errors", "The visit service does not answer"),
        QT_TRANSLATE_NOOP("Errors", "It took too long to get an answer."),
        QT_TRANSLATE_NOOP("Errors", "Check your internet connection, then try again."),
    ),
    ErrorCode.TLS_FAILED: (
        QT_TRANSLATE_NOOP("Errors", "The connection is not safe"),
        QT_TRANSLATE_NOOP("Errors", "We could not make sure that we talk to your health plan."),
        QT_TRANSLATE_NOOP(
            "Errors", "Check the date and time of this computer, or try another network. Then try again."
        ),
    ),
    ErrorCode.TOO_MANY_REQUESTS: (
        QT_TRANSLATE_NOOP("Errors", "The visit service is very busy"),
        QT_TRANSLATE_NOOP("Errors", "It asked us to wait a moment."),
        QT_TRANSLATE_NOOP("Errors", "Try again in a minute."),
    ),
    ErrorCode.SIGNALING_LOST: (
        QT_TRANSLATE_NOOP("Errors", "We lost the connection"),
        QT_TRANSLATE_NOOP("Errors", "The visit service did not come back."),
        QT_TRANSLATE_NOOP("Errors", "Check your internet connection, then join again."),
    ),
    ErrorCode.MEDIA_PATH_FAILED: (
        QT_TRANSLATE_NOOP("Errors", "Picture and sound cannot get through"),
        QT_TRANSLATE_NOOP("Errors", "Your network may block video calls."),
        QT_TRANSLATE_NOOP("Errors", "Try another network, or turn off a VPN. Then join again."),
    ),
    ErrorCode.PAYLOAD_MALFORMED: (
        QT_TRANSLATE_NOOP("Errors", "We got an answer that we do not understand"),
        QT_TRANSLATE_NOOP("Errors", "Something is wrong at the service, not on your computer."),
        QT_TRANSLATE_NOOP("Errors", "Try again later, or call the help line."),
    ),
    ErrorCode.PAYLOAD_TOO_LARGE: (
        QT_TRANSLATE_NOOP("Errors", "The answer was too large"),
        QT_TRANSLATE_NOOP("Errors", "The service sent more than we can take."),
        QT_TRANSLATE_NOOP("Errors", "Try again later, or call the help line."),
    ),
    ErrorCode.TOO_EARLY: (
        QT_TRANSLATE_NOOP("Errors", "It is too early to join"),
        QT_TRANSLATE_NOOP("Errors", "Your visit is not open yet."),
        QT_TRANSLATE_NOOP("Errors", "Come back a few minutes before your visit."),
    ),
    ErrorCode.VISIT_OVER: (
        QT_TRANSLATE_NOOP("Errors", "This visit is over"),
        QT_TRANSLATE_NOOP("Errors", "The time to join has passed."),
        QT_TRANSLATE_NOOP("Errors", "If you missed your doctor, call to get a new time."),
    ),
    ErrorCode.VISIT_CANCELLED: (
        QT_TRANSLATE_NOOP("Errors", "This visit was cancelled"),
        QT_TRANSLATE_NOOP("Errors", "It will not take place."),
        QT_TRANSLATE_NOOP("Errors", "Look at your appointments, or call to get a new time."),
    ),
    ErrorCode.VISIT_MOVED: (
        QT_TRANSLATE_NOOP("Errors", "This visit has a new time"),
        QT_TRANSLATE_NOOP("Errors", "The practice moved it."),
        QT_TRANSLATE_NOOP("Errors", "Look at your appointments for the new time."),
    ),
    ErrorCode.NOT_YOURS: (
        QT_TRANSLATE_NOOP("Errors", "This visit is not on your account"),
        QT_TRANSLATE_NOOP("Errors", "You are signed on as somebody else."),
        QT_TRANSLATE_NOOP("Errors", "Sign out, then sign on with the account that has this visit."),
    ),
    ErrorCode.VISIT_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Errors", "We cannot find this visit"),
        QT_TRANSLATE_NOOP("Errors", "It may have been moved or cancelled."),
        QT_TRANSLATE_NOOP("Errors", "Look at your appointments, or call the help line."),
    ),
    ErrorCode.VISIT_HAS_NO_LINK: (
        QT_TRANSLATE_NOOP("Errors", "This visit cannot be joined yet"),
        QT_TRANSLATE_NOOP("Errors", "The practice has not set up the video for it."),
        QT_TRANSLATE_NOOP("Errors", "Try again later, or call the help line."),
    ),
    ErrorCode.JOIN_REFUSED: (
        QT_TRANSLATE_NOOP("Errors", "You could not join"),
        QT_TRANSLATE_NOOP("Errors", "The visit service did not let you in."),
        QT_TRANSLATE_NOOP("Errors", "Try again. If it happens again, call the help line."),
    ),
    ErrorCode.JOINED_ELSEWHERE: (
        QT_TRANSLATE_NOOP("Errors", "You joined on another device"),
        QT_TRANSLATE_NOOP("Errors", "A visit can be open on one device at a time."),
        QT_TRANSLATE_NOOP("Errors", "Go on there, or join again here."),
    ),
    ErrorCode.NO_SHOW: (
        QT_TRANSLATE_NOOP("Errors", "This visit was missed"),
        QT_TRANSLATE_NOOP("Errors", "The practice closed it because nobody joined."),
        QT_TRANSLATE_NOOP("Errors", "Call to get a new time."),
    ),
    ErrorCode.PRACTITIONER_UNREACHABLE: (
        QT_TRANSLATE_NOOP("Errors", "Your doctor’s connection was lost"),
        QT_TRANSLATE_NOOP("Errors", "They did not come back to the visit."),
        QT_TRANSLATE_NOOP("Errors", "Join again to wait for them, or call the help line."),
    ),
    ErrorCode.CAMERA_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Errors", "We can’t find a camera"),
        QT_TRANSLATE_NOOP("Errors", "No camera is connected to this computer."),
        QT_TRANSLATE_NOOP("Errors", "Connect a camera, or go on with sound alone."),
    ),
    ErrorCode.CAMERA_DENIED: (
        QT_TRANSLATE_NOOP("Errors", "Your camera is off in the system settings"),
        QT_TRANSLATE_NOOP("Errors", "This computer does not let kpdesk use the camera."),
        QT_TRANSLATE_NOOP("Errors", "Open the privacy settings of this computer and allow the camera."),
    ),
    ErrorCode.CAMERA_IN_USE: (
        QT_TRANSLATE_NOOP("Errors", "Another program uses your camera"),
        QT_TRANSLATE_NOOP("Errors", "A camera can serve one program at a time."),
        QT_TRANSLATE_NOOP("Errors", "Close other programs that use the camera, then turn it on again."),
    ),
    ErrorCode.CAMERA_FAILED: (
        QT_TRANSLATE_NOOP("Errors", "Your camera stopped working"),
        QT_TRANSLATE_NOOP("Errors", "It gives no picture."),
        QT_TRANSLATE_NOOP("Errors", "Unplug it and plug it in again, or choose another camera."),
    ),
    ErrorCode.MICROPHONE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Errors", "We can’t find a microphone"),
        QT_TRANSLATE_NOOP("Errors", "No microphone is connected to this computer."),
        QT_TRANSLATE_NOOP("Errors", "Connect a headset or a microphone."),
    ),
    ErrorCode.MICROPHONE_DENIED: (
        QT_TRANSLATE_NOOP("Errors", "Your microphone is off in the system settings"),
        QT_TRANSLATE_NOOP("Errors", "This computer does not let kpdesk use the microphone."),
        QT_TRANSLATE_NOOP("Errors", "Open the privacy settings of this computer and allow the microphone."),
    ),
    ErrorCode.MICROPHONE_IN_USE: (
        QT_TRANSLATE_NOOP("Errors", "Another program uses your microphone"),
        QT_TRANSLATE_NOOP("Errors", "It does not share it with kpdesk."),
        QT_TRANSLATE_NOOP("Errors", "Close other programs that use the microphone, then turn it on again."),
    ),
    ErrorCode.MICROPHONE_FAILED: (
        QT_TRANSLATE_NOOP("Errors", "Your microphone stopped working"),
        QT_TRANSLATE_NOOP("Errors", "It gives no sound."),
        QT_TRANSLATE_NOOP("Errors", "Unplug it and plug it in again, or choose another microphone."),
    ),
    ErrorCode.MICROPHONE_SILENT: (
        QT_TRANSLATE_NOOP("Errors", "We can’t hear you"),
        QT_TRANSLATE_NOOP("Errors", "Your microphone is on, but it gives no sound."),
        QT_TRANSLATE_NOOP("Errors", "Check its own switch, or choose another microphone."),
    ),
    ErrorCode.SPEAKER_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Errors", "We can’t find a speaker"),
        QT_TRANSLATE_NOOP("Errors", "No speaker is connected to this computer."),
        QT_TRANSLATE_NOOP("Errors", "Connect speakers or a headset."),
    ),
    ErrorCode.SPEAKER_IN_USE: (
        QT_TRANSLATE_NOOP("Errors", "Another program uses your speaker"),
        QT_TRANSLATE_NOOP("Errors", "It does not share it with kpdesk."),
        QT_TRANSLATE_NOOP("Errors", "Close other programs that play sound, or choose another speaker."),
    ),
    ErrorCode.SPEAKER_FAILED: (
        QT_TRANSLATE_NOOP("Errors", "Your speaker stopped working"),
        QT_TRANSLATE_NOOP("Errors", "You cannot hear your doctor."),
        QT_TRANSLATE_NOOP("Errors", "Unplug it and plug it in again, or choose another speaker."),
    ),
    ErrorCode.SETTINGS_REPAIRED: (
        QT_TRANSLATE_NOOP("Errors", "Some settings are back to normal"),
        QT_TRANSLATE_NOOP("Errors", "We could not read them, so we use the usual ones."),
        QT_TRANSLATE_NOOP("Errors", "Check your settings when you have time."),
    ),
    ErrorCode.PROFILE_INVALID: (
        QT_TRANSLATE_NOOP("Errors", "kpdesk is not set up correctly"),
        QT_TRANSLATE_NOOP("Errors", "The file that describes your health plan cannot be used."),
        QT_TRANSLATE_NOOP("Errors", "Install kpdesk again, or call the help line."),
    ),
    ErrorCode.INTERNAL: (
        QT_TRANSLATE_NOOP("Errors", "Something went wrong in kpdesk"),
        QT_TRANSLATE_NOOP("Errors", "It is not your fault. We wrote down what happened on this computer."),
        QT_TRANSLATE_NOOP(
            "Errors", "Close kpdesk and open it again. If it happens again, call the help line."
        ),
    ),
}
