"""Every failure that kpdesk can name.

An error carries a code and parameters, never a sentence: words are chosen in ``ui/error_texts.py``.
Personal data is never a parameter. ``docs/errors.md`` has a line for each code.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Stable names, shown small for the help line and used in logs and docs."""

    # identity
    SIGN_IN_CANCELLED = "identity.cancelled"
    SIGN_IN_TIMED_OUT = "identity.timed_out"
    SIGN_IN_REFUSED = "identity.refused"
    SIGN_IN_EXPIRED = "identity.expired"
    SIGN_IN_UNSAFE = "identity.unsafe_response"
    BROWSER_NOT_OPENED = "identity.browser_not_opened"
    SERVER_NOT_SUPPORTED = "identity.server_not_supported"
    SECRET_STORE_UNAVAILABLE = "identity.secret_store_unavailable"  # noqa: S105
    SECRET_STORE_LOCKED = "identity.secret_store_locked"  # noqa: S105
    # connectivity
    OFFLINE = "network.offline"
    SERVICE_UNREACHABLE = "network.service_unreachable"
    SERVICE_UNAVAILABLE = "network.service_unavailable"
    SERVICE_TIMED_OUT = "network.timed_out"
    TLS_FAILED = "network.tls_failed"
    TOO_MANY_REQUESTS = "network.too_many_requests"
    SIGNALING_LOST = "network.signaling_lost"
    MEDIA_PATH_FAILED = "network.media_path_failed"
    # the other side's data
    PAYLOAD_MALFORMED = "payload.malformed"
    PAYLOAD_TOO_LARGE = "payload.too_large"
    # the visit
    TOO_EARLY = "visit.too_early"
    VISIT_OVER = "visit.over"
    VISIT_CANCELLED = "visit.cancelled"
    VISIT_MOVED = "visit.moved"
    NOT_YOURS = "visit.not_yours"
    VISIT_NOT_FOUND = "visit.not_found"
    VISIT_HAS_NO_LINK = "visit.no_link"
    JOIN_REFUSED = "visit.join_refused"
    JOINED_ELSEWHERE = "visit.joined_elsewhere"
    NO_SHOW = "visit.no_show"
    PRACTITIONER_UNREACHABLE = "visit.practitioner_unreachable"
    # devices
    CAMERA_NOT_FOUND = "device.camera_not_found"
    CAMERA_DENIED = "device.camera_denied"
    CAMERA_IN_USE = "device.camera_in_use"
    CAMERA_FAILED = "device.camera_failed"
    MICROPHONE_NOT_FOUND = "device.microphone_not_found"
    MICROPHONE_DENIED = "device.microphone_denied"
    MICROPHONE_IN_USE = "device.microphone_in_use"
    MICROPHONE_FAILED = "device.microphone_failed"
    MICROPHONE_SILENT = "device.microphone_silent"
    SPEAKER_NOT_FOUND = "device.speaker_not_found"
    SPEAKER_IN_USE = "device.speaker_in_use"
    SPEAKER_FAILED = "device.speaker_failed"
    # this program
    SETTINGS_REPAIRED = "client.settings_repaired"
    PROFILE_INVALID = "client.profile_invalid"
    INTERNAL = "client.internal"


Param = str | int | float | bool


class KpdeskError(Exception):
    """Base of every error with a code. ``retryable`` says whether trying again can help."""

    def __init__(self, code: ErrorCode, *, retryable: bool = False, **params: Param) -> None:
        super().__init__(code.value)
        self.code = code
        self.retryable = retryable
        self.params: dict[str, Param] = params

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code.value}, retryable={self.retryable}, {self.params})"


class UserFacingError(KpdeskError):
    """Has words for the person in front of the screen."""


class IdentityError(UserFacingError):
    """Signing in or staying signed in."""


class VisitError(UserFacingError):
    """The right to join this visit, now."""


class DeviceError(UserFacingError):
    """Camera, microphone or speaker."""


class ConnectivityError(UserFacingError):
    """The way to the service or to the other side."""


class ClientError(UserFacingError):
    """This installation of kpdesk."""


class PayloadError(KpdeskError):
    """The other side sent something that is not what the standard or our protocol says."""

    def __init__(self, what: str, *, code: ErrorCode = ErrorCode.PAYLOAD_MALFORMED, reason: str = "") -> None:
        """``what``: the message or resource type; ``reason``: a fixed phrase, never its content."""
        super().__init__(code, retryable=False, what=what, reason=reason)


class InvariantError(KpdeskError):
    """Our own bug: a state that the code says cannot be."""

    def __init__(self, what: str) -> None:
        super().__init__(ErrorCode.INTERNAL, what=what)


class OperationCancelled(Exception):  # noqa: N818 - not an error: the person changed their mind
    """The person stopped it. Nobody is told."""
