"""Signing in as the frame of the window sees it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kpdesk.domain.errors import ErrorCode
from kpdesk.domain.session import SessionSnapshot, SignInState
from kpdesk.ui.viewmodels.shell import Patience, ShellSnapshot, ShellViewModel
from tests.fakes.clock import FakeClock
from tests.fakes.identity import PATIENT, FakeIdentity
from tests.helpers.visits import PROFILE


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def identity() -> FakeIdentity:
    return FakeIdentity(SessionSnapshot())


@pytest.fixture
def shell(qapp: object, identity: FakeIdentity, clock: FakeClock) -> Iterator[ShellViewModel]:
    shell = ShellViewModel(identity, PROFILE, clock)
    shell.start()
    yield shell
    shell.stop()


def test_a_whole_sign_in(shell: ShellViewModel, identity: FakeIdentity) -> None:
    seen: list[ShellSnapshot] = []
    shell.changed.connect(seen.append)
    identity.become(state=SignInState.SIGNED_OUT)
    identity.become(state=SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/a")
    identity.become(state=SignInState.EXCHANGING, sign_in_url=None)
    identity.become(state=SignInState.SIGNED_IN, patient=PATIENT, remembered=True)
    assert seen == [
        ShellSnapshot(SignInState.SIGNED_OUT, help_open=True),
        ShellSnapshot(SignInState.BROWSER_OPEN, sign_in_url="http://127.0.0.1:9/a", help_open=True),
        ShellSnapshot(SignInState.EXCHANGING, help_open=True),
        ShellSnapshot(SignInState.SIGNED_IN, "Maria Santos", "en", True, help_open=True),
    ]
    assert seen[-1].signed_in


def test_an_error_is_carried(shell: ShellViewModel, identity: FakeIdentity) -> None:
    identity.become(state=SignInState.SIGNED_OUT, error=ErrorCode.SIGN_IN_TIMED_OUT)
    assert shell.snapshot.error is ErrorCode.SIGN_IN_TIMED_OUT


def test_patience_counts_from_each_state(
    shell: ShellViewModel, identity: FakeIdentity, clock: FakeClock
) -> None:
    clock.advance(11)
    shell.tick()
    assert shell.snapshot.waiting is Patience.WAY_OUT
    identity.become(state=SignInState.EXCHANGING)
    assert shell.snapshot.waiting is Patience.NONE
    clock.advance(3)
    shell.tick()
    assert shell.snapshot.waiting is Patience.SENTENCE
    identity.become(state=SignInState.SIGNED_IN, patient=PATIENT)
    clock.advance(60)
    shell.tick()
    assert shell.snapshot.waiting is Patience.NONE


def test_the_help_line_closes(shell: ShellViewModel, clock: FakeClock) -> None:
    assert shell.snapshot.help_open
    clock.advance(9 * 3600)
    shell.tick()
    assert not shell.snapshot.help_open
