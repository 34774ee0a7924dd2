"""Where each system has the page of its settings that a finding asks for."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kpdesk.domain.media import DeviceKind
from kpdesk.media.devices.permission import settings_url
from kpdesk.ui.viewmodels.preflight_steps import Remedy

_MAC: Final = "x-apple.systempreferences:"
_PAGES: Final[Mapping[str, Mapping[Remedy, str]]] = {
    "win32": {
        Remedy.SOUND_SETTINGS: "ms-settings:sound",
        Remedy.NETWORK_SETTINGS: "ms-settings:network-status",
        Remedy.CLOCK_SETTINGS: "ms-settings:dateandtime",
        Remedy.UPDATE_SETTINGS: "ms-settings:windowsupdate",
        Remedy.STORAGE_SETTINGS: "ms-settings:storagesense",
    },
    "darwin": {
        Remedy.SOUND_SETTINGS: _MAC + "com.apple.Sound-Settings.extension",
        Remedy.NETWORK_SETTINGS: _MAC + "com.apple.Network-Settings.extension",
        Remedy.CLOCK_SETTINGS: _MAC + "com.apple.Date-Time-Settings.extension",
        Remedy.UPDATE_SETTINGS: _MAC + "com.apple.Software-Update-Settings.extension",
        Remedy.STORAGE_SETTINGS: _MAC + "com.apple.settings.Storage",
    },
}
"""Microsoft's list of ``ms-settings:`` addresses; of macOS, the identifiers of System Settings since 13. A
Linux desktop has no address that all share."""


def settings_pages(platform: str = sys.platform) -> Mapping[Remedy, str]:
    """The address of each page that this system can open."""
    pages = dict(_PAGES.get(platform, {}))
    for remedy, kind in (
        (Remedy.CAMERA_SETTINGS, DeviceKind.CAMERA),
        (Remedy.MICROPHONE_SETTINGS, DeviceKind.MICROPHONE),
    ):
        address = settings_url(kind, platform)
        if address is not None:
            pages[remedy] = address
    return MappingProxyType(pages)
