"""Keeps what a page of the visit asks for."""

from __future__ import annotations

from kpdesk.domain.media import DeviceKind


class Commands:
    """``ui.windows.call_commands.CallCommands``; ``asked`` are the commands in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def toggle_microphone(self) -> None:
        self.asked.append(("microphone",))

    def toggle_camera(self) -> None:
        self.asked.append(("camera",))

    def choose_device(self, kind: DeviceKind, device_id: str | None) -> None:
        self.asked.append(("device", kind, device_id))

    def set_volume(self, volume: float) -> None:
        self.asked.append(("volume", volume))

    def send_chat(self, text: str) -> None:
        self.asked.append(("chat", text))

    def set_chat_open(self, is_open: bool) -> None:
        self.asked.append(("chat-open", is_open))

    def rejoin(self) -> None:
        self.asked.append(("rejoin",))
