"""Finds the files that ship with kpdesk, in a checkout, in a wheel and in a frozen tree."""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def resource_root() -> Path:
    """The folder that holds ``fonts``, ``icons``, ``profiles``, ``sounds`` and ``translations``."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "resources"
    if packed.is_dir():
        return packed
    return package.parent.parent / "resources"


def resource_path(*parts: str) -> Path:
    """Path of one shipped file; raises ``FileNotFoundError`` when it is missing."""
    path = resource_root().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"kpdesk is incomplete: resources/{'/'.join(parts)} is missing")
    return path
