"""Which program has the camera: Windows' own book (recorded), Linux' open files and recorders."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from kpdesk.domain.media import DeviceKind
from kpdesk.media.devices import holders
from kpdesk.media.devices.holders import CONSENT_STORE, LinuxHolders, SilentHolders, WindowsHolders, nice_name
from kpdesk.media.devices.permission import settings_url

CAMERA, MICROPHONE, SPEAKER = DeviceKind.CAMERA, DeviceKind.MICROPHONE, DeviceKind.SPEAKER
Values = Mapping[str, object]
STARTED, STOPPED = 133_772_941_612_345_678, 133_772_950_000_000_000
"""FILETIME: 100 ns since 1601."""
NOW: Values = {"LastUsedTimeStart": STARTED, "LastUsedTimeStop": 0}
EARLIER: Values = {"LastUsedTimeStart": STARTED, "LastUsedTimeStop": STOPPED}
NEVER: Values = {"LastUsedTimeStart": 0, "LastUsedTimeStop": 0}
ZOOM = r"C:\Users\ana\AppData\Roaming\Zoom\bin\Zoom.exe"
CHROME = r"C:\Program Files\Google\Chrome\Application\chrome.exe"
OURS = r"C:\Program Files\kpdesk\kpdesk.exe"


def entry(program: str) -> str:
    return rf"NonPackaged\{program.replace(chr(92), '#')}"


class RecordedRegistry:
    """The part of ``winreg`` that is used, on keys of one ConsentStore below each hive."""

    HKEY_LOCAL_MACHINE, HKEY_CURRENT_USER = 1, 2

    def __init__(
        self,
        person: Mapping[str, Values],
        machine: Mapping[str, Values] | None = None,
        *,
        forbidden: str | None = None,
    ) -> None:
        """Keys below ``ConsentStore`` with their values; ``forbidden``: the end of one that is not ours."""
        self._hives = {self.HKEY_CURRENT_USER: person, self.HKEY_LOCAL_MACHINE: machine or {}}
        self._forbidden = forbidden

    def OpenKey(self, key: int, sub_key: str) -> AbstractContextManager[tuple[int, str]]:  # noqa: N802
        assert sub_key.startswith(CONSENT_STORE + "\\")
        path = sub_key.removeprefix(CONSENT_STORE + "\\")
        if self._forbidden is not None and path.endswith(self._forbidden):
            raise PermissionError(13, "Access is denied")
        if not any(one == path or one.startswith(path + "\\") for one in self._hives[key]):
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return nullcontext((key, path))

    def EnumKey(self, key: tuple[int, str], index: int) -> str:  # noqa: N802
        hive, path = key
        below = [one[len(path) + 1 :] for one in self._hives[hive] if one.startswith(path + "\\")]
        names = list(dict.fromkeys(one.partition("\\")[0] for one in below))
        if index >= len(names):
            raise OSError(259, "No more data is available")
        return names[index]

    def QueryValueEx(self, key: tuple[int, str], name: str) -> tuple[object, int]:  # noqa: N802
        hive, path = key
        values = self._hives[hive].get(path, {})
        if name not in values:
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return values[name], 11


def windows(
    registry: RecordedRegistry, *, running: frozenset[str] = frozenset({"zoom.exe", CHROME.lower()})
) -> WindowsHolders:
    return WindowsHolders(registry, own=OURS, running=lambda: running)


def test_the_one_in_use_is_named_and_those_of_earlier_are_not() -> None:
    registry = RecordedRegistry(
        {
            "webcam": {"Value": "Allow"},
            r"webcam\NonPackaged": {"Value": "Allow"},
            rf"webcam\{entry(ZOOM)}": NOW,
            rf"webcam\{entry(CHROME)}": EARLIER,
            r"webcam\Microsoft.WindowsCamera_8wekyb3d8bbwe": EARLIER,
            r"webcam\MSTeams_8wekyb3d8bbwe": NEVER,
            rf"microphone\{entry(CHROME)}": NOW,
        }
    )
    assert windows(registry).programs(CAMERA) == ("Zoom",)
    assert windows(registry).programs(MICROPHONE) == ("Google Chrome",)
    assert windows(registry).programs(SPEAKER) == ()


def test_a_store_program_is_named() -> None:
    registry = RecordedRegistry(
        {
            r"webcam\Microsoft.WindowsCamera_8wekyb3d8bbwe": {"Value": "Allow", **NOW},
            r"webcam\Contoso.VideoPhone_1a2b3c4d5e6f7": NOW,
        }
    )
    assert windows(registry).programs(CAMERA) == ("Windows Camera", "Video Phone")


def test_our_own_programs_are_left_out() -> None:
    ours = (OURS, OURS.replace("kpdesk.exe", "kpdeskw.exe"), OURS.upper())
    registry = RecordedRegistry({rf"webcam\{entry(one)}": NOW for one in ours})
    everything = frozenset(one.lower() for one in ours)
    assert windows(registry, running=everything).programs(CAMERA) == ()


def test_a_namesake_in_another_folder_is_not_ours() -> None:
    other = r"D:\tools\kpdesk.exe"
    registry = RecordedRegistry({rf"webcam\{entry(other)}": NOW})
    assert windows(registry, running=frozenset({other.lower()})).programs(CAMERA) == ("Kpdesk",)


def test_an_entry_that_a_crash_left_behind_is_no_holder() -> None:
    registry = RecordedRegistry({rf"webcam\{entry(ZOOM)}": NOW, rf"webcam\{entry(CHROME)}": NOW})
    assert windows(registry, running=frozenset({"zoom.exe"})).programs(CAMERA) == ("Zoom",)


def test_two_windows_of_one_program_are_one() -> None:
    beta = ZOOM.replace("Zoom\\bin", "Zoom Beta\\bin")
    registry = RecordedRegistry({rf"webcam\{entry(ZOOM)}": NOW, rf"webcam\{entry(beta)}": NOW})
    assert windows(registry).programs(CAMERA) == ("Zoom",)


@pytest.mark.parametrize(
    "registry",
    [
        RecordedRegistry({}),
        RecordedRegistry({"webcam": {"Value": "Allow"}}),
        RecordedRegistry({rf"webcam\{entry(ZOOM)}": NOW}, forbidden="NonPackaged"),
        RecordedRegistry({rf"webcam\{entry(ZOOM)}": {"LastUsedTimeStart": "today", "LastUsedTimeStop": 0}}),
        RecordedRegistry({rf"webcam\{entry(ZOOM)}": {"LastUsedTimeStart": STARTED}}),
    ],
)
def test_what_is_not_told_is_nobody(registry: RecordedRegistry) -> None:
    assert windows(registry).programs(CAMERA) == ()
    assert windows(registry).denied(CAMERA) is False


def test_a_list_of_programs_that_cannot_be_had_is_no_trouble() -> None:
    def broken() -> frozenset[str]:
        raise OSError("the performance library is gone")

    registry = RecordedRegistry({rf"webcam\{entry(ZOOM)}": NOW})
    assert WindowsHolders(registry, own=OURS, running=broken).programs(CAMERA) == ()


@pytest.mark.parametrize(
    ("person", "machine", "denied"),
    [
        ({"webcam": {"Value": "Allow"}, r"webcam\NonPackaged": {"Value": "Allow"}}, {}, False),
        ({"webcam": {"Value": "Deny"}}, {}, True),
        ({"webcam": {"Value": "Allow"}, r"webcam\NonPackaged": {"Value": "Deny"}}, {}, True),
        ({"webcam": {"Value": "Allow"}}, {"webcam": {"Value": "Deny"}}, True),
        ({"webcam": {"Value": "Prompt"}}, {}, False),
        ({"microphone": {"Value": "Deny"}}, {}, False),
    ],
)
def test_the_privacy_switches(person: dict[str, Values], machine: dict[str, Values], denied: bool) -> None:
    assert windows(RecordedRegistry(person, machine)).denied(CAMERA) is denied
    assert windows(RecordedRegistry(person, machine)).denied(SPEAKER) is False


@pytest.mark.only_on("linux")
def test_running_programs_have_us_among_them() -> None:
    assert Path(os.readlink("/proc/self/exe")).name.lower() in {
        Path(one).name for one in holders.running_programs()
    }


@pytest.mark.parametrize(
    ("program", "name"),
    [
        (ZOOM, "Zoom"),
        (r"C:\obs\bin\64bit\obs64.exe", "OBS Studio"),
        (r"C:\x\VideoTool.EXE", "VideoTool"),
        (r"C:\x\phone.exe", "Phone"),
        ("firefox-bin", "Firefox"),
        ("MSTeams_8wekyb3d8bbwe", "Microsoft Teams"),
        ("my_program", "My_program"),
    ],
)
def test_names_as_people_know_them(program: str, name: str) -> None:
    assert nice_name(program) == name


# --- Linux ------------------------------------------------------------------------------------------------


def process(proc: Path, pid: int, name: str, *files: str) -> None:
    (proc / str(pid) / "fd").mkdir(parents=True)
    (proc / str(pid) / "comm").write_text(f"{name}\n")
    for number, target in enumerate(files):
        (proc / str(pid) / "fd" / str(number)).symlink_to(target)


@pytest.mark.only_on("linux")
def test_open_files_of_cameras(tmp_path: Path) -> None:
    process(tmp_path, 11, "zoom", "/dev/null", "/dev/video0")
    process(tmp_path, 12, "bash", "/dev/null", "/dev/vide")
    process(tmp_path, 13, "pipewire", "/dev/video0")
    process(tmp_path, os.getpid(), "kpdesk", "/dev/video0")
    (tmp_path / "self").mkdir()
    (tmp_path / "14").mkdir()  # ended meanwhile
    assert LinuxHolders(tmp_path).programs(CAMERA) == ("Zoom",)
    assert LinuxHolders(tmp_path).programs(SPEAKER) == ()
    assert LinuxHolders(tmp_path).denied(CAMERA) is False


@pytest.mark.only_on("linux")
def test_the_real_proc_can_be_read() -> None:
    """Whoever has a camera open here: reading does not fail, and we are not among them."""
    with Path("/dev/null").open():
        assert isinstance(LinuxHolders().programs(CAMERA), tuple)


def test_recorders_but_us() -> None:
    recorders = [(os.getpid(), "kpdesk"), (77, "firefox"), (78, "firefox"), (79, "zoom")]
    assert LinuxHolders(recorders=lambda: recorders).programs(MICROPHONE) == ("Firefox", "Zoom")


def test_without_a_sound_server_nobody_is_named() -> None:
    def none() -> list[tuple[int, str]]:
        raise ConnectionError

    assert LinuxHolders(recorders=none).programs(MICROPHONE) == ()


def test_macos_tells_nobody() -> None:
    assert SilentHolders().programs(CAMERA) == ()
    assert SilentHolders().denied(CAMERA) is False


# --- the page on which leave is given ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "kind", "address"),
    [
        ("win32", CAMERA, "ms-settings:privacy-webcam"),
        ("win32", MICROPHONE, "ms-settings:privacy-microphone"),
        ("darwin", CAMERA, "x-apple.systempreferences:com.apple.preference.security?Privacy_Camera"),
        ("darwin", MICROPHONE, "x-apple.systempreferences:com.apple.preference.security?Privacy_Microphone"),
        ("linux", CAMERA, None),
        ("win32", SPEAKER, None),
    ],
)
def test_the_systems_page(platform: str, kind: DeviceKind, address: str | None) -> None:
    assert settings_url(kind, platform) == address
