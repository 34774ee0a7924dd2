"""The self-test's checks of sound and picture. No camera, microphone or speaker is opened."""

from __future__ import annotations

import asyncio
import importlib
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from kpdesk.app.self_test import CheckFailedError
from kpdesk.base.resources import resource_path

WIDTH, HEIGHT, FRAMES = 320, 180, 12
LEAST_PSNR_DB = 30.0
"""Below this a person sees that it is not the same picture."""
RATE_HZ = 48_000
SOUNDS = ("ring.wav", "speaker_test.wav")


def sounds() -> str:
    """The sounds that kpdesk plays can be read and are not silent."""
    return check_sounds([resource_path("sounds", name) for name in SOUNDS])


def check_sounds(files: list[Path]) -> str:
    """Read 16-bit ``files``; raises CheckFailedError for one in which nothing is heard."""
    for file in files:
        with wave.open(str(file)) as sound:
            if sound.getsampwidth() != 2:
                raise CheckFailedError(f"{file.name} does not hold 16-bit samples")
            samples = np.frombuffer(sound.readframes(sound.getnframes()), np.int16)
        if samples.size == 0 or int(np.abs(samples.astype(np.int32)).max()) < 1000:
            raise CheckFailedError(f"{file.name} is silent")
    return ", ".join(file.name for file in files)


# --- video codecs -----------------------------------------------------------------------------------------


def moving_picture(number: int) -> NDArray[np.uint8]:
    """An RGB picture, height x width x 3, with soft colours and a bar that moves with ``number``."""
    across = np.linspace(40, 200, WIDTH, dtype=np.float32)[None, :]
    down = np.linspace(40, 200, HEIGHT, dtype=np.float32)[:, None]
    picture = np.stack(np.broadcast_arrays(across, down, (across + down) / 2), axis=2).astype(np.uint8)
    left = 20 + 8 * number
    picture[40:140, left : left + 40] = (230, 60, 60)
    return picture


def vp8() -> str:
    """VP8, with which visits are held: what comes out is what went in."""
    psnr = round_trip("libvpx", "vp8", {"deadline": "realtime", "cpu-used": "8"})
    return f"{FRAMES} pictures there and back, {psnr:.0f} dB"


def h264() -> str:
    """H.264 where this build has it. kpdesk's visits are held in VP8, so its absence is no fault."""
    if "h264" not in av.codecs_available:
        return "not in this build; visits use VP8"
    if "libx264" not in av.codecs_available:
        return "can be decoded, cannot be encoded by this build, so it was not tried"
    psnr = round_trip("libx264", "h264", {"preset": "ultrafast", "tune": "zerolatency"})
    return f"{FRAMES} pictures there and back, {psnr:.0f} dB"


def _codec(name: str, mode: str) -> av.CodecContext:
    try:
        return av.CodecContext.create(name, mode)  # type: ignore[call-overload,no-any-return]
    except (ValueError, av.FFmpegError) as error:
        raise CheckFailedError(f"there is no codec {name}") from error


