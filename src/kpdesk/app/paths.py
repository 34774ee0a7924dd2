"""Where kpdesk keeps its files. ``--profile-dir`` moves all of them, for kiosks and developers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class ProfilePaths:
    """Settings, encrypted session and cache, logs."""

    config: Path
    data: Path
    logs: Path

    @property
    def key(self) -> Path:
        """Identifies this profile among others of the same person."""
        return self.config


def profile_paths(override: Path | None) -> ProfilePaths:
    """The system's own places, or three folders under ``override``."""
    if override is not None:
        root = override.expanduser().resolve()
        return ProfilePaths(root / "config", root / "data", root / "logs")
    return ProfilePaths(
        platformdirs.user_config_path("kpdesk", appauthor=False, roaming=False),
        platformdirs.user_data_path("kpdesk", appauthor=False, roaming=False),
        platformdirs.user_log_path("kpdesk", appauthor=False),
    )
