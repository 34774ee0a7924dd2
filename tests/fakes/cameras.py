"""Cameras that deliver what a test says, as fast as they are asked, on a clock that they move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import numpy as np
import numpy.typing as npt

from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import CameraFrame, Device, DeviceKind, Permission
from tests.fakes.clock import FakeClock

Image = npt.NDArray[np.uint8]
TWO = (
    Device(DeviceKind.CAMERA, "built-in", "Built-in camera", is_default=True),
    Device(DeviceKind.CAMERA, "desk", "Desk camera"),
)


class FakeOpenedCamera:
    """``kpdesk.checks.ports.OpenedCamera``."""

    def __init__(self, cameras: FakeCameras, device: Device) -> None:
        self._cameras = cameras
        self._images = iter(cameras.images)
        self._sequence = -1
        self._device = device

    @property
    def device(self) -> Device:
        return self._device

    async def frame(self, timeout_s: float) -> CameraFrame:
        await asyncio.sleep(0)
        cameras = self._cameras
        image = next(self._images, None)
        if image is None:
            cameras.clock.advance(timeout_s)
            if cameras.breaks is not None:
                raise cameras.breaks
            raise TimeoutError
        step = 1 if self._sequence < 0 else cameras.deliver_step
        self._sequence += step
        cameras.clock.advance(step / cameras.rate)
        return CameraFrame(image, cameras.clock.monotonic_s(), self._sequence)


class FakeCameras:
    """``kpdesk.checks.ports.Cameras``."""

    def __init__(
        self,
        images: Iterable[Image] = (),
        *,
        rate: float = 15.0,
        clock: FakeClock | None = None,
        devices: tuple[Device, ...] = TWO,
    ) -> None:
        self.images = images
        self.rate = rate
        """Frames a second."""
        self.deliver_step = 1
        """More than 1: whoever takes them is slower than the camera, and misses some."""
        self.clock = clock if clock is not None else FakeClock()
        self.answer = Permission.GRANTED
        self.refuses: DeviceError | None = None
        """Raised instead of opening."""
        self.breaks: DeviceError | None = None
        """Raised instead of a time-out, when there are no more images."""
        self.opened_ids: list[str] = []
        self.open_now = 0
        self._devices = devices

    def devices(self) -> tuple[Device, ...]:
        return self._devices

    async def permission(self, *, ask: bool) -> Permission:
        return self.answer

    @asynccontextmanager
    async def opened(self, device_id: str | None) -> AsyncIterator[FakeOpenedCamera]:
        if self.refuses is not None:
            raise self.refuses
        for device in self._devices:
            if device.id == device_id or (device_id is None and device.is_default):
                break
        else:
            raise DeviceError(ErrorCode.CAMERA_NOT_FOUND, retryable=True)
        self.opened_ids.append(device.id)
        self.open_now += 1
        try:
            yield FakeOpenedCamera(self, device)
        finally:
            self.open_now -= 1


class FakeHolders:
    """``kpdesk.checks.ports.DeviceHolders``."""

    def __init__(self, *names: str) -> None:
        self.names = names

    def programs(self, kind: DeviceKind) -> tuple[str, ...]:
        return self.names if kind is DeviceKind.CAMERA else ()
