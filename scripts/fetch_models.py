"""Copies the face-detection model out of the package that publishes it.

    python scripts/fetch_models.py           resources/models anew
    python scripts/fetch_models.py --check   says what differs, writes nothing; exit status 1 if anything

Version and SHA-256 are fixed here. The package comes through npm, from the registry that this machine is set
up for. ``resources/models/LICENSE.txt`` is written by hand: the package names its licence in a field only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

if __package__ in {None, ""}:  # started as a file: its siblings are found from the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.fetch_assets import ROOT, unpacked

MODELS = ROOT / "resources" / "models"
PACKAGE = "@mediapipe/face_detection@0.4.1657300184"
LICENCE = "Apache-2.0"
SHA256 = {
    "face_detection_short_range.tflite": "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
}


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def published(package: Path) -> dict[str, bytes]:
    """The models in the unpacked package. Raises RuntimeError when one is missing or not the pinned one, or
    when the package is under another licence."""
    licence = json.loads((package / "package.json").read_text("utf-8")).get("license")
    if licence != LICENCE:
        raise RuntimeError(f"{PACKAGE} is under {licence}, not {LICENCE}")
    found: dict[str, bytes] = {}
    for name, expected in SHA256.items():
        path = package / name
        if not path.is_file():
            raise RuntimeError(f"not in the package: {name}")
        found[name] = path.read_bytes()
        if digest(found[name]) != expected:
            raise RuntimeError(f"{name} is not the pinned one")
    return found


def differing(models: dict[str, bytes]) -> list[Path]:
    """Shipped models that are missing or have other bytes, and files that no package brings."""
    targets = {MODELS / name: data for name, data in models.items()}
    wrong = [path for path, data in targets.items() if not path.is_file() or path.read_bytes() != data]
    known = {*targets, MODELS / "LICENSE.txt"}
    return wrong + sorted(path for path in MODELS.glob("*") if path not in known)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kpdesk-models-") as folder:
        try:
            models = published(unpacked(PACKAGE, Path(folder, "models")))
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            print(error, file=sys.stderr)
            return 2
    changed = differing(models)
    for target in changed:
        ours = target.name in models
        print(f"{'written' if ours and not arguments.check else 'differs'}: {target.relative_to(ROOT)}")
        if ours and not arguments.check:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(models[target.name])
    print(f"{len(models)} model of {PACKAGE}, {len(changed)} files differ")
    return int(arguments.check and bool(changed))


if __name__ == "__main__":
    raise SystemExit(main())
