"""Fails when a translation is unfinished, misses a text of the program, or loses a placeholder.

    python scripts/check_translations.py

A fresh collection of every text is compared with ``translations/kpdesk_*.ts``; `dev.py translate` writes it.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"\{[a-z_]*\}|%n")
Text = tuple[str, str]
"""Context and source."""


def texts(path: Path) -> dict[Text, tuple[str, bool]]:
    """Each text of a .ts file of ours: the translation, and whether it is finished."""
    found: dict[Text, tuple[str, bool]] = {}
    root = ElementTree.parse(path).getroot()  # noqa: S314 - a file of this repository
    for context in root.findall("context"):
        name = context.findtext("name", "")
        for message in context.findall("message"):
            translation = message.find("translation")
            words = "".join(translation.itertext()) if translation is not None else ""
            finished = translation is not None and translation.get("type") is None and bool(words.strip())
            found[name, message.findtext("source", "")] = (words, finished)
    return found


def problems(translated: dict[Text, tuple[str, bool]], wanted: set[Text]) -> Iterator[str]:
    """One line for each text that is not ready to ship."""
    for context, source in sorted(wanted - translated.keys()):
        yield f"missing: {context}: {source!r}"
    for context, source in sorted(translated.keys() - wanted):
        yield f"no longer in the program: {context}: {source!r}"
    for (context, source), (words, finished) in sorted(translated.items()):
        if not finished:
            yield f"unfinished: {context}: {source!r}"
        elif sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(words)):
            yield f"placeholders differ: {context}: {source!r} -> {words!r}"


def program_texts() -> set[Text]:
    """Every text of the program, collected now. Raises RuntimeError without Qt's tool."""
    tool = Path(sys.executable).parent / "pyside6-lupdate"
    command = str(tool) if tool.exists() else shutil.which("pyside6-lupdate")
    if command is None:
        raise RuntimeError("pyside6-lupdate is not installed: run `dev.py setup`")
    with tempfile.TemporaryDirectory(prefix="kpdesk-texts-") as folder:
        fresh = Path(folder) / "kpdesk_xx.ts"
        sources = [str(path) for path in sorted((ROOT / "src").rglob("*.py"))]
        subprocess.run(
            [command, "-silent", "-locations", "none", *sources, "-ts", str(fresh)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return set(texts(fresh))


def main() -> int:
    files = sorted((ROOT / "translations").glob("kpdesk_*.ts"))
    if not files:
        print("there is no translation", file=sys.stderr)
        return 1
    wanted = program_texts()
    failed = False
    for path in files:
        for line in problems(texts(path), wanted):
            failed = True
            print(f"{path.name}: {line}", file=sys.stderr)
    if not failed:
        print(f"{len(files)} translation of {len(wanted)} texts: complete")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
