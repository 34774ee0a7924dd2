"""Looks through the camera: is it there, may we, does it deliver, and what is in the picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from kpdesk.base.clock import Clock, SystemClock
from kpdesk.checks.ports import (
    CameraFrame,
    Cameras,
    DeviceHolders,
    Image,
    OpenedCamera,
    Permission,
    ProbeContext,
    Resource,
)
from kpdesk.checks.thresholds import CameraThresholds
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import DeviceKind
from kpdesk.domain.preflight import (
    Measurement,
    ProbeCode,
    ProbeGroup,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
)

if TYPE_CHECKING:
    from kpdesk.checks.faces import Face
    from kpdesk.checks.picture import FaceFigures, Glance, PictureFigures

WARM_UP_S: Final = 0.5
"""Left out: the camera sets its exposure."""
LOOK_S: Final = 2.5
"""Ten spans of ``picture.SPAN_S``, and a breath is half drawn in it."""
LONGEST_S: Final = 5.0
LEAST_FRAMES: Final = 8
"""A slow camera is looked at for longer, ``LONGEST_S`` at most."""
STALL_S: Final = 2.0
"""Without a picture for so long, it stopped."""
PLACEHOLDER_PLAIN: Final = 0.85
"""A drawn picture that a camera shows while its shutter is closed: one colour but for a sign."""
GRAINY: Final = 0.2
"""From this share of even places with new noise, a sensor is behind the picture. Measured: 0.4 to 0.97 with a
sensor, 0.0 to 0.1 where a still picture is encoded anew."""
REPEATED: Final = 0.2
RECURRING: Final = 0.1
CLIPPED: Final = 0.4
"""Share of pixels at full white that washes a picture out."""
NARROWEST, WIDEST = 1.2, 2.0
"""Width over height: 5:4 to 18:9. Visits are shown in 16:9 (4:3 is common, and fits)."""
RATE_TOLERANCE: Final = 0.97
"""A camera of 15 frames a second delivers 14.985 (NTSC), and one more or less in the time of the look."""
STRETCHED: Final = 0.5
"""Share of looks that show a face in another shape than faces have."""

FAILING: Final = frozenset(
    {
        ProbeCode.CAMERA_NOT_FOUND,
        ProbeCode.CAMERA_DENIED,
        ProbeCode.CAMERA_IN_USE,
        ProbeCode.CAMERA_FAILED,
        ProbeCode.CAMERA_NO_FRAME,
        ProbeCode.CAMERA_COVERED,
        ProbeCode.CAMERA_FROZEN,
        ProbeCode.CAMERA_VERY_SLOW,
    }
)
"""With these there is no picture of the person; all others are hints."""
_OPENING: Final = {
    ErrorCode.CAMERA_NOT_FOUND: ProbeCode.CAMERA_NOT_FOUND,
    ErrorCode.CAMERA_DENIED: ProbeCode.CAMERA_DENIED,
    ErrorCode.CAMERA_IN_USE: ProbeCode.CAMERA_IN_USE,
}


class Watch(Protocol):
    """What looks at the pictures (``picture.PictureWatch``)."""

    @property
    def frames(self) -> int: ...

    @property
    def frame_rate(self) -> float: ...

    def add(self, image: Image, timestamp_s: float, sequence: int) -> Glance: ...

    def figures(self) -> PictureFigures: ...


def picture_watch() -> Watch:
    """With the shipped face finder. Loads OpenCV and the model: call it off the GUI thread."""
    from kpdesk.checks.faces import BlazeFace
    from kpdesk.checks.picture import PictureWatch

    return PictureWatch(BlazeFace())


@dataclass(frozen=True, slots=True)
class _Looked:
    """One camera that delivered."""

    figures: PictureFigures
    first_frame_s: float
    stalled: bool


class CameraProbe:
    """``ports.Probe``: about 3.5 s with a camera that works."""

    name = ProbeName.CAMERA
    group = ProbeGroup.CAMERA
    needs: frozenset[ProbeName] = frozenset()
    after: frozenset[ProbeName] = frozenset()
    uses = frozenset({Resource.CAMERA})

    def __init__(
        self,
        cameras: Cameras,
        choice: Callable[[], str | None],
        holders: DeviceHolders,
        thresholds: CameraThresholds | None = None,
        *,
        make_watch: Callable[[], Watch] = picture_watch,
        clock: Clock | None = None,
    ) -> None:
        """``choice``: id of the wished camera when the probe begins, ``None`` for the system's default."""
        self._cameras = cameras
        self._choice = choice
        self._holders = holders
        self._limits = thresholds if thresholds is not None else CameraThresholds()
        self._make_watch = make_watch
        self._clock: Clock = clock if clock is not None else SystemClock()

    @property
    def timeout_s(self) -> float:
        """Waking a camera up, its first picture, the look, and the person who is asked for leave."""
        return self._limits.first_frame_s + LONGEST_S + 20.0

    async def run(self, context: ProbeContext) -> ProbeResult:
        started_s = self._clock.monotonic_s()
        measured: list[Measurement] = []
        codes: list[ProbeCode] = []
        subject = ""
        try:
            subject = await self._see(context, codes, measured)
        except DeviceError as error:
            code = _OPENING.get(error.code, ProbeCode.CAMERA_FAILED)
            codes.insert(0, code)
        if ProbeCode.CAMERA_IN_USE in codes:
            subject = ", ".join(await asyncio.to_thread(self._holders.programs, DeviceKind.CAMERA))
        return ProbeResult(
            self.name,
            _status(codes),
            tuple(codes),
            tuple(measured),
            duration_s=self._clock.monotonic_s() - started_s,
            subject=subject,
        )

    async def _see(self, context: ProbeContext, codes: list[ProbeCode], measured: list[Measurement]) -> str:
        """The name of the camera that was looked at. Raises DeviceError when none can be opened."""
        if await self._cameras.permission(ask=True) is Permission.DENIED:
            codes.append(ProbeCode.CAMERA_DENIED)
            return ""
        devices = self._cameras.devices()
        measured.append(Measurement("cameras", len(devices)))
        if not devices:
            codes.append(ProbeCode.CAMERA_NOT_FOUND)
            return ""
        wished = self._choice()
        if wished is not None and wished not in {device.id for device in devices}:
            codes.append(ProbeCode.CAMERA_MISSING)
            wished = None
        watch = await asyncio.to_thread(self._make_watch)
        opening_s = self._clock.monotonic_s()
        async with self._cameras.opened(wished) as camera:
            first = await self._first(camera, opening_s)
            if isinstance(first, ProbeCode):
                codes.insert(0, first)
                return camera.device.name
            looked = await self._look(camera, first, watch, opening_s, context)
        measured += measurements(looked.figures, looked.first_frame_s)
        if looked.stalled:
            codes.insert(0, ProbeCode.CAMERA_FROZEN)
        found = findings(looked.figures, self._limits)
        codes[:] = sorted(dict.fromkeys([*codes, *found]), key=lambda code: code not in FAILING)
        return camera.device.name

    async def _first(self, camera: OpenedCamera, opening_s: float) -> CameraFrame | ProbeCode:
        """The first picture, or why there is none.

        Some systems open a camera that another program has and then deliver nothing, so silence is that
        if the system names such a program. Otherwise it is no more than silence.
        """
        try:
            return await camera.frame(self._limits.first_frame_s)
        except TimeoutError:
            pass
        except DeviceError as error:
            waited_s = self._clock.monotonic_s() - opening_s
            if error.code is not ErrorCode.CAMERA_IN_USE or waited_s < 0.8 * self._limits.first_frame_s:
                raise
        held = await asyncio.to_thread(self._holders.programs, DeviceKind.CAMERA)
        return ProbeCode.CAMERA_IN_USE if held else ProbeCode.CAMERA_NO_FRAME

    async def _look(
        self,
        camera: OpenedCamera,
        first: CameraFrame,
        watch: Watch,
        opening_s: float,
        context: ProbeContext,
    ) -> _Looked:
        frame, stalled = first, False
        while True:
            elapsed_s = frame.timestamp_s - first.timestamp_s
            if elapsed_s >= WARM_UP_S:
                glance = await asyncio.to_thread(watch.add, frame.image, frame.timestamp_s, frame.sequence)
                fraction = min(1.0, elapsed_s / (WARM_UP_S + LOOK_S))
                context.tell(fraction, _live(frame, watch.frame_rate, glance))
            if elapsed_s >= LONGEST_S or (elapsed_s >= WARM_UP_S + LOOK_S and watch.frames >= LEAST_FRAMES):
                break
            try:
                frame = await camera.frame(STALL_S)
            except TimeoutError:
                stalled = True
                break
        if watch.frames == 0:
            await asyncio.to_thread(watch.add, frame.image, frame.timestamp_s, frame.sequence)
        figures = await asyncio.to_thread(watch.figures)
        return _Looked(figures, max(0.0, first.timestamp_s - opening_s), stalled)


