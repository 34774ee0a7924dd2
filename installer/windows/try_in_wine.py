"""Installs, upgrades and removes the MSI in a throw-away Wine, with a small payload instead of kpdesk.

What it proves is the recipe: files, registry, upgrade with and without new properties, refusal of an older
version, and that removal leaves nothing. It says nothing about kpdesk itself on Windows.
Run: ``python -m installer.windows.try_in_wine`` (needs wixl, msitools and wine64).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from installer.tools import Report, StepFailedError, say
from installer.windows import build_msi

SERVICE = "https://visits.example.org/fhir"
WINE_FOLDERS = ("/usr/bin", "/usr/lib/wine")
TIMEOUT_S = 200.0


class Wine:
    """One prefix: a Windows of its own, in a folder."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("wine64", path=os.pathsep.join(WINE_FOLDERS))
        if found is None:
            raise StepFailedError("wine64 is not installed")
        self._wine = found
        self.drive = folder / "drive_c"
        self._env = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder.parent),
            "WINEPREFIX": str(folder),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",
        }
        self._run("wineboot", "-i")

    def _run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._wine, *words],
            env=self._env,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        )

    def msiexec(self, action: str, package: Path, *properties: str) -> int:
        """Install (``/i``) or remove (``/x``) without a window; the exit status."""
        return self._run("msiexec", action, f"Z:{package}", "/qn", *properties).returncode

    def values(self, key: str) -> dict[str, str]:
        """The values of a registry key; none when there is no such key."""
        found = {}
        for line in self._run("reg", "query", key).stdout.splitlines():
            name, _, rest = line.strip().partition("    ")
            kind, _, value = rest.partition("    ")
            if kind.startswith("REG_"):
                found[name] = value.strip()
        return found

    def close(self) -> None:
        """End what this Windows runs in the background."""
        self._run("wineboot", "-k")


def expect(what: str, found: object, wanted: object) -> None:
    """Raise StepFailedError with both when they differ."""
    if found != wanted:
        raise StepFailedError(f"{what}: {found!r} instead of {wanted!r}")


def payload(folder: Path) -> Path:
    """A frozen tree in miniature."""
    (folder / "_internal" / "kpdesk").mkdir(parents=True)
    for name in ("kpdesk.exe", "kpdeskw.exe", "_internal/kpdesk/notes.txt"):
        (folder / name).write_bytes(b"MZ payload of " + name.encode())
    return folder


def try_it(folder: Path, report: Report) -> None:
    """Everything, step by step."""
    tree = payload(folder / "tree")
    with report.step("build three versions"):
        old, middle, new = (build_msi.build(tree, folder, version=v) for v in ("0.1.0", "0.1.1", "0.1.2"))
    with report.step("start wine"):
        wine = Wine(folder / "wine")
    program = wine.drive / "Program Files" / "kpdesk" / "kpdesk.exe"
    defaults = rf"HKLM\{build_msi.DEFAULTS_KEY}"
    command = r"HKLM\SOFTWARE\Classes\kpdesk\shell\open\command"
    try:
        with report.step("install with defaults"):
            given = (f"KPDESK_FHIR_BASE_URL={SERVICE}", "KPDESK_LANGUAGE=es")
            expect("status", wine.msiexec("/i", old, *given), 0)
            expect("program", program.is_file(), True)
            expect("defaults", wine.values(defaults), {"FhirBaseUrl": SERVICE, "Language": "es"})
            expect("scheme", '"%1"' in wine.values(command).get("(Default)", ""), True)
        with report.step("upgrade, nothing given: defaults stay"):
            expect("status", wine.msiexec("/i", middle), 0)
            expect("defaults", wine.values(defaults), {"FhirBaseUrl": SERVICE, "Language": "es"})
        with report.step("upgrade, one given: it wins"):
            expect("status", wine.msiexec("/i", new, "KPDESK_LANGUAGE=en"), 0)
            expect("defaults", wine.values(defaults), {"FhirBaseUrl": SERVICE, "Language": "en"})
        with report.step("an older version is refused"):
            expect("refused", wine.msiexec("/i", old) != 0, True)
            expect("program", program.is_file(), True)
        with report.step("remove: nothing is left"):
            expect("status", wine.msiexec("/x", new), 0)
            expect("folder", program.parent.exists(), False)
            expect("defaults", wine.values(defaults), {})
            expect("scheme", wine.values(command), {})
    finally:
        wine.close()


def main() -> int:
    """Run; exit status 0 or 1."""
    report = Report()
    with tempfile.TemporaryDirectory(prefix="kpdesk-msi-", ignore_cleanup_errors=True) as folder:
        try:
            try_it(Path(folder), report)
        except StepFailedError as error:
            say(str(error))
            return 1
    say("the MSI recipe holds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
