"""When the check passed last, with what, and whether it is worth repeating.

What is kept are digests with a salt of this installation: they tell "the same" from "another", and say to
nobody else what a device or a network is called.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from kpdesk.domain.media import DeviceChoice, DeviceKind, DeviceLists
from kpdesk.domain.preflight import Fingerprint, PreflightReport, ProbeGroup, ProbeName, ProbeStatus

SALT_BYTES: Final = 16
_DIGEST_LETTERS: Final = 32
_CHOSEN: Final[Mapping[DeviceKind, str]] = {
    DeviceKind.CAMERA: "camera_id",
    DeviceKind.MICROPHONE: "microphone_id",
    DeviceKind.SPEAKER: "speaker_id",
}


class Change(StrEnum):
    """What is not as it was when the check passed, most important first."""

    MICROPHONE_MISSING = "microphone_missing"
    """The headset of yesterday is not there."""
    SPEAKER_MISSING = "speaker_missing"
    CAMERA_MISSING = "camera_missing"
    MICROPHONE_OTHER = "microphone_other"
    """It is there, but another one would be used now."""
    SPEAKER_OTHER = "speaker_other"
    CAMERA_OTHER = "camera_other"
    NETWORK = "network"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The computer as it is now."""

    fingerprint: Fingerprint
    present: frozenset[str] = field(default=frozenset(), repr=False)
    """Digests of all devices that are there, chosen or not."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of former checks (``services.settings.PreflightSettings`` keeps it)."""

    passed_at: datetime | None = None
    """Aware; ``None`` when it has never passed."""
    fingerprint: Fingerprint | None = None
    """Of the time when it passed."""
    offered: tuple[str, ...] = ()
    """Keys of the offers that were made (``checks.offers``)."""


def new_salt() -> str:
    """For a new installation: 16 random bytes, hexadecimal."""
    return secrets.token_hex(SALT_BYTES)


def digest(salt: str, kind: str, text: str) -> str:
    """``text`` as it may be kept: HMAC-SHA-256 under the salt (RFC 2104), half of it; "" stays ""."""
    if not text:
        return ""
    return hmac.new(salt.encode(), f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()[:_DIGEST_LETTERS]


def surroundings(
    devices: DeviceLists, choice: DeviceChoice, network: str, version: str, *, salt: str
) -> Surroundings:
    """What the check would be made with now.

    ``network``: what ``checks.ports.NetworkIdentity`` says. A chosen device that is missing is stood in for
    by the system's default, as in a call.
    """
    used = {kind: digest(salt, kind, _used(devices, choice, kind)) for kind in DeviceKind}
    return Surroundings(
        Fingerprint(
            camera=used[DeviceKind.CAMERA],
            microphone=used[DeviceKind.MICROPHONE],
            speaker=used[DeviceKind.SPEAKER],
            network=digest(salt, "network", network),
            version=version,
        ),
        frozenset(digest(salt, kind, device.id) for kind in DeviceKind for device in devices.of(kind)),
    )


def _used(devices: DeviceLists, choice: DeviceChoice, kind: DeviceKind) -> str:
    """The id of the device that a call would use, "" when there is none."""
    there = devices.of(kind)
    wanted: str | None = getattr(choice, _CHOSEN[kind])
    for device in there:
        if device.id == wanted:
            return device.id
    default = next((device for device in there if device.is_default), None)
    return (default or there[0]).id if there else ""


def what_changed(old: Fingerprint, now: Surroundings) -> tuple[Change, ...]:
    """What is not as it was, most important first.

    A network that cannot be told (no answer from the system) is no change: an alarm that is wrong each time
    is heard by nobody.
    """
    new = now.fingerprint
    changes = []
    for kind in ("microphone", "speaker", "camera"):
        before, after = getattr(old, kind), getattr(new, kind)
        if before == after or not before:
            continue
        gone = before not in now.present
        changes.append(Change(f"{kind}_missing" if gone else f"{kind}_other"))
    if old.network and new.network and old.network != new.network:
        changes.append(Change.NETWORK)
    if old.version != new.version:
        changes.append(Change.VERSION)
    order = list(Change)
    return tuple(sorted(changes, key=order.index))


def needs_check(remembered: Remembered, now: Surroundings) -> bool:
    """Whether a check says anything that is not known: it never passed, or something is not as it was."""
    return remembered.fingerprint is None or bool(what_changed(remembered.fingerprint, now))


def worth_repeating(changes: Iterable[Change]) -> tuple[ProbeGroup, ...]:
    """The parts of the check that these changes put in doubt, in the order of the wizard."""
    doubted: set[ProbeGroup] = set()
    for change in changes:
        if change is Change.VERSION:
            doubted |= {ProbeGroup.CAMERA, ProbeGroup.SPEAKER, ProbeGroup.MICROPHONE, ProbeGroup.NETWORK}
        elif change is Change.NETWORK:
            doubted.add(ProbeGroup.NETWORK)
        else:
            doubted.add(ProbeGroup(change.partition("_")[0]))
    return tuple(group for group in ProbeGroup if group in doubted)


_MUST_HAVE_RUN: Final = (ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.MICROPHONE)


def counts_as_passed(report: PreflightReport) -> bool:
    """Whether the check need not be offered again: it was complete, and nothing failed.

    Skipping a step is no pass; the devices and at least one rung of the network must have been looked at.
    """
    if report.status not in (ProbeStatus.PASSED, ProbeStatus.WARNING):
        return False
    looked = {result.name for result in report.results if result.status is not ProbeStatus.SKIPPED}
    return {*_MUST_HAVE_RUN, ProbeName.TCP} <= looked
