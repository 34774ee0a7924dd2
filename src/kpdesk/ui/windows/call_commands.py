"""What the pages of a visit may ask for. ``CallViewModel`` does it."""

from __future__ import annotations

from typing import Protocol

from kpdesk.domain.media import DeviceKind


class CallCommands(Protocol):
    """Commands without answers: what happens is in the next snapshot."""

    def toggle_microphone(self) -> None: ...

    def toggle_camera(self) -> None: ...

    def choose_device(self, kind: DeviceKind, device_id: str | None) -> None: ...

    def set_volume(self, volume: float) -> None: ...

    def send_chat(self, text: str) -> None: ...

    def set_chat_open(self, is_open: bool) -> None: ...

    def rejoin(self) -> None: ...
