"""``dev.py`` decides before it acts: these are its decisions. What it does is proven by every CI run."""

from __future__ import annotations

import importlib.util
import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def dev(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """``dev.py`` as a module of its own for each test."""
    spec = importlib.util.spec_from_file_location("kpdesk_dev", REPOSITORY / "dev.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "kpdesk_dev", module)
    spec.loader.exec_module(module)
    module.console.stream = io.StringIO()
    return module


def said(dev: ModuleType) -> str:
    return str(dev.console.stream.getvalue())


# --- command line -----------------------------------------------------------------------------------------


def test_help_names_every_command(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.parse(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for name in ("setup", "run", "demo", "test", "bench", "package", "translate", "lock"):
        assert f"\n  {name} " in text


def test_options_after_the_command_belong_to_it(dev: ModuleType) -> None:
    assert dev.parse(["demo", "--auto", "--help"]) == ("demo", ["--auto", "--help"])


def test_an_unknown_command_is_refused(dev: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        dev.parse(["deploy"])
    assert ended.value.code == 2
    assert "deploy" in capsys.readouterr().err


def test_imports_nothing_but_the_standard_library() -> None:
    """On a fresh system there is nothing else; ``scripts.virtual_desktop`` keeps to that too."""
    program = "import sys; sys.path.insert(0, '.'); import dev; from scripts import virtual_desktop"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# --- system packages --------------------------------------------------------------------------------------


@pytest.fixture
def debian(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A Debian system without an administrator at hand, on which ``xvfb`` alone is missing."""
    monkeypatch.setattr(dev, "is_debian", lambda: True)
    monkeypatch.setattr(dev, "administrator", lambda: None)
    monkeypatch.setattr(dev, "missing_packages", lambda names: [name for name in names if name == "xvfb"])
    monkeypatch.setattr(dev, "known_name", lambda name: name)
    return dev


def test_a_needed_package_that_cannot_be_installed_ends_the_command(debian: ModuleType) -> None:
    with pytest.raises(SystemExit) as ended:
        debian.ensure_packages(["libegl1", "xvfb"])
    assert ended.value.code == 3
    assert "sudo apt-get install xvfb\n" in said(debian)


def test_a_useful_package_that_cannot_be_installed_does_not(debian: ModuleType) -> None:
    debian.ensure_packages(["libegl1"], ["xvfb"])
    assert "sudo apt-get install xvfb\n" in said(debian)
    assert "goes on without" in said(debian)


def test_nothing_is_said_when_nothing_is_missing(debian: ModuleType) -> None:
    debian.ensure_packages(["libegl1"], ["libgl1"])
    assert said(debian) == ""


def test_only_missing_packages_are_installed(debian: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(debian, "administrator", lambda: ["sudo", "-n"])
    monkeypatch.setattr(debian, "run_quietly", lambda command, **_: commands.append(command) or "")
    debian.ensure_packages(["libegl1", "xvfb"], ["libgl1"])
    assert [command[:2] for command in commands] == [["sudo", "-n"]] * 2
    assert commands[-1][-1] == "xvfb"
    assert not {"libegl1", "libgl1"} & set(commands[-1])


def test_a_failed_installation_says_why(debian: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise debian.StepError("the disk is full")

    monkeypatch.setattr(debian, "administrator", lambda: [])
    monkeypatch.setattr(debian, "run_quietly", refuse)
    with pytest.raises(SystemExit):
        debian.ensure_packages(["xvfb"])
    assert "the disk is full" in said(debian)


@pytest.mark.only_on("linux")
def test_dpkg_is_asked_with_alternative_names(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = "libglib2.0-0t64 installed\nxvfb config-files\n"
    done = subprocess.CompletedProcess([], 1, stdout=answer, stderr="")
    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: done)
    asked = ["libglib2.0-0|libglib2.0-0t64", "xvfb", "dbus"]
    assert dev.missing_packages(asked) == ["xvfb", "dbus"]


# --- the virtual environment ------------------------------------------------------------------------------


@pytest.fixture
def checkout(dev: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that has been set up."""
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / "kpdesk-setup.txt")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / "requirements.lock").write_text(
        "uv==1.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\nzipp==1\n"
    )
    python = dev.venv_program("python")
    python.parent.mkdir(parents=True)
    python.touch()
    dev.STAMP.write_text(dev.setup_mark())
    return tmp_path


def test_a_finished_setup_is_left_alone(dev: ModuleType, checkout: Path) -> None:
    assert dev.is_set_up()
    dev.ensure_venv()
    assert said(dev) == ""


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_file_means_another_setup(dev: ModuleType, checkout: Path, name: str) -> None:
    path = checkout / name
    path.write_text(path.read_text() + "# more\n")
    assert not dev.is_set_up()


def test_line_ends_do_not_matter(dev: ModuleType, checkout: Path) -> None:
    path = checkout / "requirements.lock"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert dev.is_set_up()


def test_a_lost_python_means_another_setup(dev: ModuleType, checkout: Path) -> None:
    dev.venv_program("python").unlink()
    assert not dev.is_set_up()


def test_uv_is_pinned_by_the_lock(dev: ModuleType, checkout: Path) -> None:
    assert dev.lock_entry("uv") == "uv==1.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    with pytest.raises(dev.StepError, match="does not pin flask"):
        dev.lock_entry("flask")


def test_the_lock_names_packages_and_hashes_alone() -> None:
    lines = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if not line.startswith(("    --hash=sha256:", "    # ", "#"))]
    assert entries
    for line in entries:
        assert "==" in line and "://" not in line and not line.startswith("-"), line


# --- test -------------------------------------------------------------------------------------------------


@pytest.fixture
def runs(dev: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str], str | None]]:
    """The pytest runs that ``dev.py`` would make: name, arguments, Qt platform."""
    made: list[tuple[str, list[str], str | None]] = []

    def run(name: str, arguments: list[str], env: dict[str, str]) -> object:
        made.append((name, arguments, env.get("QT_QPA_PLATFORM")))
        return dev.Outcome(name, 5 if "e2e" in arguments[-1] else 0, 1.0)

    monkeypatch.setattr(dev, "pytest_run", run)
    return made


@pytest.mark.only_on("linux")
def test_each_path_runs_where_it_belongs(
    dev: ModuleType, runs: list[tuple[str, list[str], str | None]]
) -> None:
    dev.pytest_runs(["-x", "tests/unit/test_dev.py::test_x", "tests/e2e"], {})
    assert runs == [
        ("pytest, no screen", ["-x", "tests/unit/test_dev.py::test_x"], "offscreen"),
        ("pytest, virtual screen", ["-x", "tests/e2e"], "xcb"),
    ]


def test_a_choice_that_leaves_one_run_empty_is_no_failure(
    dev: ModuleType, runs: list[tuple[str, list[str], str | None]]
) -> None:
    outcomes = dev.pytest_runs(["-k", "joining", "tests/unit", "tests/e2e"], {})
    assert [outcome.status for outcome in outcomes] == [0]
    assert len(runs) == 2


def test_an_empty_run_is_a_failure_otherwise(
    dev: ModuleType, runs: list[tuple[str, list[str], str | None]]
) -> None:
    outcomes = dev.pytest_runs(["tests/e2e"], {})
    assert dev.summary(outcomes) == 1


def test_the_last_words_are_those_of_pytest(dev: ModuleType) -> None:
    outcomes = [dev.Outcome("ruff check", 0, 0.1), dev.Outcome("pytest", 0, 2.0, "== 3 passed in 2.00s ==")]
    assert dev.summary(outcomes) == 0
    assert said(dev).splitlines()[-2:] == ["everything passed", "== 3 passed in 2.00s =="]


def test_one_failed_check_fails_the_whole(dev: ModuleType) -> None:
    outcomes = [dev.Outcome("ruff check", 1, 0.1), dev.Outcome("pytest", 0, 2.0, "== 3 passed in 2.00s ==")]
    assert dev.summary(outcomes) == 1
    assert "failed: ruff check" in said(dev)


def test_no_check_at_all_is_a_failure(dev: ModuleType) -> None:
    assert dev.summary([]) == 1


def test_a_program_ended_by_a_signal_has_the_status_that_shells_give(dev: ModuleType) -> None:
    assert [dev.shell_status(status) for status in (0, 3, -15)] == [0, 3, 143]
