"""Does what the speaker plays come back through the microphone: how late, how loud, or not at all.

Four soft sweeps are played, up and down in turn. Their gaps are drawn anew each time, so that neither the
same check on the computer beside this one, nor music, nor a talking person can look like them. What was
recorded is whitened, compressed by each sweep's matched filter, and only a delay on which all of them
agree counts: a hum, a knock or a voice fits one of them at best. The peak has to stand out from the lags
at which no echo can be and from every other lag of the same recording.

Coupling is in dB from the samples that were played to those that were recorded: 0 dB is as loud as played.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]
Signal = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]

RATE_HZ = 48_000
LOW_HZ, HIGH_HZ = 300.0, 6000.0
"""What a laptop's loudspeaker gives and a voice channel keeps."""
SWEEP_S = 0.24
SWEEPS = 4
GAPS_S = (0.02, 0.10)
SOFT, CLEAR = 0.1, 0.5
"""Peak of the sweeps: soft for a first try (-20 dBFS), clear where it was too loud to tell."""
BEFORE_S = 0.45
"""To be recorded before the first sweep: sound in which no echo can be."""
AFTER_S = 0.8
"""To be recorded after the last one: the longest delay and some reverberation."""
LONGEST_S = 0.6
"""No delay beyond this is looked for: Bluetooth speakers, the slowest, stay below 0.4 s."""
AGREE_S = 0.0002
"""How far the sweeps may differ. Within one second 100 ppm between two cards are 0.1 ms."""
MOST_DRIFT_PPM = 300.0
"""Two cards differ by 100 ppm, bad ones by twice that; what seems to differ more is chance."""
COHERENT = 0.6
"""Likeness of the sweeps at the peak, phases included. In the simulated rooms an echo has 0.8 to 1, and what
a voice or music leaves where four filters happen to meet is around 0 and never 0.5."""
COHERENT_WITHIN_S = 0.0004
CERTAIN = 7.0
"""Times what all sweeps agree on at most lags. In the simulated rooms of ``tests/helpers/rooms.py`` noise,
hum, speech, music and typing reach 1.6 at the median and never 5; an echo that matters begins at 11."""
STANDS_OUT = 1.2
"""Times the highest peak at any other lag."""
REVERBERATION_S = 0.25
"""Peaks up to this long after the echo are its own."""
DIRECT = 0.4
"""The direct sound is the first peak of at least this share of the highest one ..."""
DIRECT_WITHIN_S = 0.015
"""... if it is not further before it than this, as the first reflections of a room are behind."""
TAIL_S = 0.06
"""An echo has most of its energy within this time."""
SPREAD_DB = 6.0
"""A room spreads an echo over time: its peak lies this far below its energy, and further seldom."""
DEAF_PEAK = 2
"""A recording that never exceeds this is a microphone that gives nothing, not a quiet room."""
_SMOOTH_HZ = 25.0
_STEP = 3
_LAG_HZ = RATE_HZ // _STEP
"""Lags are looked at in these steps: the band needs no finer ones."""


class LoopKind(StrEnum):
    LOUDSPEAKER = "loudspeaker"
    """The sweeps came back: the path is proven."""
    HEADSET = "headset"
    """They did not, or very weakly, and an echo that matters would have been found."""
    UNKNOWN = "unknown"
    """It was too loud to tell, or the microphone gave nothing."""


@dataclass(frozen=True, slots=True)
class LoopMeasure:
    """One recording, judged."""

    kind: LoopKind
    delay_ms: float | None = None
    """From handing the first sample to the speaker's card until its sound came from the microphone's."""
    coupling_db: float | None = None
    """Of the whole echo with its reverberation, within the band; ``None`` when there was none."""
    limit_db: float = 0.0
    """An echo with this coupling would still have been found."""
    certainty: float = 0.0
    """Height of the best peak over what it needs; from 1 on there is an echo."""
    deaf: bool = False
    """The microphone gave nothing at all, or too little to look at."""
    drift_ppm: float | None = None
    """How much faster the microphone's clock runs than the speaker's, roughly: a second is a short time."""


@dataclass(frozen=True, slots=True)
class Sweeps:
    """What is played: mono, and where each sweep begins."""

    samples: Samples
    starts: tuple[int, ...]

    @classmethod
    def drawn(cls, random: np.random.Generator, *, peak: float = SOFT) -> Sweeps:
        """Sweeps with new gaps. ``peak``: 0..1."""
        size = round(SWEEP_S * RATE_HZ)
        starts = [0]
        for gap in random.uniform(*GAPS_S, SWEEPS - 1):
            starts.append(starts[-1] + size + round(float(gap) * _LAG_HZ) * _STEP)
        whole = np.zeros(starts[-1] + size)
        for number, start in enumerate(starts):
            whole[start : start + size] = one_sweep(number) * peak
        return cls(np.round(whole * 32767).astype(np.int16), tuple(starts))

    @property
    def seconds(self) -> float:
        return self.samples.size / RATE_HZ


