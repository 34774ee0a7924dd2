"""Recorded pictures and voices for tests; they are too large to live beside the code."""

from __future__ import annotations

import os
from pathlib import Path


def media_folder() -> Path:
    """``$KPDESK_TEST_MEDIA``, or the folder ``shared/media`` beside this checkout; it may not exist."""
    given = os.environ.get("KPDESK_TEST_MEDIA")
    return Path(given) if given else Path(__file__).resolve().parents[3] / "shared" / "media"


def media_file(name: str) -> Path:
    """One recording; raises ``FileNotFoundError`` with the words that help."""
    path = media_folder() / name
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} is missing: point KPDESK_TEST_MEDIA to the folder with the test media"
        )
    return path
