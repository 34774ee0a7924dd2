"""The system's word on camera and microphone."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from kpdesk.domain.media import DeviceKind
from kpdesk.media.devices import permission


@pytest.mark.only_on("linux", "win32")
@pytest.mark.parametrize("kind", DeviceKind)
def test_where_nobody_is_asked_everything_is_allowed(qtbot: QtBot, kind: DeviceKind) -> None:
    assert permission.allowed(kind) is True


@pytest.mark.only_on("linux", "win32")
@pytest.mark.parametrize("kind", [DeviceKind.CAMERA, DeviceKind.MICROPHONE])
def test_asking_is_answered(qtbot: QtBot, kind: DeviceKind) -> None:
    answers: list[bool] = []
    permission.ask(kind, lambda: answers.append(True))
    qtbot.waitUntil(lambda: answers == [True], timeout=2000)
