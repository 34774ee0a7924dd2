"""Writes the table of dependencies in ``docs/licences.md`` from the metadata of what is installed.

    python scripts/licences.py           write it
    python scripts/licences.py --check   only say whether it is up to date and acceptable

What runs on another system than this one, or with another Python, is named in ``ELSEWHERE``.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "licences.md"
BEGIN, END = "<!-- table of scripts/licences.py -->", "<!-- end of the table -->"

SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "win32": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
    "darwin": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True)
class Part:
    """One distribution that kpdesk needs when it runs."""

    name: str
    licence: str
    direct: bool
    where: str = ""


ELSEWHERE: Mapping[str, tuple[str, str]] = {
    "pywin32-ctypes": ("BSD-3-Clause", "Windows"),
    "backports-tarfile": ("MIT", "Python 3.11"),
    "importlib-metadata": ("Apache-2.0", "Python 3.11"),
    "zipp": ("MIT", "Python 3.11"),
    "lazy-importer": ("Apache-2.0", "Python 3.11"),
    "typing-extensions": ("PSF-2.0", ""),
    "jeepney": ("MIT", "Linux"),
    "pulsectl": ("MIT", "Linux"),
    "pycaw": ("MIT", "Windows"),
    "comtypes": ("MIT", "Windows"),
    "secretstorage": ("BSD-3-Clause", "Linux"),
    "pyside6-pdf": ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "Python 3.12 and newer"),
    "pyside6-webengine": ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "Python 3.12 and newer"),
}
"""Licence and place of distributions that not every system and Python has."""

SPDX: Mapping[str, str] = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}
"""Older ways to say it."""

ACCEPTED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
    }
)
"""Licences under which a part may come along with an Apache-2.0 program. The GPL is not among them."""


def canonical(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def acceptable(expression: str) -> bool:
    """Whether an SPDX expression of names, AND, OR and parentheses can be met with ``ACCEPTED``."""
    tokens = re.findall(r"[()]|[^\s()]+", expression)
    value, rest = _either(tokens)
    if rest:
        raise ValueError(f"not understood: {expression}")
    return value


def _either(tokens: Sequence[str]) -> tuple[bool, Sequence[str]]:
    value, rest = _both(tokens)
    while rest and rest[0] == "OR":
        other, rest = _both(rest[1:])
        value = value or other
    return value, rest


def _both(tokens: Sequence[str]) -> tuple[bool, Sequence[str]]:
    value, rest = _one(tokens)
    while rest and rest[0] == "AND":
        other, rest = _one(rest[1:])
        value = value and other
    return value, rest


def _one(tokens: Sequence[str]) -> tuple[bool, Sequence[str]]:
    if not tokens:
        raise ValueError("the expression ends too early")
    if tokens[0] == "(":
        value, rest = _either(tokens[1:])
        return value, rest[1:]
    if tokens[1:2] == ["WITH"]:
        return tokens[0] in ACCEPTED, tokens[3:]
    return tokens[0] in ACCEPTED, tokens[1:]


def licence_of(name: str) -> str | None:
    """The SPDX expression of an installed distribution; ``None`` when it is not installed here."""
    try:
        metadata = importlib.metadata.metadata(name).json
    except importlib.metadata.PackageNotFoundError:
        return None
    classifiers = [one for one in metadata.get("classifier", []) if one.startswith("License ::")]
    said = str(metadata.get("license_expression") or metadata.get("license") or "")
    candidates = [said, SPDX.get(said, ""), *(SPDX.get(one, "") for one in classifiers)]
    for candidate in candidates:
        try:
            if candidate and candidate not in SPDX:
                acceptable(candidate)
                return candidate
        except ValueError:
            continue
    raise SystemExit(f"{name} does not say its licence in a form that is understood: {said[:60]!r}")


def requirements(name: str) -> list[Requirement]:
    """What a distribution asks for; nothing when it is not installed here."""
    try:
        return [Requirement(line) for line in importlib.metadata.requires(name) or []]
    except importlib.metadata.PackageNotFoundError:
        return []


def closure(environment: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    """Every distribution that kpdesk needs in one environment, and whether kpdesk itself asks for it."""
    direct = {canonical(one.name) for one in _holding(requirements("kpdesk"), environment)}
    waiting, seen = sorted(direct), set(direct)
    while waiting:
        name = waiting.pop()
        yield name, name in direct
        for requirement in _holding(requirements(name), environment):
            found = canonical(requirement.name)
            if found not in seen:
                seen.add(found)
                waiting.append(found)


def _holding(wanted: Sequence[Requirement], environment: Mapping[str, str]) -> list[Requirement]:
    given = {**environment, "extra": ""}
    return [one for one in wanted if one.marker is None or one.marker.evaluate(given)]


def environments() -> Iterator[Mapping[str, str]]:
    """Each system with each Python."""
    for system in SYSTEMS.values():
        for python in PYTHONS:
            yield {**system, "python_version": python, "python_full_version": f"{python}.0"}


def parts() -> list[Part]:
    """Everything that comes along, by name, in any of the environments."""
    found: dict[str, bool] = {}
    for environment in environments():
        for name, direct in closure(environment):
            found[name] = found.get(name, False) or direct
    for name in ELSEWHERE:
        found.setdefault(name, False)
    result = []
    for name, direct in sorted(found.items()):
        known, where = ELSEWHERE.get(name, ("", ""))
        licence = licence_of(name) or known
        if not licence:
            raise SystemExit(f"{name} is not installed here and not named in ELSEWHERE")
        result.append(Part(name, licence, direct, where))
    return result


def table(listed: Sequence[Part]) -> str:
    """As Markdown."""
    lines = ["| part | licence | asked for by | only on |", "| --- | --- | --- | --- |"]
    for part in listed:
        by = "kpdesk" if part.direct else "another part"
        lines.append(f"| {part.name} | {part.licence} | {by} | {part.where} |")
    return "\n".join(lines)


def insert(document: str, text: str) -> str:
    """The document with ``text`` between its two marks."""
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{DOCUMENT.name} has lost the marks of its table")
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def names_in(document: str) -> dict[str, str]:
    """Name and licence of each line of the document's table."""
    text = document.partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()]
    return {row[0]: row[1] for row in rows[2:] if len(row) == 4}


def troubles(document: str, listed: Sequence[Part]) -> list[str]:
    """What is wrong: a part that may not come along, or that the document does not name rightly."""
    written = names_in(document)
    found = [
        f"{part.name}: {part.licence} is not accepted" for part in listed if not acceptable(part.licence)
    ]
    for part in listed:
        if written.get(part.name) != part.licence:
            found.append(f"{part.name}: the document says {written.get(part.name)}, it is {part.licence}")
    return found


def main(arguments: Sequence[str]) -> int:
    """Write or check; exit status 1 when something is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args(arguments)
    listed = parts()
    document = DOCUMENT.read_text("utf-8")
    if not options.check:
        document = insert(document, table(listed))
        DOCUMENT.write_text(document, encoding="utf-8")
    wrong = troubles(document, listed)
    for line in wrong:
        print(line)
    print(f"{len(listed)} parts, {'all accepted' if not wrong else f'{len(wrong)} to look at'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