def findings(seen: PictureFigures, limits: CameraThresholds) -> list[ProbeCode]:
    """What the figures say, most important first. A covered or frozen picture tells nothing of light and
    faces, and in the dark it is no wonder that no face is found."""
    found: list[ProbeCode] = []
    covered, frozen = _is_covered(seen, limits), _is_frozen(seen, limits)
    if covered:
        found.append(ProbeCode.CAMERA_COVERED)
    elif frozen:
        found.append(ProbeCode.CAMERA_FROZEN)
    very_slow = seen.frame_rate < RATE_TOLERANCE * limits.frame_rate_fail
    if seen.frames > 1 and very_slow:
        found.append(ProbeCode.CAMERA_VERY_SLOW)
    if not covered and not frozen:
        found += _light_and_face(seen, limits)
    if seen.frames > 1 and not very_slow and seen.frame_rate < RATE_TOLERANCE * limits.frame_rate_good:
        found.append(ProbeCode.CAMERA_SLOW)
    if not covered and _is_odd(seen, limits):
        found.append(ProbeCode.CAMERA_ODD_SHAPE)
    if seen.width < limits.width_small_px or seen.height < limits.height_small_px:
        found.append(ProbeCode.CAMERA_SMALL)
    return found


def measurements(seen: PictureFigures, first_frame_s: float) -> tuple[Measurement, ...]:
    """For the report: figures, nothing that shows or names anybody."""
    result = [
        Measurement("first_frame", round(first_frame_s, 2), Unit.SECONDS),
        Measurement("frame_rate", round(seen.frame_rate, 1), Unit.FRAMES_PER_SECOND),
        Measurement("width", seen.width, Unit.PIXELS),
        Measurement("height", seen.height, Unit.PIXELS),
        Measurement("frames", seen.frames),
        Measurement("frames_different", seen.different),
        Measurement("luma", round(seen.luma, 1)),
        Measurement("luma_deviation", round(seen.deviation, 1)),
        Measurement("clipped", _percent(seen.clipped), Unit.PERCENT),
        Measurement("detail", _percent(seen.detailed), Unit.PERCENT),
        Measurement("grain", _percent(seen.grain), Unit.PERCENT),
        Measurement("motion", round(seen.motion, 2)),
        Measurement("bars", _percent(max(seen.bars_across, seen.bars_beside)), Unit.PERCENT),
    ]
    face = seen.face
    result.append(Measurement("face_seen", _percent(face.share if face else 0.0), Unit.PERCENT))
    if face is not None:
        result += _face_box(face)
        result += [
            Measurement("face_luma", round(face.luma, 1)),
            Measurement("face_highlight", round(face.highlight, 1)),
            Measurement("around_luma", round(face.around, 1)),
        ]
    return tuple(result)