def round_trip(encoder_name: str, decoder_name: str, options: dict[str, str]) -> float:
    """Encode and decode pictures; the lowest PSNR in dB. Raises CheckFailedError for lost or ugly ones."""
    encoder, decoder = _codec(encoder_name, "w"), _codec(decoder_name, "r")
    assert isinstance(encoder, av.VideoCodecContext)  # noqa: S101 - for the type checker
    assert isinstance(decoder, av.VideoCodecContext)  # noqa: S101 - for the type checker
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.bit_rate, encoder.time_base, encoder.framerate = 1_000_000, Fraction(1, 30), Fraction(30)
    encoder.options = options
    packets = []
    for number in range(FRAMES):
        frame = av.VideoFrame.from_ndarray(moving_picture(number), format="rgb24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, 30)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    pictures = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    if len(pictures) != FRAMES:
        raise CheckFailedError(f"{FRAMES} pictures went in, {len(pictures)} came out")
    worst = min(
        psnr_db(moving_picture(number), picture.to_ndarray(format="rgb24"))
        for number, picture in enumerate(pictures)
    )
    if worst < LEAST_PSNR_DB:
        raise CheckFailedError(f"pictures come back damaged ({worst:.0f} dB)")
    return worst


def psnr_db(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Peak signal to noise ratio of two 8-bit pictures of one size."""
    error = float(np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255.0**2 / error))


# --- sound ------------------------------------------------------------------------------------------------


def speech_like(seconds: float, seed: int) -> NDArray[np.float32]:
    """Syllables of noise below 4 kHz, -20 dBFS, mono at 48 kHz: what an echo canceller is made for."""
    random = np.random.default_rng(seed)
    count = int(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum[(hertz < 150) | (hertz > 4000)] = 0
    noise = np.fft.irfft(spectrum / np.maximum(hertz, 1.0) ** 0.5, count)
    noise /= np.sqrt(np.mean(noise**2))
    time = np.arange(count) / RATE_HZ
    syllables = np.clip(np.sin(2 * np.pi * 3.1 * time) + 0.6, 0, None)
    return (0.1 * noise * syllables).astype(np.float32)


def level_db(sound: NDArray[np.float32]) -> float:
    """RMS in dBFS; -120 for silence."""
    return float(20 * np.log10(max(float(np.sqrt(np.mean(sound.astype(np.float64) ** 2))), 1e-6)))


OPUS_SECONDS = 2.0
OPUS_BLOCK = RATE_HZ // 50
LOST_EVERY = 10
MOST_OPUS_DELAY = RATE_HZ // 40
LEAST_LIKENESS = 0.8
"""Correlation of what was said and what is heard; a codec for speech changes the wave a little."""


def opus() -> str:
    """Opus with forward error correction: a lost packet is repaired from the next one."""
    said = speech_like(OPUS_SECONDS, seed=3)
    packets = opus_packets(said)
    repaired, heard = decode_with_losses(packets, LOST_EVERY)
    alike = likeness(said, heard)
    if repaired == 0:
        raise CheckFailedError("no packet carries what repairs the one before it")
    if alike < LEAST_LIKENESS:
        raise CheckFailedError(f"speech comes back changed (likeness {alike:.2f})")
    return f"{len(packets)} packets, {repaired} lost ones repaired, likeness {alike:.2f}"


def opus_packets(said: NDArray[np.float32]) -> list[bytes]:
    """Mono sound at 48 kHz, encoded as a visit does, 20 ms a packet."""
    encoder = _codec("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)  # noqa: S101 - for the type checker
    encoder.sample_rate, encoder.layout, encoder.format = RATE_HZ, "mono", "s16"
    encoder.bit_rate = 32_000
    encoder.options = {"application": "voip", "fec": "1", "packet_loss": "20", "frame_duration": "20"}
    whole = as_int16(said)
    packets = []
    for start in range(0, whole.size - whole.size % OPUS_BLOCK, OPUS_BLOCK):
        block = whole[None, start : start + OPUS_BLOCK]
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    return [bytes(packet) for packet in packets]


def decode_with_losses(packets: Sequence[bytes], lost_every: int) -> tuple[int, NDArray[np.float32]]:
    """Decode while each ``lost_every``-th packet is missing; how many were repaired, and the sound."""
    from kpdesk.media.opus import OpusDecoder, has_repair_data

    decoder = OpusDecoder()
    heard, repaired = [], 0
    for number, packet in enumerate(packets):
        if number % lost_every or number + 1 == len(packets):
            heard.append(decoder.decode(packet))
        elif has_repair_data(packets[number + 1]):
            heard.append(decoder.repair(packets[number + 1], OPUS_BLOCK))
            repaired += 1
        else:
            heard.append(decoder.conceal(OPUS_BLOCK))
    return repaired, as_float(np.concatenate(heard))


def as_int16(sound: NDArray[np.float32]) -> NDArray[np.int16]:
    """Samples of -1..1 as a sound card takes them."""
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)


def as_float(sound: NDArray[np.int16]) -> NDArray[np.float32]:
    """Samples of a sound card as -1..1."""
    return sound.astype(np.float32) * np.float32(1 / 32768)


def likeness(said: NDArray[np.float32], heard: NDArray[np.float32]) -> float:
    """The best correlation, -1..1, with ``heard`` up to ``MOST_OPUS_DELAY`` samples later or earlier."""
    size = min(said.size, heard.size) - 2 * MOST_OPUS_DELAY
    if size <= 0:
        return 0.0
    middle = said[MOST_OPUS_DELAY : MOST_OPUS_DELAY + size]
    # every lag at once: the window of ``heard`` is longer by both margins
    window = heard[: size + 2 * MOST_OPUS_DELAY]
    products = np.fft.irfft(
        np.fft.rfft(window, 2 * window.size) * np.conj(np.fft.rfft(middle, 2 * window.size))
    )[: 2 * MOST_OPUS_DELAY + 1]
    powers = np.concatenate([[0.0], np.cumsum(window.astype(np.float64) ** 2)])
    energy = powers[size:] - powers[:-size]
    scale = np.sqrt(energy[: products.size] * float(np.sum(middle.astype(np.float64) ** 2)))
    return float(np.max(products / np.maximum(scale, 1e-9)))


ECHO_DELAY_S = 0.06
ECHO_GAIN = 0.4
LEAST_ECHO_LOSS_DB = 15.0
"""What the far side must be rid of once the canceller has heard it for two seconds."""
MOST_VOICE_LOSS_DB = 6.0


def audio_processing() -> str:
    """WebRTC's audio processing removes the far side's echo and leaves the patient's voice."""
    far, voice = speech_like(4.0, seed=1), speech_like(4.0, seed=2)
    delay = int(ECHO_DELAY_S * RATE_HZ)
    echo = np.concatenate([np.zeros(delay, np.float32), ECHO_GAIN * far[:-delay]])
    silence = np.zeros_like(far)
    # compared with the same sound while nothing is played: then it is no echo, and the gain counts for both
    echo_loss = level_db(_last_half(process(echo, silence))) - level_db(_last_half(process(echo, far)))
    voice_loss = level_db(_last_half(voice)) - level_db(_last_half(process(voice, silence)))
    if echo_loss < LEAST_ECHO_LOSS_DB:
        raise CheckFailedError(f"an echo is only {echo_loss:.0f} dB softer")
    if voice_loss > MOST_VOICE_LOSS_DB:
        raise CheckFailedError(f"a voice becomes {voice_loss:.0f} dB softer")
    return f"an echo becomes {echo_loss:.0f} dB softer, a voice {-voice_loss:+.0f} dB"


def process(near: NDArray[np.float32], far: NDArray[np.float32]) -> NDArray[np.float32]:
    """What is left of the microphone's sound ``near`` while the speaker plays ``far``; mono, 48 kHz."""
    from kpdesk.media.audio_processing import WebRtcAudioProcessor
    from kpdesk.media.ring import BLOCK

    module = WebRtcAudioProcessor()
    module.set_delay_ms(round(ECHO_DELAY_S * 1000))
    whole_near, whole_far = as_int16(near), as_int16(far)
    starts = range(0, near.size - near.size % BLOCK, BLOCK)
    cleaned = [module.process(whole_near[n : n + BLOCK], whole_far[n : n + BLOCK]) for n in starts]
    return as_float(np.concatenate(cleaned))


def _last_half(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    return sound[sound.size // 2 :]


# --- devices ----------------------------------------------------------------------------------------------


def face_finder() -> str:
    """The model of the check's camera step loads, and sees nobody in an empty room."""
    import cv2

    from kpdesk.checks.faces import BlazeFace

    if BlazeFace().find(np.full((360, 640, 3), 120, np.uint8)) is not None:
        raise CheckFailedError("found a face where there is none")
    return f"OpenCV {cv2.__version__}"


def devices() -> str:
    """Cameras and sound cards can be listed; none is opened, and having none is no fault."""
    from kpdesk.app.self_test_screen import application
    from kpdesk.media.devices.watch import read_devices

    application()
    lists = read_devices()
    # by name, for its version alone: what it can open stays with media.devices
    _number, portaudio = importlib.import_module("sounddevice").get_portaudio_version()
    counted = (
        f"{len(lists.cameras)} cameras",
        f"{len(lists.microphones)} microphones",
        f"{len(lists.speakers)} speakers",
    )
    return f"{', '.join(counted)}; {portaudio.partition(',')[0]}"


# --- a call -----------------------------------------------------------------------------------------------

CALL_SECONDS = 3.0
LEAST_CALL_FRAMES = 5


def local_call() -> str:
    """kpdesk calls itself: two peers in this process, picture and sound both ways."""
    from kpdesk.media.loopback import local_call as call

    result = asyncio.run(call(CALL_SECONDS))
    if min(result.video_frames) < LEAST_CALL_FRAMES:
        raise CheckFailedError(f"pictures received: {result.video_frames[0]} and {result.video_frames[1]}")
    if not result.ok:
        raise CheckFailedError(f"sound received: {result.sound_level[0]:.3f} and {result.sound_level[1]:.3f}")
    width, height = result.size
    return f"{min(result.video_frames)} pictures of {width} x {height} and sound, both ways"
