"""What the practitioner writes when a patient writes."""

from __future__ import annotations

from typing import Final

_REPLIES: Final = {
    "en": (
        "Thank you, I have read your message.",
        "I understand. Thank you for telling me.",
        "Thank you. I will write that down.",
    ),
    "es": (
        "Gracias, he leído su mensaje.",
        "Entiendo. Gracias por decírmelo.",
        "Gracias. Lo voy a anotar.",
    ),
}


def reply(language: str, number: int) -> str:
    """The answer to the patient's message ``number`` (from 0); polite, and never about its content."""
    lines = _REPLIES.get(language, _REPLIES["en"])
    return lines[0] if number == 0 else lines[1 + (number - 1) % (len(lines) - 1)]