def _status(codes: list[ProbeCode]) -> ProbeStatus:
    if FAILING.intersection(codes):
        return ProbeStatus.FAILED
    return ProbeStatus.WARNING if codes else ProbeStatus.PASSED


def _is_covered(seen: PictureFigures, limits: CameraThresholds) -> bool:
    """Nothing in the picture stays but smooth light; or it is the drawing shown behind a closed shutter. A
    picture at full white has lost its detail to the light: a covered lens gives no white."""
    if seen.clipped > CLIPPED:
        return False
    drawn = seen.plain >= PLACEHOLDER_PLAIN and seen.frames > 1 and seen.different == 1
    return seen.detailed < limits.covered_detail or drawn


def _is_frozen(seen: PictureFigures, limits: CameraThresholds) -> bool:
    """No new picture comes, or what changes is an encoder's work.

    Repeated pictures alone are no proof: cameras and virtual cameras repeat them when light is low. Neither
    is a still scene: a wall stands still, and its noise is new in each picture.
    """
    if seen.frames < LEAST_FRAMES:
        return False
    if seen.different <= 1 + limits.frozen_rate * seen.seconds:
        return True
    if seen.motion >= limits.frozen_motion:
        return False
    if seen.recurring >= RECURRING:
        return True
    face = _sure_face(seen, limits)
    lifeless = face is not None and face.motion < limits.frozen_motion
    repeated = 1 - seen.different / seen.frames
    return seen.grain < GRAINY and (lifeless or repeated >= REPEATED)


