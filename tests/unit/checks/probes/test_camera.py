"""The camera probe on generated and recorded pictures: what passes, what fails, what must not be mistaken."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from kpdesk.checks.ports import ProbeContext
from kpdesk.checks.probes.camera import FAILING, CameraProbe
from kpdesk.checks.thresholds import CameraThresholds
from kpdesk.domain.errors import DeviceError, ErrorCode
from kpdesk.domain.media import Permission
from kpdesk.domain.preflight import Measurement, ProbeCode, ProbeResult, ProbeStatus
from tests.fakes.cameras import FakeCameras, FakeHolders
from tests.helpers.camera_scenes import (
    HEIGHT,
    WIDTH,
    Image,
    Light,
    Sensor,
    encoded_anew,
    jpeg,
    lens_cover,
    man_in_car,
    placed,
    rabbit,
    room,
    scaled,
    swaying,
    wall,
)

COUNT = 48
"""At 15 frames a second: half a second to warm up and two and a half to look."""
Code = ProbeCode


def shot(light: Light, **sensor: float) -> list[Image]:
    """One still scene through a sensor."""
    camera = Sensor(**sensor)  # type: ignore[arg-type]
    return [camera.shoot(light) for _ in range(COUNT)]


def man(change: Callable[[Image], Image | Light] = lambda image: image, *, noise: float = 1.5) -> list[Image]:
    """The man in the car, changed, through a sensor."""
    camera = Sensor(noise=noise)
    return [camera.shoot(np.asarray(change(image), np.float32)) for image in man_in_car()[:COUNT]]


def filling(image: Image) -> Image:
    """640 x 360, his face half as high as the picture."""
    return scaled(image, WIDTH, 524)[60:420]


@functools.cache
def good() -> list[Image]:
    """All is well with them."""
    return man(filling)


def portrait() -> Image:
    return filling(man_in_car()[0])


def dimmed(image: Image, factor: float) -> Image:
    return np.asarray(np.clip(image * factor, 0, 255), np.uint8)


def stretched(factor: float) -> Callable[[Image], Image]:
    """Drawn ``factor`` times too wide, of the same size."""

    def change(image: Image) -> Image:
        wide = np.asarray(cv2.resize(placed(image, 0.9), (round(WIDTH * factor), HEIGHT)), np.uint8)
        middle = wide.shape[1] // 2
        return wide[:, max(0, middle - WIDTH // 2) : middle + WIDTH // 2]

    return change


def barred(rows: int, columns: int) -> Callable[[Image], Image]:
    """With black bars above and below, left and right."""

    def change(image: Image) -> Image:
        part = scaled(image, WIDTH - 2 * columns, HEIGHT - 2 * rows)
        return np.pad(part, ((rows, rows), (columns, columns), (0, 0)))

    return change


def shutter_sign() -> Image:
    """What some laptops show while the shutter is closed."""
    image = np.full((HEIGHT, WIDTH, 3), 35, np.uint8)
    cv2.circle(image, (320, 180), 40, (150, 150, 150), 6)
    cv2.line(image, (290, 210), (350, 150), (150, 150, 150), 6)
    return image


def each_twice_and_more(images: Sequence[Image], times: int) -> list[Image]:
    return [image for image in images for _ in range(times)][:COUNT]


async def looked(
    images: Sequence[Image], rate: float = 15.0, *, missed: int = 1
) -> tuple[ProbeResult, list[tuple[float, tuple[Measurement, ...]]]]:
    cameras = FakeCameras(images, rate=rate)
    cameras.deliver_step = missed
    told: list[tuple[float, tuple[Measurement, ...]]] = []
    probe = CameraProbe(cameras, lambda: None, FakeHolders(), clock=cameras.clock)
    context = ProbeContext({}, lambda fraction, figures: told.append((fraction, figures)))
    result = await probe.run(context)
    assert cameras.open_now == 0
    return result, told


async def codes(images: Sequence[Image], rate: float = 15.0, *, missed: int = 1) -> tuple[ProbeCode, ...]:
    return (await looked(images, rate, missed=missed))[0].codes


# --- all is well ------------------------------------------------------------------------------------------


async def test_somebody_in_front_of_a_good_camera_passes() -> None:
    result, told = await looked(good())
    assert (result.status, result.codes) == (ProbeStatus.PASSED, ())
    assert result.subject == "Built-in camera"
    assert result.measured("frame_rate") == pytest.approx(15, abs=0.1)
    assert (result.measured("width"), result.measured("height")) == (WIDTH, HEIGHT)
    assert result.measured("face_seen") == 100
    assert result.measured("face_height") == pytest.approx(49, abs=5)
    assert result.duration_s == pytest.approx(3.1, abs=0.3)
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert {one.name for one in told[-1][1]} >= {"frame_rate", "luma", "face_left", "face_height"}


@pytest.mark.parametrize("pixels", [0.5, 0.8])
@pytest.mark.parametrize("through", ["sensor", "a noise filter", "vp8", "libx264"])
async def test_somebody_who_holds_still_is_not_frozen(through: str, pixels: float) -> None:
    lights = list(swaying(portrait(), COUNT, pixels=pixels))
    clean = [np.asarray(np.clip(light, 0, 255), np.uint8) for light in lights]
    if through == "sensor":
        sensor = Sensor(noise=1.0)
        clean = [sensor.shoot(light) for light in lights]
    elif through != "a noise filter":
        clean = encoded_anew(clean, "libvpx" if through == "vp8" else through)
    assert await codes(clean) == ()


async def test_a_dark_skin_in_good_light_before_a_white_wall_is_well_lit() -> None:
    white: Light = np.full((HEIGHT, WIDTH, 3), 205, np.float32)
    assert await codes(man(lambda image: placed(dimmed(image, 0.72), 0.9, behind=white))) == ()


async def test_a_camera_that_repeats_pictures_in_low_light_is_not_frozen() -> None:
    six = man(filling, noise=3)[:16]
    assert await codes(each_twice_and_more(six, 3), rate=15) == ()


async def test_pictures_that_were_not_taken_count_as_delivered() -> None:
    result, _ = await looked(good(), rate=30, missed=2)
    assert result.measured("frame_rate") == pytest.approx(30, abs=0.5)


# --- covered ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "images",
    [
        pytest.param(lambda: shot(lens_cover(0), noise=0, pattern=0), id="black"),
        pytest.param(lambda: shot(lens_cover(4), noise=6, pattern=1, hot=20), id="black and noise"),
        pytest.param(
            lambda: shot(lens_cover(30), noise=12, pattern=1, hot=20), id="brighter than 20 by noise"
        ),
        pytest.param(lambda: shot(lens_cover(10), noise=4, blotch=5, hot=20), id="blotches of a filter"),
        pytest.param(
            lambda: shot(lens_cover(110, slope=60), noise=8, pattern=1, hot=10), id="gained to grey"
        ),
        pytest.param(
            lambda: shot(lens_cover(90, colour=(0.3, 0.4, 1.6), slope=120), noise=8), id="a finger, red"
        ),
        pytest.param(lambda: shot(lens_cover(190, slope=80), noise=4), id="white tape"),
        pytest.param(
            lambda: [jpeg(image, 70) for image in shot(lens_cover(110, slope=60), noise=8)], id="grey, MJPEG"
        ),
        pytest.param(lambda: encoded_anew(shot(lens_cover(8), noise=6), "libvpx"), id="dark, VP8"),
        pytest.param(lambda: [shutter_sign()] * COUNT, id="the sign of a closed shutter"),
    ],
)
async def test_a_covered_lens(images: Callable[[], list[Image]]) -> None:
    result, _ = await looked(images())
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_COVERED,))


@pytest.mark.parametrize("light", [0.05, 0.08, 0.15, 0.3])
async def test_a_dark_room_is_dark_and_not_covered(light: float) -> None:
    assert await codes(shot(np.asarray(room() * light, np.float32), noise=6, pattern=0.6, hot=10)) == (
        Code.CAMERA_TOO_DARK,
    )


async def test_a_camera_out_of_focus_is_not_covered() -> None:
    blurred = np.asarray(cv2.GaussianBlur(room(), (0, 0), 12), np.float32)
    assert await codes(shot(blurred, noise=3)) == (Code.CAMERA_NO_FACE,)


# --- frozen -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "images",
    [
        pytest.param(lambda: [portrait()] * COUNT, id="one picture again and again"),
        pytest.param(lambda: [jpeg(portrait(), 80)] * COUNT, id="MJPEG of one picture"),
        pytest.param(
            lambda: [jpeg(portrait(), int(q)) for q in np.random.default_rng(3).integers(55, 92, COUNT)],
            id="MJPEG of one picture, its quality regulated",
        ),
        pytest.param(lambda: encoded_anew([portrait()] * COUNT, "libvpx"), id="VP8"),
        pytest.param(lambda: encoded_anew([portrait()] * COUNT, "libx264"), id="H.264"),
        pytest.param(lambda: encoded_anew([portrait()] * COUNT, "mpeg4"), id="MPEG-4"),
        pytest.param(lambda: encoded_anew(good()[:1] * COUNT, "libvpx"), id="VP8 of its noise"),
        pytest.param(lambda: encoded_anew(shot(room())[:1] * COUNT, "libx264"), id="nobody in it"),
        pytest.param(lambda: [*good()[:2]] * (COUNT // 2), id="two pictures in turn"),
    ],
)
async def test_a_frozen_camera_that_still_delivers(images: Callable[[], list[Image]]) -> None:
    result, _ = await looked(images())
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_FROZEN,))


@pytest.mark.parametrize(
    "images",
    [
        pytest.param(lambda: shot(wall(), noise=0.5), id="little noise"),
        pytest.param(lambda: shot(wall(), noise=2), id="noise"),
        pytest.param(lambda: [jpeg(image, 50) for image in shot(wall(), noise=0.5)], id="strong MJPEG"),
        pytest.param(lambda: encoded_anew(shot(wall(), noise=1), "libvpx"), id="VP8"),
        pytest.param(lambda: encoded_anew(shot(room(), noise=0.7), "mpeg4"), id="MPEG-4"),
        pytest.param(lambda: each_twice_and_more(shot(wall(), noise=2), 3), id="pictures repeated"),
    ],
)
async def test_a_still_wall_is_not_frozen(images: Callable[[], list[Image]]) -> None:
    assert await codes(images()) == (Code.CAMERA_NO_FACE,)


@pytest.mark.parametrize("quality", [None, 70])
async def test_a_photograph_before_a_real_camera_is_not_frozen(quality: int | None) -> None:
    images = shot(portrait().astype(np.float32), noise=1)
    assert await codes([jpeg(image, quality) for image in images] if quality else images) == ()


async def test_a_camera_that_stops_is_frozen() -> None:
    result, _ = await looked(good()[:25])
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_FROZEN,))
    assert (await looked(good()[:2]))[0].codes == (Code.CAMERA_FROZEN,)


# --- rate, size, shape ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (3.0, (ProbeStatus.FAILED, (Code.CAMERA_VERY_SLOW,))),
        (4.7, (ProbeStatus.FAILED, (Code.CAMERA_VERY_SLOW,))),
        (5.1, (ProbeStatus.WARNING, (Code.CAMERA_SLOW,))),
        (14.4, (ProbeStatus.WARNING, (Code.CAMERA_SLOW,))),
        (14.985, (ProbeStatus.PASSED, ())),
        (30.0, (ProbeStatus.PASSED, ())),
    ],
)
async def test_the_frame_rate(rate: float, expected: tuple[ProbeStatus, tuple[ProbeCode, ...]]) -> None:
    result, _ = await looked(good() * 2, rate)
    assert (result.status, result.codes) == expected


async def test_a_small_picture() -> None:
    assert await codes(list(man_in_car()[:COUNT])) == (Code.CAMERA_SMALL,)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(barred(45, 0), id="bars above and below"),
        pytest.param(barred(0, 100), id="bars left and right"),
        pytest.param(stretched(2.4), id="drawn wide"),
        pytest.param(stretched(3.16), id="upright drawn to lie"),
        pytest.param(lambda image: scaled(image, 700, 574)[:, 160:520], id="upright"),
        pytest.param(lambda image: scaled(image, 900, 736)[150:510], id="far too wide"),
    ],
)
async def test_an_odd_shape(change: Callable[[Image], Image]) -> None:
    found = await codes(man(change))
    assert set(found) - {Code.CAMERA_SMALL} == {Code.CAMERA_ODD_SHAPE}


async def test_dark_places_at_the_edges_are_no_bars() -> None:
    light = room()
    light[: HEIGHT // 6] *= np.linspace(0.05, 1, HEIGHT // 6, dtype=np.float32)[:, None, None]
    light[-HEIGHT // 6 :, WIDTH // 3 :] = 15
    assert await codes(shot(light)) == (Code.CAMERA_NO_FACE,)


# --- light ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda image: filling(image) * np.float32(0.2), Code.CAMERA_TOO_DARK, id="dark"),
        pytest.param(lambda image: filling(image) * np.float32(0.35), Code.CAMERA_TOO_DARK, id="dim"),
        pytest.param(lambda image: filling(image) + np.float32(140), Code.CAMERA_TOO_BRIGHT, id="bright"),
        pytest.param(
            lambda image: placed(
                dimmed(image, 0.25), 0.9, behind=np.full((HEIGHT, WIDTH, 3), 235, np.float32)
            ),
            Code.CAMERA_BACKLIT,
            id="a window behind",
        ),
    ],
)
async def test_the_light(change: Callable[[Image], Image | Light], expected: ProbeCode) -> None:
    result, _ = await looked(man(change))
    assert (result.status, result.codes) == (ProbeStatus.WARNING, (expected,))


async def test_a_picture_that_is_all_white_is_too_bright_and_not_covered() -> None:
    found = await codes(shot(np.asarray(room() * 0.2 + 225, np.float32)))
    assert found[0] is Code.CAMERA_TOO_BRIGHT
    assert not FAILING.intersection(found)


# --- face -------------------------------------------------------------------------------------------------


async def test_nobody_is_there() -> None:
    result, _ = await looked(shot(room()))
    assert (result.status, result.codes) == (ProbeStatus.WARNING, (Code.CAMERA_NO_FACE,))


async def test_a_drawn_animal_is_nobody() -> None:
    assert await codes([*rabbit(), *rabbit()]) == (Code.CAMERA_NO_FACE,)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda image: placed(image, 0.36), Code.CAMERA_FACE_SMALL, id="far away"),
        pytest.param(
            lambda image: scaled(image[45:105, 55:115], 640, 480), Code.CAMERA_FACE_LARGE, id="close"
        ),
        pytest.param(lambda image: placed(image, 0.8, x=0.15), Code.CAMERA_FACE_OFF_CENTRE, id="at the side"),
        pytest.param(lambda image: placed(image, 0.7, y=0.85), Code.CAMERA_FACE_OFF_CENTRE, id="low"),
        pytest.param(lambda image: placed(image, 0.7, y=0.1), Code.CAMERA_FACE_OFF_CENTRE, id="high"),
    ],
)
async def test_where_the_face_is(change: Callable[[Image], Image], expected: ProbeCode) -> None:
    result, _ = await looked(man(change))
    assert (result.status, result.codes) == (ProbeStatus.WARNING, (expected,))


# --- the device -------------------------------------------------------------------------------------------


def probe_of(cameras: FakeCameras, *holders: str, wished: str | None = None) -> CameraProbe:
    return CameraProbe(cameras, lambda: wished, FakeHolders(*holders), clock=cameras.clock)


async def run(probe: CameraProbe) -> ProbeResult:
    return await probe.run(ProbeContext({}, lambda _fraction, _figures: None))


async def test_the_wished_one_is_looked_at() -> None:
    cameras = FakeCameras(good())
    result = await run(probe_of(cameras, wished="desk"))
    assert (cameras.opened_ids, result.subject, result.codes) == (["desk"], "Desk camera", ())
    assert result.measured("cameras") == 2


async def test_a_missing_one_is_told_and_the_default_looked_at() -> None:
    cameras = FakeCameras(good())
    result = await run(probe_of(cameras, wished="yesterday's"))
    assert cameras.opened_ids == ["built-in"]
    assert (result.status, result.codes) == (ProbeStatus.WARNING, (Code.CAMERA_MISSING,))


async def test_what_fails_comes_before_what_is_missing() -> None:
    cameras = FakeCameras(shot(lens_cover(4), noise=6))
    result = await run(probe_of(cameras, wished="yesterday's"))
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_COVERED, Code.CAMERA_MISSING))


async def test_no_camera_at_all() -> None:
    result = await run(probe_of(FakeCameras(devices=())))
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_NOT_FOUND,))


async def test_not_allowed_is_known_before_anything_is_opened() -> None:
    cameras = FakeCameras(good())
    cameras.answer = Permission.DENIED
    result = await run(probe_of(cameras))
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_DENIED,))
    assert cameras.opened_ids == []


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ErrorCode.CAMERA_NOT_FOUND, Code.CAMERA_NOT_FOUND),
        (ErrorCode.CAMERA_DENIED, Code.CAMERA_DENIED),
        (ErrorCode.CAMERA_IN_USE, Code.CAMERA_IN_USE),
        (ErrorCode.CAMERA_FAILED, Code.CAMERA_FAILED),
    ],
)
async def test_why_it_does_not_open(error: ErrorCode, expected: ProbeCode) -> None:
    cameras = FakeCameras()
    cameras.refuses = DeviceError(error)
    result = await run(probe_of(cameras, "Zoom"))
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (expected,))
    assert result.subject == ("Zoom" if expected is Code.CAMERA_IN_USE else "")


async def test_it_opens_and_stays_silent() -> None:
    cameras = FakeCameras()
    result = await run(probe_of(cameras))
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_NO_FRAME,))
    assert (result.subject, cameras.open_now) == ("Built-in camera", 0)
    assert result.duration_s == pytest.approx(CameraThresholds().first_frame_s)


@pytest.mark.parametrize("breaks", [None, DeviceError(ErrorCode.CAMERA_IN_USE)])
async def test_silent_because_another_program_has_it(breaks: DeviceError | None) -> None:
    cameras = FakeCameras()
    cameras.breaks = breaks
    result = await run(probe_of(cameras, "Zoom", "Microsoft Teams"))
    assert (result.codes, result.subject) == ((Code.CAMERA_IN_USE,), "Zoom, Microsoft Teams")


async def test_silence_that_is_taken_for_another_program_is_silence_when_none_is_named() -> None:
    cameras = FakeCameras()
    cameras.breaks = DeviceError(ErrorCode.CAMERA_IN_USE)
    assert (await run(probe_of(cameras))).codes == (Code.CAMERA_NO_FRAME,)


async def test_it_breaks_while_it_is_looked_at() -> None:
    cameras = FakeCameras(good()[:20])
    cameras.breaks = DeviceError(ErrorCode.CAMERA_FAILED)
    result = await run(probe_of(cameras))
    assert (result.status, result.codes) == (ProbeStatus.FAILED, (Code.CAMERA_FAILED,))
    assert cameras.open_now == 0


async def test_cancelling_lets_the_camera_go() -> None:
    cameras = FakeCameras(good())
    begun = asyncio.Event()
    context = ProbeContext({}, lambda _fraction, _figures: begun.set())
    running = asyncio.ensure_future(probe_of(cameras).run(context))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert cameras.open_now == 0


async def test_a_size_that_changes_while_the_camera_starts_is_no_trouble() -> None:
    """Some begin with a small picture."""
    first = [scaled(image, 320, 240) for image in man_in_car()[:9]]
    cameras = FakeCameras([*first, *good()])
    result = await run(probe_of(cameras))
    assert (result.codes, result.measured("width")) == ((), WIDTH)


async def test_thresholds_are_those_that_were_given() -> None:
    cameras = FakeCameras(good())
    limits = CameraThresholds(frame_rate_good=24)
    probe = CameraProbe(cameras, lambda: None, FakeHolders(), limits, clock=cameras.clock)
    assert (await run(probe)).codes == (Code.CAMERA_SLOW,)
