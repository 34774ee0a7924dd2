"""Words of the visit that more than one page says, and what a screen reader says of itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from kpdesk.domain.call import EndReason
from kpdesk.domain.media import DeviceKind, Quality
from kpdesk.ui.viewmodels.call import Announcement, Screen
from kpdesk.ui.viewmodels.devices import Hearing, ToggleState

translate = QCoreApplication.translate


def doctor(name: str | None) -> str:
    """The doctor's name; "Your doctor" while it is not known."""
    #: Stands for the doctor's name at the start of a sentence. Spanish: Su médico
    return name or translate("CallWords", "Your doctor")


def quality_text(quality: Quality) -> str:
    """The connection in words, beside its icon."""
    match quality:
        case Quality.GOOD:
            return translate("CallWords", "Good connection")
        case Quality.WEAK:
            return translate("CallWords", "Weak connection")
        case Quality.BAD:
            return translate("CallWords", "Poor connection")
    return ""


def hearing_text(hearing: Hearing) -> str:
    """What the level meter says."""
    match hearing:
        case Hearing.VOICE:
            #: Beside the microphone's level while somebody speaks. Spanish: Le oímos
            return translate("CallWords", "We hear you")
        case Hearing.QUIET:
            #: Beside the microphone's level: there is no voice. Spanish: No se oye nada
            return translate("CallWords", "It is quiet")
        case Hearing.MUTED:
            #: The patient turned the microphone off. Spanish: Micrófono apagado
            return translate("CallWords", "Muted")
    #: There is no microphone that works. Spanish: Sin micrófono
    return translate("CallWords", "No microphone")


def device_kind_text(kind: DeviceKind) -> str:
    """Name of a kind of device."""
    match kind:
        case DeviceKind.CAMERA:
            return translate("CallWords", "Camera")
        case DeviceKind.MICROPHONE:
            return translate("CallWords", "Microphone")
    #: The loudspeaker. Spanish: Bocina
    return translate("CallWords", "Speaker")


def microphone_text(state: ToggleState) -> str:
    """The microphone button's word: the thing, and its state where that is not the usual one."""
    match state:
        case ToggleState.OFF:
            return translate("CallWords", "Microphone off")
        case ToggleState.BROKEN:
            return translate("CallWords", "No microphone")
    return translate("CallWords", "Microphone on")


def camera_text(state: ToggleState) -> str:
    """The camera button's word."""
    match state:
        case ToggleState.OFF:
            return translate("CallWords", "Camera off")
        case ToggleState.BROKEN:
            return translate("CallWords", "No camera")
    return translate("CallWords", "Camera on")


def announcement_text(announcement: Announcement, screen: Screen) -> str:  # noqa: PLR0911, PLR0912 - a table
    """What the screen reader says; ``screen`` is what stands on the screen now."""
    name = doctor(screen.practitioner_name)
    match announcement:
        case Announcement.ARRIVED:
            return translate("CallWords", "You are in the waiting room.")
        case Announcement.PRACTICE_TOLD:
            return translate("CallWords", "{doctor} has been told that you are here.").format(doctor=name)
        case Announcement.RUNNING_LATE:
            return translate("CallWords", "{doctor} is running late.").format(doctor=name)
        case Announcement.ADMITTED:
            return translate("CallWords", "{doctor} is ready for you. The visit begins.").format(doctor=name)
        case Announcement.CONNECTED:
            return translate("CallWords", "You are connected with {doctor}.").format(doctor=name)
        case Announcement.RECONNECTING:
            return translate("CallWords", "The connection was lost. We are connecting you again.")
        case Announcement.RECONNECTED:
            return translate("CallWords", "You are connected again.")
        case Announcement.AWAY:
            return translate("CallWords", "{doctor} stepped away. Stay here.").format(doctor=name)
        case Announcement.SENT_BACK:
            return translate("CallWords", "You are back in the waiting room.")
        case Announcement.SIGNALING_LOST:
            return translate("CallWords", "We have lost the visit service. We are trying again.")
        case Announcement.SIGNALING_BACK:
            return translate("CallWords", "The visit service is back.")
        case Announcement.MICROPHONE_ON:
            return translate("CallWords", "Your microphone is on.")
        case Announcement.MICROPHONE_OFF:
            return translate("CallWords", "Your microphone is off.")
        case Announcement.CAMERA_ON:
            return translate("CallWords", "Your camera is on.")
        case Announcement.CAMERA_OFF:
            return translate("CallWords", "Your camera is off.")
        case Announcement.REMOTE_MICROPHONE_ON:
            return translate("CallWords", "{doctor} turned the microphone on.").format(doctor=name)
        case Announcement.REMOTE_MICROPHONE_OFF:
            return translate("CallWords", "{doctor} turned the microphone off.").format(doctor=name)
        case Announcement.REMOTE_CAMERA_ON:
            return translate("CallWords", "{doctor} turned the camera on.").format(doctor=name)
        case Announcement.REMOTE_CAMERA_OFF:
            return translate("CallWords", "{doctor} turned the camera off.").format(doctor=name)
        case Announcement.MESSAGE:
            return translate("CallWords", "New message from {doctor}.").format(doctor=name)
        case Announcement.DEVICE_PROBLEM:
            return translate("CallWords", "A device does not work. The screen says what to do.")
    return translate("CallWords", "The visit has ended.")


ASSERTIVE = frozenset(
    {
        Announcement.ADMITTED,
        Announcement.RECONNECTING,
        Announcement.MICROPHONE_ON,
        Announcement.MICROPHONE_OFF,
        Announcement.ENDED,
    }
)
"""What may interrupt the screen reader."""


def announce(widget: QWidget, text: str, *, assertive: bool = False) -> None:
    """Have the screen reader say ``text`` (an ARIA live region's counterpart)."""
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if assertive else politeness.Polite)
    QAccessible.updateAccessibility(event)


def ended_title(reason: EndReason, name: str | None) -> str:
    """The first line of the ended page."""
    match reason:
        case EndReason.LEFT:
            return translate("CallWords", "You left the visit")
        case EndReason.PRACTITIONER_ENDED:
            return translate("CallWords", "Your visit has ended")
        case EndReason.CANCELLED:
            return translate("CallWords", "The practice cancelled this visit")
        case EndReason.MOVED:
            return translate("CallWords", "Your visit has a new time")
        case EndReason.WINDOW_CLOSED:
            return translate("CallWords", "The time for this visit is over")
        case EndReason.JOINED_ELSEWHERE:
            return translate("CallWords", "You joined on another device")
        case EndReason.REFUSED:
            return translate("CallWords", "You cannot join this visit now")
    return translate("CallWords", "The connection to {doctor} was lost").format(doctor=doctor(name))
