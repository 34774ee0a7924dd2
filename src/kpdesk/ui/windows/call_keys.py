"""The keys of a visit: one table for the shortcuts, the tooltips and the keyboard help."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

translate = QCoreApplication.translate


class KeyAction(StrEnum):
    """What a key does."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    CHAT = "chat"
    DEVICES = "devices"
    LOUDER = "louder"
    QUIETER = "quieter"
    SELF_VIEW = "self_view"
    SELF_VIEW_CORNER = "self_view_corner"
    FULL_SCREEN = "full_screen"
    CLOSE_PANEL = "close_panel"
    HELP = "help"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class CallKey:
    """An action and its keys, the first of them is the one that tooltips name."""

    action: KeyAction
    keys: tuple[str, ...]
    in_waiting_room: bool = False


CALL_KEYS: Final = (
    CallKey(KeyAction.MICROPHONE, ("M",), in_waiting_room=True),
    CallKey(KeyAction.CAMERA, ("V",), in_waiting_room=True),
    CallKey(KeyAction.CHAT, ("C",)),
    CallKey(KeyAction.DEVICES, ("D",), in_waiting_room=True),
    CallKey(KeyAction.LOUDER, ("+", "=")),
    CallKey(KeyAction.QUIETER, ("-",)),
    CallKey(KeyAction.SELF_VIEW, ("S",)),
    CallKey(KeyAction.FULL_SCREEN, ("F11", "F")),
    CallKey(KeyAction.CLOSE_PANEL, ("Esc",), in_waiting_room=True),
    CallKey(KeyAction.HELP, ("F1", "?")),
    CallKey(KeyAction.LEAVE, ("Ctrl+W",), in_waiting_room=True),
)


def key_text(action: KeyAction) -> str:
    """The first key of an action as this system writes it, for example ⌘W on a Mac."""
    keys = next(entry.keys for entry in CALL_KEYS if entry.action is action)
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)


def with_key(text: str, action: KeyAction) -> str:
    """``text`` and its key for a tooltip: "Turn the microphone off (M)"."""
    return f"{text} ({key_text(action)})"


def action_text(action: KeyAction) -> str:  # noqa: PLR0911 - a table
    """What the keyboard help says about an action."""
    match action:
        case KeyAction.MICROPHONE:
            return translate("CallKeys", "Microphone on or off")
        case KeyAction.CAMERA:
            return translate("CallKeys", "Camera on or off")
        case KeyAction.CHAT:
            return translate("CallKeys", "Open or close the chat")
        case KeyAction.DEVICES:
            return translate("CallKeys", "Choose camera, microphone and speaker")
        case KeyAction.LOUDER:
            return translate("CallKeys", "Louder")
        case KeyAction.QUIETER:
            return translate("CallKeys", "Quieter")
        case KeyAction.SELF_VIEW:
            #: The small picture of the patient in a corner of the call window
            return translate("CallKeys", "Show or hide your own picture")
        case KeyAction.SELF_VIEW_CORNER:
            return translate("CallKeys", "Move your own picture to another corner, when it is selected")
        case KeyAction.FULL_SCREEN:
            return translate("CallKeys", "Full screen on or off")
        case KeyAction.CLOSE_PANEL:
            return translate("CallKeys", "Leave full screen, or close what is open at the side")
        case KeyAction.HELP:
            return translate("CallKeys", "This list")
    return translate("CallKeys", "Leave the visit")


def help_rows() -> list[tuple[str, str]]:
    """Keys and what they do, for the keyboard help."""
    rows = [
        (
            "  ".join(
                QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText) for key in entry.keys
            ),
            action_text(entry.action),
        )
        for entry in CALL_KEYS
    ]
    arrows = ("← ↑ → ↓", action_text(KeyAction.SELF_VIEW_CORNER))
    place = next(i for i, entry in enumerate(CALL_KEYS) if entry.action is KeyAction.SELF_VIEW) + 1
    return [*rows[:place], arrows, *rows[place:]]