def _light_and_face(seen: PictureFigures, limits: CameraThresholds) -> list[ProbeCode]:
    found: list[ProbeCode] = []
    face = _sure_face(seen, limits)
    if face is None:
        if seen.luma < limits.dark_luma:
            return [ProbeCode.CAMERA_TOO_DARK]
        if seen.luma > limits.bright_luma or seen.clipped > CLIPPED:
            found.append(ProbeCode.CAMERA_TOO_BRIGHT)
        if seen.looks:
            found.append(ProbeCode.CAMERA_NO_FACE)
        return found
    backlit = face.around - face.luma >= limits.backlit_difference
    if backlit and face.highlight < limits.backlit_highlight:
        found.append(ProbeCode.CAMERA_BACKLIT)
    elif face.highlight < limits.dark_luma:
        found.append(ProbeCode.CAMERA_TOO_DARK)
    elif face.luma > limits.bright_luma:
        found.append(ProbeCode.CAMERA_TOO_BRIGHT)
    if face.stretched > STRETCHED:  # its shape is told; its size means nothing
        return found
    if face.height < limits.face_small:
        found.append(ProbeCode.CAMERA_FACE_SMALL)
    elif face.height > limits.face_large:
        found.append(ProbeCode.CAMERA_FACE_LARGE)
    away = max(abs(face.left + face.width / 2 - 0.5), abs(face.top + face.height / 2 - 0.5))
    if away > limits.face_off_centre:
        found.append(ProbeCode.CAMERA_FACE_OFF_CENTRE)
    return found


def _sure_face(seen: PictureFigures, limits: CameraThresholds) -> FaceFigures | None:
    face = seen.face
    return face if face is not None and face.share >= limits.face_share else None


def _is_odd(seen: PictureFigures, limits: CameraThresholds) -> bool:
    """Upright, far too wide, black bars, or a face that is drawn wide or tall."""
    if not NARROWEST <= seen.width / seen.height <= WIDEST:
        return True
    if max(seen.bars_across, seen.bars_beside) > limits.bars_share:
        return True
    face = _sure_face(seen, limits)
    return face is not None and face.stretched > STRETCHED


def _live(frame: CameraFrame, frame_rate: float, glance: Glance) -> tuple[Measurement, ...]:
    """While it looks, for the screen."""
    height, width = frame.image.shape[:2]
    result = [
        Measurement("frame_rate", round(frame_rate, 1), Unit.FRAMES_PER_SECOND),
        Measurement("width", int(width), Unit.PIXELS),
        Measurement("height", int(height), Unit.PIXELS),
        Measurement("luma", round(glance.luma, 1)),
    ]
    return tuple(result + (_face_box(glance.face) if glance.face is not None else []))


def _face_box(face: Face | FaceFigures) -> list[Measurement]:
    """In per cent of the picture's width and height."""
    return [
        Measurement(f"face_{side}", _percent(getattr(face, side)), Unit.PERCENT)
        for side in ("left", "top", "width", "height")
    ]


def _percent(share: float) -> float:
    return round(100 * share, 1)
