"""What the check says to a person: for each code a title, one sentence and one thing to do.

Grade-6 words without technical terms (``tests/widgets/test_probe_texts.py`` measures them); what a network's
keeper needs is ``it_detail``. The wizard, ``kpdesk decode`` and the saved page take their words from here.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeStatus
from kpdesk.ui.probe_details import DETAILS
from kpdesk.ui.probe_device_words import WORDS as DEVICE_WORDS
from kpdesk.ui.probe_network_words import WORDS as NETWORK_WORDS


@dataclass(frozen=True, slots=True)
class ProbeText:
    """Words in the language of now."""

    title: str
    """Short, for a list; without a full stop."""
    sentence: str
    """What we found."""
    action: str
    """What to do about it."""


def probe_text(code: ProbeCode, subject: str = "") -> ProbeText:
    """The words for ``code``; ``subject`` is ``ProbeResult.subject``: where it is known, the sentence names
    the device or program."""
    title, sentence, action, *named = (
        QCoreApplication.translate("Probes", str(part)) for part in _WORDS[code]
    )
    if subject and named:
        sentence = named[0].format(device=subject, program=subject)
    return ProbeText(title, sentence, action)


def it_detail(code: ProbeCode) -> str:
    """One technical line, for "Details for IT"."""
    return QCoreApplication.translate("ProbeDetails", str(DETAILS[code]))


def probe_name(name: ProbeName) -> str:
    """What was looked at, as IT calls it."""
    return QCoreApplication.translate("ProbeNames", str(_NAMES[name]))


def group_name(group: ProbeGroup) -> str:
    """The step of the check, in plain words."""
    return QCoreApplication.translate("ProbeNames", str(_GROUPS[group]))


def status_text(status: ProbeStatus) -> str:
    """How a probe ended, in one or two words."""
    return QCoreApplication.translate("ProbeNames", str(_STATUSES[status]))


# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
_WORDS: dict[ProbeCode, tuple[object, ...]] = DEVICE_WORDS | NETWORK_WORDS

_NAMES: dict[ProbeName, object] = {
    ProbeName.CAMERA: QT_TRANSLATE_NOOP("ProbeNames", "Camera"),
    ProbeName.SPEAKER: QT_TRANSLATE_NOOP("ProbeNames", "Speaker"),
    ProbeName.MICROPHONE: QT_TRANSLATE_NOOP("ProbeNames", "Microphone"),
    ProbeName.ACOUSTIC_LOOP: QT_TRANSLATE_NOOP("ProbeNames", "Echo"),
    ProbeName.NAME_LOOKUP: QT_TRANSLATE_NOOP("ProbeNames", "Name lookup (DNS)"),
    ProbeName.WEB_PROXY: QT_TRANSLATE_NOOP("ProbeNames", "Web proxy"),
    ProbeName.TCP: QT_TRANSLATE_NOOP("ProbeNames", "TCP"),
    ProbeName.TLS: QT_TRANSLATE_NOOP("ProbeNames", "TLS certificate"),
    ProbeName.WEBSOCKET: QT_TRANSLATE_NOOP("ProbeNames", "WebSocket"),
    ProbeName.STUN: QT_TRANSLATE_NOOP("ProbeNames", "STUN over UDP"),
    ProbeName.TURN_UDP: QT_TRANSLATE_NOOP("ProbeNames", "TURN over UDP"),
    ProbeName.TURN_TCP: QT_TRANSLATE_NOOP("ProbeNames", "TURN over TCP"),
    ProbeName.TURN_TLS: QT_TRANSLATE_NOOP("ProbeNames", "TURN over TLS"),
    ProbeName.DIRECT_PATH: QT_TRANSLATE_NOOP("ProbeNames", "Direct path"),
    ProbeName.QUALITY: QT_TRANSLATE_NOOP("ProbeNames", "Speed and quality"),
    ProbeName.SYSTEM: QT_TRANSLATE_NOOP("ProbeNames", "This computer"),
    ProbeName.REHEARSAL: QT_TRANSLATE_NOOP("ProbeNames", "Practice call"),
}

_GROUPS: dict[ProbeGroup, object] = {
    ProbeGroup.CAMERA: QT_TRANSLATE_NOOP("ProbeNames", "Camera"),
    ProbeGroup.SPEAKER: QT_TRANSLATE_NOOP("ProbeNames", "Speaker"),
    ProbeGroup.MICROPHONE: QT_TRANSLATE_NOOP("ProbeNames", "Microphone"),
    ProbeGroup.NETWORK: QT_TRANSLATE_NOOP("ProbeNames", "Internet"),
    ProbeGroup.SYSTEM: QT_TRANSLATE_NOOP("ProbeNames", "This computer"),
    ProbeGroup.REHEARSAL: QT_TRANSLATE_NOOP("ProbeNames", "Practice call"),
}

_STATUSES: dict[ProbeStatus, object] = {
    ProbeStatus.PASSED: QT_TRANSLATE_NOOP("ProbeNames", "Works"),
    ProbeStatus.SKIPPED: QT_TRANSLATE_NOOP("ProbeNames", "Skipped"),
    ProbeStatus.WARNING: QT_TRANSLATE_NOOP("ProbeNames", "Could be better"),
    ProbeStatus.NOT_RUN: QT_TRANSLATE_NOOP("ProbeNames", "Not checked"),
    ProbeStatus.FAILED: QT_TRANSLATE_NOOP("ProbeNames", "Does not work"),
}
