"""The same devices, network and version: nothing to say. Anything else is named."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.checks.remembered import (
    Change,
    Remembered,
    Surroundings,
    counts_as_passed,
    digest,
    needs_check,
    new_salt,
    surroundings,
    what_changed,
    worth_repeating,
)
from kpdesk.domain.media import Device, DeviceChoice, DeviceKind, DeviceLists
from kpdesk.domain.preflight import Fingerprint, ProbeGroup, ProbeName, ProbeResult, ProbeStatus
from tests.helpers.reports import report

SALT = "00" * 16
CAMERA = Device(DeviceKind.CAMERA, "cam", "Built-in")
HEADSET = Device(DeviceKind.MICROPHONE, "headset", "Ada's headset")
BUILT_IN = Device(DeviceKind.MICROPHONE, "built-in", "Microphone", is_default=True)
SPEAKER = Device(DeviceKind.SPEAKER, "spk", "Speaker")
DEVICES = DeviceLists((CAMERA,), (BUILT_IN, HEADSET), (SPEAKER,))
CHOICE = DeviceChoice(microphone_id="headset")


def now(
    devices: DeviceLists = DEVICES,
    choice: DeviceChoice = CHOICE,
    network: str = "gateway 00:11:22",
    version: str = "0.1.0",
    salt: str = SALT,
) -> Surroundings:
    return surroundings(devices, choice, network, version, salt=salt)


YESTERDAY = now().fingerprint


def test_the_same_is_the_same() -> None:
    assert what_changed(YESTERDAY, now()) == ()
    assert not needs_check(Remembered(datetime(2026, 11, 24, tzinfo=UTC), YESTERDAY), now())
    assert needs_check(Remembered(), now())


@pytest.mark.parametrize(
    ("today", "changes"),
    [
        (now(DeviceLists((CAMERA,), (BUILT_IN,), (SPEAKER,))), (Change.MICROPHONE_MISSING,)),
        (now(choice=DeviceChoice(microphone_id="built-in")), (Change.MICROPHONE_OTHER,)),
        (now(choice=DeviceChoice()), (Change.MICROPHONE_OTHER,)),
        (now(DeviceLists((), (HEADSET,), ())), (Change.SPEAKER_MISSING, Change.CAMERA_MISSING)),
        (now(network="gateway 33:44:55"), (Change.NETWORK,)),
        (now(version="0.2.0"), (Change.VERSION,)),
        (now(network=""), ()),
        (
            now(DeviceLists(), network="x", version="y"),
            (
                Change.MICROPHONE_MISSING,
                Change.SPEAKER_MISSING,
                Change.CAMERA_MISSING,
                Change.NETWORK,
                Change.VERSION,
            ),
        ),
    ],
)
def test_what_is_not_as_it_was_is_named(today: Surroundings, changes: tuple[Change, ...]) -> None:
    assert what_changed(YESTERDAY, today) == changes
    assert needs_check(Remembered(None, YESTERDAY), today) is bool(changes)


def test_a_device_more_is_no_change() -> None:
    more = DeviceLists((CAMERA, Device(DeviceKind.CAMERA, "new", "New")), (BUILT_IN, HEADSET), (SPEAKER,))
    assert what_changed(YESTERDAY, now(more)) == ()


def test_what_was_not_there_cannot_go_missing() -> None:
    without = now(DeviceLists((), (HEADSET,), (SPEAKER,))).fingerprint
    assert without.camera == ""
    assert what_changed(without, now()) == ()


def test_without_a_choice_the_default_counts_and_else_the_first() -> None:
    assert now(choice=DeviceChoice()).fingerprint.microphone == digest(SALT, "microphone", "built-in")
    no_default = DeviceLists(microphones=(HEADSET, dataclasses.replace(BUILT_IN, is_default=False)))
    assert now(no_default, DeviceChoice()).fingerprint.microphone == digest(SALT, "microphone", "headset")


def test_a_digest_says_nothing_to_others() -> None:
    assert "headset" not in repr(now())
    assert now(salt=new_salt()).fingerprint.microphone != YESTERDAY.microphone
    assert digest(SALT, "camera", "x") != digest(SALT, "microphone", "x")
    assert len(new_salt()) == 32
    assert new_salt() != new_salt()


@given(st.text(min_size=1), st.text(min_size=1))
def test_equal_digests_are_of_equal_texts(one: str, other: str) -> None:
    assert (digest(SALT, "k", one) == digest(SALT, "k", other)) is (one == other)
    assert digest(SALT, "k", one).isalnum()


@pytest.mark.parametrize(
    ("changes", "groups"),
    [
        ((), ()),
        ((Change.MICROPHONE_MISSING,), (ProbeGroup.MICROPHONE,)),
        ((Change.NETWORK, Change.CAMERA_OTHER), (ProbeGroup.CAMERA, ProbeGroup.NETWORK)),
        (
            (Change.VERSION,),
            (ProbeGroup.CAMERA, ProbeGroup.SPEAKER, ProbeGroup.MICROPHONE, ProbeGroup.NETWORK),
        ),
    ],
)
def test_only_what_is_in_doubt_is_repeated(
    changes: tuple[Change, ...], groups: tuple[ProbeGroup, ...]
) -> None:
    assert worth_repeating(changes) == groups


@pytest.mark.parametrize("change", list(Change))
def test_each_change_puts_something_in_doubt(change: Change) -> None:
    assert worth_repeating([change])


def results(status: ProbeStatus, *names: ProbeName) -> tuple[ProbeResult, ...]:
    return tuple(ProbeResult(name, status) for name in names)


ALL = (ProbeName.CAMERA, ProbeName.SPEAKER, ProbeName.MICROPHONE, ProbeName.TCP)


@pytest.mark.parametrize(
    ("found", "passed"),
    [
        (results(ProbeStatus.PASSED, *ALL), True),
        (results(ProbeStatus.WARNING, *ALL), True),
        (results(ProbeStatus.PASSED, *ALL[1:]), False),
        ((*results(ProbeStatus.PASSED, *ALL[1:]), *results(ProbeStatus.SKIPPED, ProbeName.CAMERA)), False),
        ((*results(ProbeStatus.PASSED, *ALL[1:]), *results(ProbeStatus.FAILED, ProbeName.CAMERA)), False),
        ((*results(ProbeStatus.PASSED, *ALL), *results(ProbeStatus.NOT_RUN, ProbeName.QUALITY)), False),
        ((*results(ProbeStatus.PASSED, *ALL), *results(ProbeStatus.SKIPPED, ProbeName.REHEARSAL)), True),
        ((), False),
    ],
)
def test_a_pass_is_complete(found: tuple[ProbeResult, ...], passed: bool) -> None:
    assert counts_as_passed(report(*found)) is passed


def test_the_fingerprint_has_no_place_for_names() -> None:
    kept = [getattr(YESTERDAY, one.name) for one in dataclasses.fields(Fingerprint) if one.name != "version"]
    assert all(len(text) == 32 and set(text) <= set("0123456789abcdef") for text in kept)
