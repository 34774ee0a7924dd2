"""The recipes of the packages agree with the program that they carry."""

from __future__ import annotations

import configparser
import os
import plistlib
import re
import stat
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from installer import icons, proof, tree
from installer.linux import deb
from installer.tools import StepFailedError, bare_environment, run
from installer.windows import build_msi
from installer.windows.version_info import four_numbers, version_info
from kpdesk.services import policy
from kpdesk.services.diagnostics import macos

INSTALLER = Path(__file__).resolve().parents[3] / "installer"
WIX = {"w": build_msi.NAMESPACE}


# --- Windows ----------------------------------------------------------------------------------------------


def test_the_msi_sets_each_policy_where_kpdesk_reads_it() -> None:
    assert build_msi.DEFAULTS_KEY == policy.WINDOWS_DEFAULTS
    assert set(build_msi.PROPERTIES.values()) == set(policy.KEYS)
    assert all(name == name.upper() and name.startswith("KPDESK_") for name in build_msi.PROPERTIES)


def test_a_default_is_written_only_when_it_was_given() -> None:
    root = ET.fromstring(ET.tostring(build_msi.defaults_wxi(conditions=True).getroot()))  # noqa: S314 - ours
    components = root.findall(".//w:Component", WIX)
    assert len(components) == len(policy.KEYS)
    for component in components:
        condition, value = component.find("w:Condition", WIX), component.find("w:RegistryValue", WIX)
        assert condition is not None
        assert value is not None
        assert value.get("Value") == f"[{condition.text}]"
        assert build_msi.PROPERTIES[str(condition.text)] == value.get("Name")


def test_the_command_line_wins_over_what_an_earlier_version_left() -> None:
    root = ET.fromstring(ET.tostring(build_msi.defaults_wxi(conditions=True).getroot()))  # noqa: S314 - ours
    for sequence in ("InstallExecuteSequence", "InstallUISequence"):
        numbers = {
            str(one.get("Action")): int(str(one.get("Sequence")))
            for one in root.findall(f"w:{sequence}/w:Custom", WIX)
        }
        for key in policy.KEYS:
            assert numbers[f"Save{key}"] < build_msi.APP_SEARCH < numbers[f"GiveBack{key}"] < 100
        assert len(set(numbers.values())) == len(numbers)


def test_what_wixl_cannot_say_is_set_afterwards() -> None:
    queries = build_msi.late_changes(["WIX_UPGRADE_DETECTED"])
    assert "KPDESK_ISSUER;" in queries[0]
    assert "WIX_UPGRADE_DETECTED" in queries[0]
    assert len(queries) == 1 + len(policy.KEYS)


def test_every_file_of_the_tree_is_in_the_msi_under_a_lasting_id(tmp_path: Path) -> None:
    frozen = tmp_path / "kpdesk"
    (frozen / "_internal" / "kpdesk").mkdir(parents=True)
    names = ["kpdesk.exe", "kpdeskw.exe", "_internal/kpdesk/a b.json", "_internal/LICENSE"]
    for name in names:
        (frozen / name).write_text(name)
    first, second = (
        ET.tostring(build_msi.files_wxs(frozen, base).getroot(), encoding="unicode")
        for base in (tmp_path, tmp_path / "elsewhere")
    )
    found = ET.fromstring(first)  # noqa: S314 - ours
    files = found.findall(".//w:File", WIX)
    assert sorted(str(file.get("Source")) for file in files) == sorted(f"kpdesk/{name}" for name in names)
    ids = [one.get("Id") for one in found.iter() if one.get("Id") and "Ref" not in one.tag]
    assert len(ids) == len(set(ids))
    assert all(len(str(one)) <= 72 for one in ids)
    guids = [one.get("Guid") for one in found.findall(".//w:Component", WIX)]
    assert guids == [one.get("Guid") for one in ET.fromstring(second).findall(".//w:Component", WIX)]  # noqa: S314


def test_the_wix_source_opens_addresses_with_the_window_program() -> None:
    root = ET.parse(INSTALLER / "windows" / "kpdesk.wxs").getroot()  # noqa: S314 - ours
    values = {(one.get("Key"), one.get("Name")): one.get("Value") for one in root.iter() if one.get("Key")}
    assert values[(r"SOFTWARE\Classes\kpdesk\shell\open\command", None)] == '"[INSTALLDIR]kpdeskw.exe" "%1"'
    assert values[(r"SOFTWARE\Classes\kpdesk", "URL Protocol")] == ""


