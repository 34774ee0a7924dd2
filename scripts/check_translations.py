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
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
PLACEHOLDER = re.compile(r"\{[a-z_]*\}|%n")
Text = tuple[str, str]
"""Context and source."""


@dataclass(frozen=True)
class Translation:
    """What a .ts file says for one text: one form, or each plural form of the language."""

    forms: tuple[str, ...]
    finished: bool
    counted: bool = False


def texts(path: Path) -> dict[Text, Translation]:
    """Each text of a .ts file of ours."""
    found: dict[Text, Translation] = {}
    root = ElementTree.parse(path).getroot()  # noqa: S314 - a file of this repository
    for context in root.findall("context"):
        name = context.findtext("name", "")
        for message in context.findall("message"):
            translation = message.find("translation")
            if translation is None:
                forms: tuple[str, ...] = ()
            elif message.get("numerus") == "yes":
                forms = tuple("".join(form.itertext()) for form in translation.findall("numerusform"))
            else:
                forms = ("".join(translation.itertext()),)
            finished = translation is not None and translation.get("type") is None
            whole = finished and bool(forms) and all(form.strip() for form in forms)
            counted = message.get("numerus") == "yes"
            found[name, message.findtext("source", "")] = Translation(forms, whole, counted)
    return found


def wanted_in(path: Path, program: dict[Text, Translation]) -> set[Text]:
    """The texts that ``path`` has to hold: the program speaks English, whose file has plural forms alone."""
    english = path.stem.endswith("_en")
    return {text for text, found in program.items() if found.counted or not english}


def problems(translated: dict[Text, Translation], wanted: set[Text]) -> Iterator[str]:
    """One line for each text that is not ready to ship."""
    for context, source in sorted(wanted - translated.keys()):
        yield f"missing: {context}: {source!r}"
    for context, source in sorted(translated.keys() - wanted):
        yield f"no longer in the program: {context}: {source!r}"
    for (context, source), translation in sorted(translated.items()):
        if not translation.finished:
            yield f"unfinished: {context}: {source!r}"
            continue
        for words in translation.forms:
            missing = set(PLACEHOLDER.findall(source)) ^ set(PLACEHOLDER.findall(words))
            # "one minute" may do without its number
            if missing - ({"%n"} if translation.counted else set()):
                yield f"placeholders differ: {context}: {source!r} -> {words!r}"


def program_texts() -> dict[Text, Translation]:
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
        return texts(fresh)


def main() -> int:
    files = sorted((ROOT / "translations").glob("kpdesk_*.ts"))
    if not files:
        print("there is no translation", file=sys.stderr)
        return 1
    program = program_texts()
    failed = False
    for path in files:
        translated = texts(path)
        wanted = wanted_in(path, program)
        if path.stem.endswith("_en"):  # `dev.py translate` adds the other texts, which stay as they are
            translated = {text: found for text, found in translated.items() if text in wanted}
        for line in problems(translated, wanted):
            failed = True
            print(f"{path.name}: {line}", file=sys.stderr)
    if not failed:
        print(f"{len(files)} translations of {len(program)} texts: complete")
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
