"""Which card, which notes and which faces the call window shows for a snapshot, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from kpdesk.domain.media import DeviceKind
from kpdesk.ui.error_texts import error_text
from kpdesk.ui.formatting import clock
from kpdesk.ui.viewmodels.devices import ToggleState
from kpdesk.ui.viewmodels.in_call import CallPhase, CallScreenSnapshot
from kpdesk.ui.widgets.call_bar import ButtonFace, Look
from kpdesk.ui.widgets.call_status import Card, CardIcon, Note, Tone
from kpdesk.ui.windows.call_keys import KeyAction, with_key
from kpdesk.ui.windows.call_words import camera_text, device_kind_text, doctor, microphone_text

translate = QCoreApplication.translate

DEVICES_NOTE = "devices"
MUTED_NOTE = "muted"


def card_for(call: CallScreenSnapshot) -> Card | None:
    """What covers the remote picture; ``None`` while there is one."""
    name = doctor(call.practitioner_name)
    if call.leaving:
        return Card(CardIcon.SPINNER, translate("CallCards", "Leaving the visit"), veiled=True)
    match call.phase:
        case CallPhase.CONNECTING:
            text = translate("CallCards", "We are connecting picture and sound.")
            if call.slow:
                text = translate(
                    "CallCards", "This takes longer than usual. You can wait, or leave and join again."
                )
            title = translate("CallCards", "{doctor} is ready for you").format(doctor=name)
            return Card(CardIcon.SPINNER, title, text)
        case CallPhase.RECONNECTING:
            text = translate("CallCards", "The connection was lost. Stay here, you keep your place.")
            if call.slow:
                text = translate(
                    "CallCards",
                    "We keep trying. Check that this computer is on the internet, or call {phone}.",
                ).format(phone=call.help_phone)
            #: Under "Connecting you again"; {time} counts up, for example 0:12
            foot = translate("CallCards", "For {time}").format(time=clock(call.phase_s))
            return Card(
                CardIcon.SPINNER, translate("CallCards", "Connecting you again"), text, foot, veiled=True
            )
        case CallPhase.AWAY:
            title = translate("CallCards", "{doctor} stepped away").format(doctor=name)
            text = translate("CallCards", "Stay here. The visit goes on by itself when they are back.")
            #: How long the doctor has been away; {time} counts up, for example 0:12
            foot = translate("CallCards", "For {time}").format(time=clock(call.phase_s))
            return Card(CardIcon.AWAY, title, text, foot)
    if not call.remote_camera_on:
        title = translate("CallCards", "{doctor} has the camera off").format(doctor=name)
        text = translate("CallCards", "You can hear each other.") if call.remote_microphone_on else ""
        return Card(CardIcon.CAMERA_OFF, title, text)
    if not call.remote_video_seen:
        return Card(CardIcon.SPINNER, translate("CallCards", "The picture is on its way"))
    return None


def shows_picture(call: CallScreenSnapshot) -> bool:
    """Whether the newest remote picture may stand on the screen; while reconnecting it is veiled."""
    if call.phase in (CallPhase.CONNECTING, CallPhase.AWAY):
        return False
    return call.remote_camera_on


def notes_for(call: CallScreenSnapshot) -> tuple[Note, ...]:
    """The small notes above the bar."""
    notes: list[Note] = []
    if call.phase is CallPhase.TALKING and call.signaling_lost:
        text = translate("CallCards", "The visit service is not reachable. You can go on talking.")
        notes.append(Note("signaling", "cloud-off", text, Tone.WARN))
    if call.phase is CallPhase.TALKING and not call.remote_microphone_on:
        text = translate("CallCards", "{doctor} has the microphone off")
        notes.append(Note("remote-muted", "mic-off", text.format(doctor=doctor(call.practitioner_name))))
    if call.problems:
        problem = call.problems[0]
        #: Button of a note about a camera, microphone or speaker that does not work
        action = translate("CallCards", "Show me")
        notes.append(Note(DEVICES_NOTE, "triangle-alert", error_text(problem.code).title, Tone.WARN, action))
    if call.talking_while_muted:
        #: Button: turn the microphone on
        action = translate("CallCards", "Turn on")
        text = translate("CallCards", "Your microphone is off. {doctor} cannot hear you.")
        notes.append(
            Note(MUTED_NOTE, "mic-off", text.format(doctor=doctor(call.practitioner_name)), Tone.WARN, action)
        )
    return tuple(notes)


_LOOKS = {
    ToggleState.ON: Look.NORMAL,
    ToggleState.STARTING: Look.NORMAL,
    ToggleState.OFF: Look.OFF,
    ToggleState.BROKEN: Look.BROKEN,
}


def face_words() -> dict[str, tuple[str, ...]]:
    """Every word that a button may show, by its name: room for the longest keeps the bar still."""
    return {
        "microphone": (device_kind_text(DeviceKind.MICROPHONE), microphone_text(ToggleState.OFF)),
        "camera": (device_kind_text(DeviceKind.CAMERA), camera_text(ToggleState.OFF)),
    }


def microphone_face(state: ToggleState) -> ButtonFace:
    """The microphone button of the bar."""
    tooltip = (
        translate("CallCards", "Turn the microphone on")
        if state is ToggleState.OFF
        else translate("CallCards", "Turn the microphone off")
    )
    word = microphone_text(state) if state is ToggleState.OFF else device_kind_text(DeviceKind.MICROPHONE)
    return ButtonFace(
        "mic" if state in (ToggleState.ON, ToggleState.STARTING) else "mic-off",
        word,
        with_key(tooltip, KeyAction.MICROPHONE),
        _LOOKS[state],
        spoken=microphone_text(state),
    )


def camera_face(state: ToggleState) -> ButtonFace:
    """The camera button of the bar."""
    tooltip = (
        translate("CallCards", "Turn the camera on")
        if state is ToggleState.OFF
        else translate("CallCards", "Turn the camera off")
    )
    word = camera_text(state) if state is ToggleState.OFF else device_kind_text(DeviceKind.CAMERA)
    return ButtonFace(
        "video" if state in (ToggleState.ON, ToggleState.STARTING) else "video-off",
        word,
        with_key(tooltip, KeyAction.CAMERA),
        _LOOKS[state],
        spoken=camera_text(state),
    )


def chat_face(call: CallScreenSnapshot) -> ButtonFace:
    """The chat button, with what is unread."""
    word = translate("CallCards", "Chat")
    spoken = word
    if call.unread_chat:
        #: For screen readers
        spoken = translate("CallCards", "Chat, unread messages: {count}").format(count=call.unread_chat)
    return ButtonFace(
        "message-square",
        word,
        with_key(word, KeyAction.CHAT),
        Look.OPEN if call.chat_open else Look.NORMAL,
        call.unread_chat,
        spoken,
    )


def more_face() -> ButtonFace:
    """The button that opens the menu."""
    #: Button of the call's bar: opens a menu with devices, volume, full screen, keyboard help
    word = translate("CallCards", "More")
    return ButtonFace("ellipsis", word, translate("CallCards", "Devices, volume, full screen, keys"))


def leave_face() -> ButtonFace:
    """The red button."""
    word = translate("CallCards", "Leave")
    tooltip = with_key(translate("CallCards", "Leave the visit"), KeyAction.LEAVE)
    return ButtonFace(
        "phone-off", word, tooltip, Look.LEAVE, spoken=translate("CallCards", "Leave the visit")
    )
