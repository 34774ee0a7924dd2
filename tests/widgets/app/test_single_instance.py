"""A second start raises the first."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from kpdesk.app.single_instance import SingleInstance


def test_the_second_start_is_heard_by_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    heard: list[str] = []
    first = SingleInstance(tmp_path, heard.append)
    assert not first.raise_other("")
    assert first.listen()
    second = SingleInstance(tmp_path, lambda _message: None)
    assert second.raise_other("kpdesk://visit?id=1")
    qtbot.waitUntil(lambda: heard == ["kpdesk://visit?id=1"], timeout=10_000)
    first.close()
    assert not second.raise_other("")


def test_two_profiles_do_not_meet(qtbot: QtBot, tmp_path: Path) -> None:
    first = SingleInstance(tmp_path / "one", lambda _message: None)
    assert first.listen()
    assert not SingleInstance(tmp_path / "two", lambda _message: None).raise_other("")
    first.close()


def test_a_crashed_first_does_not_block_the_next(qtbot: QtBot, tmp_path: Path) -> None:
    crashed = SingleInstance(tmp_path, lambda _message: None)
    assert crashed.listen()
    assert crashed._server is not None
    name = Path(crashed._server.fullServerName())
    crashed.close()
    name.touch()  # a socket file that nobody serves any more
    heir = SingleInstance(tmp_path, lambda _message: None)
    assert not heir.raise_other("")
    assert heir.listen()
    heir.close()