def one_sweep(number: int) -> Signal:
    """A tone that climbs from LOW_HZ to HIGH_HZ, or falls back when ``number`` is odd; peak 1, soft edges.

    Equal times for equal intervals would put most of it where rooms hum, for equal steps in Hz it hisses;
    this is between the two.
    """
    count = round(SWEEP_S * RATE_HZ)
    at = np.arange(count) / count
    phase = 2 * np.pi * np.cumsum(LOW_HZ + (HIGH_HZ - LOW_HZ) * at**1.5) / RATE_HZ
    edge = round(0.15 * count)
    window = np.ones(count)
    window[:edge] = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / edge)
    window[-edge:] = window[:edge][::-1]
    sweep = np.sin(phase) * window
    return np.asarray(sweep[::-1] if number % 2 else sweep, np.float64)


def measure_loop(played: Sweeps, recorded: Samples, began: int, *, headset_db: float = -45.0) -> LoopMeasure:
    """Judge a recording. ``headset_db``: up to this coupling it is a headset, or a loudspeaker so low that it
    does as little harm. ``began``: its sample at the moment when the first one of ``played`` was handed to
    the speaker's card; BEFORE_S before it and AFTER_S after what was played are needed."""
    before = min(began, round(BEFORE_S * RATE_HZ)) // _STEP
    lags = before + round(LONGEST_S * _LAG_HZ)
    needed = played.starts[-1] + lags * _STEP + round(SWEEP_S * RATE_HZ)
    sound = recorded[began - before * _STEP :][:needed].astype(np.float64) / 32768
    if before < _LAG_HZ // 10 or sound.size < needed or float(np.ptp(sound)) * 32768 <= 2 * DEAF_PEAK:
        return LoopMeasure(LoopKind.UNKNOWN, deaf=True)
    sound -= sound.mean()
    lead = [start // _STEP for start in played.starts]
    peak = _peak_of(played)
    weights, wire = _whitening(sound)
    white = _compressed(sound, lead, lags, weights)
    each = np.abs(white)
    agreed = _agreed(each)
    usual = _usual(agreed, before)
    top = before + int(agreed[before:].argmax())
    certainty = float(agreed[top] / max(CERTAIN * usual, STANDS_OUT * _elsewhere(agreed, top)))
    limit_db = 20 * float(np.log10(CERTAIN * usual / (wire * peak) + 1e-12)) + SPREAD_DB
    direct = _direct(each, top)
    begin, slope = _line(each, direct, lead)
    shifts = [round(slope * start) for start in lead]
    alike = _coherence(white, direct, shifts) >= COHERENT and abs(slope) * 1e6 <= MOST_DRIFT_PPM
    if certainty < 1 or not alike:
        kind = LoopKind.HEADSET if limit_db <= headset_db else LoopKind.UNKNOWN
        return LoopMeasure(kind, limit_db=limit_db, certainty=min(certainty, 1.0))
    coupling_db = _coupling_db(_compressed(sound, lead, lags) / peak, direct, shifts, before)
    kind = LoopKind.LOUDSPEAKER if coupling_db > headset_db else LoopKind.HEADSET
    delay_ms = (begin - before) / _LAG_HZ * 1000
    return LoopMeasure(kind, delay_ms, coupling_db, limit_db, certainty, drift_ppm=slope * 1e6)


def _length_of(sound: Signal) -> int:
    """Long enough for sound and sweep, and of small factors."""
    return -(-(sound.size + round(SWEEP_S * RATE_HZ)) // 9600) * 9600


def _whitening(sound: Signal) -> tuple[Signal, float]:
    """(weights that make ``sound`` white, the peak that a wire with gain 1 would then give)."""
    length = _length_of(sound)
    spectrum = np.abs(np.fft.rfft(sound, length)) ** 2
    width = max(1, round(_SMOOTH_HZ * length / RATE_HZ))
    power = np.convolve(spectrum, np.ones(width) / width, "same")
    weights = 1 / np.sqrt(power + power.max() * 1e-12 + 1e-30)
    sweep = one_sweep(0)
    bins = np.abs(np.fft.rfft(sweep, length)) ** 2 * weights * _band(length)
    return np.asarray(weights, np.float64), float(2 * bins.sum() / length / np.sum(sweep**2))


def _band(length: int) -> npt.NDArray[np.bool_]:
    hertz = np.fft.rfftfreq(length, 1 / RATE_HZ)
    inside: npt.NDArray[np.bool_] = (hertz >= LOW_HZ) & (hertz <= HIGH_HZ)
    return inside


def _compressed(sound: Signal, lead: list[int], lags: int, weights: Signal | float = 1.0) -> Complex:
    """Sweeps x lags: the analytic signal of ``sound`` behind each sweep's matched filter, from the lags
    ``lead`` on. A sweep of peak 1 gives a peak of 1, unless weighted."""
    length = _length_of(sound)
    spectrum = np.fft.rfft(sound, length) * weights * _band(length)
    ways: list[Complex] = []
    for number in range(2):
        sweep = one_sweep(number)
        product = np.zeros(length // _STEP, np.complex128)
        bins = round(HIGH_HZ * length / RATE_HZ) + 1
        product[:bins] = (2 * spectrum * np.conj(np.fft.rfft(sweep, length)))[:bins]
        ways.append(np.fft.ifft(product) / (np.sum(sweep**2) * _STEP))
    return np.array([ways[number % 2][at : at + lags] for number, at in enumerate(lead)])


def _agreed(each: Signal) -> Signal:
    """At each lag the weakest of the sweeps, each of them at its best within AGREE_S."""
    reach = round(AGREE_S * _LAG_HZ)
    best = np.array([_highest_around(one, reach) for one in each])
    return np.asarray(best.min(axis=0), np.float64)


def _highest_around(values: Signal, reach: int) -> Signal:
    """The running maximum over ``reach`` samples to both sides, by doubling windows."""
    width, result = 1, np.pad(values, reach, mode="edge")
    wanted = 2 * reach + 1
    while width < wanted:
        step = min(width, wanted - width)
        result = np.maximum(result[:-step], result[step:])
        width += step
    return np.asarray(result, np.float64)


def _usual(agreed: Signal, before: int) -> float:
    """What is agreed on at most lags, be it before or after the sound began: noise may begin with it."""
    return max(float(np.median(agreed[:before])), float(np.median(agreed[before:])), 1e-12)


def _elsewhere(agreed: Signal, top: int) -> float:
    """The highest peak at lags that are neither the echo nor its reverberation."""
    early, late = top - round(DIRECT_WITHIN_S * _LAG_HZ), top + round(REVERBERATION_S * _LAG_HZ)
    return max(float(agreed[: max(0, early)].max(initial=0.0)), float(agreed[late:].max(initial=0.0)))


def _direct(each: Signal, top: int) -> int:
    """The lag of the direct sound, which need not be the strongest."""
    reach = round(AGREE_S * _LAG_HZ)
    early = max(0, top - round(DIRECT_WITHIN_S * _LAG_HZ))
    mean = np.array([_highest_around(one, 1) for one in each]).mean(axis=0)[early : top + 2 * reach + 2]
    inner = (mean[1:-1] >= mean[:-2]) & (mean[1:-1] >= mean[2:]) & (mean[1:-1] >= DIRECT * mean.max())
    peaks = np.flatnonzero(inner)
    return early + (1 + int(peaks[0]) if peaks.size else int(mean.argmax()))


def _coherence(white: Complex, direct: int, shifts: list[int]) -> float:
    """Likeness of the sweeps around the direct sound, their phases included: 1 the same, 0 strangers."""
    reach = round(COHERENT_WITHIN_S * _LAG_HZ)
    begins = [max(0, direct - reach + shift) for shift in shifts]
    parts = np.array([one[at : at + 2 * reach + 1] for one, at in zip(white, begins, strict=True)])
    alone = float(np.sum(np.abs(parts) ** 2))
    together = float(np.sum(np.abs(parts.sum(axis=0)) ** 2))
    return (together - alone) / ((SWEEPS - 1) * alone + 1e-30)


def _line(each: Signal, direct: int, starts: list[int]) -> tuple[float, float]:
    """(lag at the beginning, samples of drift a sample): a line through the sweeps' peaks, which two clocks
    pull apart."""
    reach = round(AGREE_S * _LAG_HZ)
    low = max(0, direct - reach)
    tops = [low + _exact_top(one[low : direct + reach + 1]) for one in each]
    slope, begin = np.polyfit(np.array(starts, np.float64), np.array(tops), 1)
    return float(begin), float(slope)


def _exact_top(values: Signal) -> float:
    """Position of the maximum between samples, by a parabola."""
    at = int(values.argmax())
    if not 0 < at < values.size - 1:
        return float(at)
    left, middle, right = values[at - 1 : at + 2]
    bend = left - 2 * middle + right
    return at + (0.5 * float((left - right) / bend) if bend else 0.0)


def _peak_of(played: Sweeps) -> float:
    return float(np.abs(played.samples.astype(np.float64)).max()) / 32767


def _coupling_db(each: Complex, direct: int, shifts: list[int], before: int) -> float:
    """Energy of the echo with its reverberation, against that of a plain wire's.

    It is what two sweeps have in common, which most noise has not: products of different sweeps, never
    squares. A hum, which has, is seen at the lags before. The middle pair decides: a knock spoils some.
    """
    tail, lead = round(TAIL_S * _LAG_HZ), round(0.002 * _LAG_HZ)
    begins = [max(0, direct - lead + shift) for shift in shifts]
    parts = np.array([one[begin : begin + tail] for one, begin in zip(each, begins, strict=True)])
    null = each[:, :before]
    energies = [
        float(np.vdot(parts[a], parts[b]).real - np.vdot(null[a], null[b]).real * tail / before)
        for a, b in itertools.combinations(range(SWEEPS), 2)
    ]
    around = np.zeros(tail * _STEP)
    wire = _compressed(np.concatenate([around, one_sweep(0), around]), [0], 2 * tail)
    return 10 * float(np.log10(max(float(np.median(energies)), 1e-12) / np.sum(np.abs(wire) ** 2)))
