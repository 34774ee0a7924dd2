"""Copies kpdesk's icons and fonts, with their licences, out of the packages that publish them.

    python scripts/fetch_assets.py                 the files that resources/ has, anew
    python scripts/fetch_assets.py --add battery   one more icon
    python scripts/fetch_assets.py --check         says what differs, writes nothing; exit status 1 if any

The packages come through npm, from the registry that this machine is set up for. npm proves each against
the registry's own digest; the versions are fixed here, so two runs give the same bytes.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ICONS = ROOT / "resources" / "icons"
FONTS = ROOT / "resources" / "fonts"
ICON_PACKAGE = "lucide-static@1.62.0"
FONT_PACKAGE = "@expo-google-fonts/atkinson-hyperlegible-next@0.4.1"
FAMILY = "AtkinsonHyperlegibleNext"
WEIGHTS = ("400Regular", "600SemiBold", "700Bold")
_TIMEOUT_S = 120


def unpacked(package: str, folder: Path) -> Path:
    """``package`` (``name@version``), fetched and unpacked under ``folder``. Raises RuntimeError."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not installed")
    folder.mkdir(parents=True)
    done = subprocess.run(
        [npm, "pack", "--silent", package, "--pack-destination", str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        cwd=folder,
    )
    archives = list(folder.glob("*.tgz"))
    if done.returncode != 0 or len(archives) != 1:
        raise RuntimeError(f"{package} could not be fetched: {done.stderr.strip()[-300:]}")
    with tarfile.open(archives[0]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def sources(icons: Path, fonts: Path, names: set[str]) -> dict[Path, Path]:
    """Where each shipped file comes from. Raises RuntimeError for an icon that the family lacks."""
    wanted = {ICONS / "LICENSE.txt": icons / "LICENSE", FONTS / "OFL.txt": fonts / "LICENSE_FONT"}
    for name in sorted(names):
        wanted[ICONS / f"{name}.svg"] = icons / "icons" / f"{name}.svg"
    for weight in WEIGHTS:
        file = f"{FAMILY}_{weight}.ttf"
        wanted[FONTS / file] = fonts / weight / file
    missing = [source.name for source in wanted.values() if not source.is_file()]
    if missing:
        raise RuntimeError(f"not in the package: {', '.join(missing)}")
    return wanted


def differing(wanted: dict[Path, Path]) -> list[Path]:
    """Shipped files that are missing or have other bytes than their source."""
    return [
        target
        for target, source in wanted.items()
        if not target.is_file() or target.read_bytes() != source.read_bytes()
    ]


def shipped_icons() -> set[str]:
    """Names of the icons that ``resources`` has."""
    return {path.stem for path in ICONS.glob("*.svg")}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--add", nargs="+", default=[], metavar="ICON")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kpdesk-assets-") as folder:
        try:
            icons = unpacked(ICON_PACKAGE, Path(folder, "icons"))
            fonts = unpacked(FONT_PACKAGE, Path(folder, "fonts"))
            wanted = sources(icons, fonts, shipped_icons() | set(arguments.add))
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(error, file=sys.stderr)
            return 2
        changed = differing(wanted)
        for target in changed:
            print(f"{'differs' if arguments.check else 'written'}: {target.relative_to(ROOT)}")
            if not arguments.check:
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(wanted[target], target)
        print(f"{len(wanted)} files of {ICON_PACKAGE} and {FONT_PACKAGE}, {len(changed)} of them differ")
    return int(arguments.check and bool(changed))


if __name__ == "__main__":
    raise SystemExit(main())