def test_versions_as_windows_counts_them() -> None:
    assert four_numbers("0.1.0") == (0, 1, 0, 0)
    assert four_numbers("1.2.3rc1") == (1, 2, 3, 0)
    assert "filevers=(0, 1, 0, 0)" in version_info("0.1.0")
    with pytest.raises(ValueError, match="is not like"):
        four_numbers("next")


def test_a_sign_command_without_a_place_for_the_file_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KPDESK_SIGN_COMMAND", "sign it")
    with pytest.raises(StepFailedError, match=r"needs \{\}"):
        build_msi.sign(tmp_path / "kpdesk.msi")


# --- macOS ------------------------------------------------------------------------------------------------


def test_the_package_for_the_mac_asks_for_the_system_that_its_qt_needs() -> None:
    """The version of Python in the workflow decides on that of Qt (pyproject.toml)."""
    info = plistlib.loads((INSTALLER / "macos" / "Info.plist").read_bytes())
    workflow = (INSTALLER.parent / ".github" / "workflows" / "package.yml").read_text("utf-8")
    job = workflow.partition("\n  macos:\n")[2]
    built_with = re.search(r'python-version: "(\d+)\.(\d+)"', job)
    assert built_with is not None
    newer = (int(built_with[1]), int(built_with[2])) >= macos.PYTHON_WITH_QT_6_12
    needed = macos.VERSION_MIN_QT_6_12 if newer else macos.VERSION_MIN_QT_6_11
    assert info["LSMinimumSystemVersion"] == ".".join(map(str, needed))
    documented = (INSTALLER.parent / "docs" / "platforms.md").read_text("utf-8")
    assert f"| macOS | {info['LSMinimumSystemVersion']}: " in documented


def test_the_mac_is_told_why_camera_and_microphone_are_wanted() -> None:
    info = plistlib.loads((INSTALLER / "macos" / "Info.plist").read_bytes())
    spanish = (INSTALLER / "macos" / "es.lproj" / "InfoPlist.strings").read_text("utf-8")
    for key in ("NSCameraUsageDescription", "NSMicrophoneUsageDescription", "NSLocalNetworkUsageDescription"):
        assert len(info[key]) > 20
        assert f'{key} = "' in spanish
    assert info["CFBundleURLTypes"][0]["CFBundleURLSchemes"] == ["kpdesk"]
    assert info["CFBundleIdentifier"] == policy.MAC_DOMAIN
    rights = plistlib.loads((INSTALLER / "macos" / "entitlements.plist").read_bytes())
    assert rights["com.apple.security.device.camera"] is True
    assert rights["com.apple.security.device.audio-input"] is True
    assert "com.apple.security.cs.disable-library-validation" not in rights


@pytest.mark.only_on("linux", "darwin")
def test_the_mac_package_is_signed_verified_notarized_and_stapled_in_that_order() -> None:
    script = INSTALLER / "macos" / "build_pkg.sh"
    assert stat.S_IMODE(script.stat().st_mode) & 0o111
    text = script.read_text("utf-8")
    order = (
        'sign --entitlements "$here/entitlements.plist" "$app"',
        "codesign --verify --deep --strict",
        '"$app/Contents/MacOS/kpdesk" self-test',
        "productbuild --sign",
        "pkgutil --check-signature",
        "notarytool submit",
        "notarytool log",
        "stapler staple",
        "stapler validate",
        "spctl --assess",
    )
    places = [text.index(step) for step in order]
    assert places == sorted(places)


# --- Debian -----------------------------------------------------------------------------------------------


def test_the_menu_entry_opens_kpdesk_and_its_addresses() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(INSTALLER / "linux" / "kpdesk.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert desktop["Exec"] == "kpdesk %u"
    assert desktop["MimeType"] == "x-scheme-handler/kpdesk;"
    assert desktop["Icon"] == "kpdesk"


def test_the_control_file_names_what_is_linked_and_what_is_loaded_by_name() -> None:
    linked = deb.parse_depends("shlibs:Depends=libc6 (>= 2.35), libpulse0 (>= 5.0)\n")
    depends = deb.with_loaded(linked)
    assert depends[:2] == ["libc6 (>= 2.35)", "libpulse0 (>= 5.0)"]
    assert [name.split()[0] for name in depends].count("libpulse0") == 1
    assert "libportaudio2" in depends
    text = deb.control_text("0.1.0", "amd64", depends, 1234)
    assert "Depends: libc6 (>= 2.35), libpulse0 (>= 5.0), libportaudio2" in text
    assert text.endswith("works.\n")
    assert all(
        line.startswith((" ", "Description")) for line in text.partition("Description")[2].split("\n")[1:-1]
    )


def test_no_dependencies_at_all_is_a_fault() -> None:
    with pytest.raises(StepFailedError):
        deb.parse_depends("")


def test_policy_folders_are_where_kpdesk_reads_them() -> None:
    assert Path("/") / deb.POLICIES == policy.LINUX_FOLDER


@pytest.mark.only_on("linux", "darwin")
def test_the_package_is_laid_out_for_everybody_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen = tmp_path / "frozen"
    frozen.mkdir()
    (frozen / "kpdesk").write_text("#!/bin/sh\n")
    (frozen / "library.so").write_text("")
    (frozen / "library.so").chmod(0o700)
    monkeypatch.setattr(deb, "BUILD", tmp_path)
    (tmp_path / "icons").mkdir()
    for size in icons.HICOLOR_SIZES:
        (tmp_path / "icons" / f"kpdesk-{size}.png").write_bytes(b"PNG")
    root = tmp_path / "root"
    deb.lay_out(frozen, root, "0.1.0")
    assert os.readlink(root / "usr/bin/kpdesk") == "/opt/kpdesk/kpdesk"
    modes = {
        path.relative_to(root).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in root.rglob("*")
        if not path.is_symlink()
    }
    assert modes["opt/kpdesk/kpdesk"] == 0o755
    assert modes["opt/kpdesk/library.so"] == 0o644
    assert modes["etc/kpdesk/policies/managed"] == 0o755
    metainfo = (root / "usr/share/metainfo/org.kpdesk.kpdesk.metainfo.xml").read_text("utf-8")
    assert '<release version="0.1.0" date="20' in metainfo
    sums = deb.md5sums(root)
    assert "  opt/kpdesk/library.so\n" in sums
    assert sums.count("\n") == sum(1 for name in modes if (root / name).is_file())


# --- icons, proof -----------------------------------------------------------------------------------------


def test_icon_files_hold_their_pictures() -> None:
    pictures = {16: b"sixteen", 256: b"two hundred"}
    ico = icons.pack_ico(pictures)
    assert struct.unpack("<HHH", ico[:6]) == (0, 1, 2)
    for number, (size, picture) in enumerate(sorted(pictures.items())):
        width, _, _, _, _, bits, length, offset = struct.unpack_from("<BBBBHHII", ico, 6 + 16 * number)
        assert (width, bits) == (size % 256, 32)
        assert ico[offset : offset + length] == picture
    icns = icons.pack_icns({b"ic07": b"picture"})
    assert icns == b"icns" + struct.pack(">I", 23) + b"ic07" + struct.pack(">I", 15) + b"picture"


def test_the_proof_knows_nothing_of_this_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    env = bare_environment(tmp_path / "home")
    assert not {name for name in env if name.startswith(("PYTHON", "VIRTUAL", "QT_", "KPDESK"))}
    assert str(tmp_path) in "".join(env.values())


def test_failed_checks_are_picked_out_of_what_was_said() -> None:
    said = (
        "`kpdesk self-test --json` ended with 1:\n"
        '{"event": "self_test", "ok": false, "checks": ['
        '{"name": "vp8", "ok": false, "detail": "no codec"}, {"name": "opus", "ok": true, "detail": ""}]}\n'
        "noise of a library"
    )
    assert proof.failed_checks(said) == "self-test: vp8: no codec"
    assert proof.failed_checks("Segmentation fault") == ""


@pytest.mark.only_on("linux", "darwin")
def test_a_failing_step_says_what_the_program_said() -> None:
    with pytest.raises(StepFailedError, match="ended with 3:\nout\nerr"):
        run(["/bin/sh", "-c", "echo out; echo err >&2; exit 3"])
    with pytest.raises(StepFailedError, match="is not installed"):
        run(["no-such-program-of-ours"])


@pytest.mark.only_on("linux")
def test_pythons_own_library_is_looked_for_where_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    import sysconfig

    assert tree.has_python_library()
    monkeypatch.setattr(sysconfig, "get_config_var", lambda _name: None)
    monkeypatch.setattr(tree, "run", lambda _command: "libc.so.6 => /lib/libc.so.6")
    assert not tree.has_python_library()
