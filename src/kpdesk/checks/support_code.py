"""Twelve letters that say over the telephone what a check found: ``DKRX-PPYH-LCTQ``.

The letters: sixteen that are told apart when read aloud in English and in Spanish, and when written by hand.
Of the pairs that are most often taken for each other only one is in it (B, P and V; M and N; F and S; C and
Z; I and Y; Q, O and 0; U, V and W), and there is no vowel, so that no code is a word. C, D, G, P and T still
rhyme in English: for that there is the check.

The figures: ten letters hold 40 bits, two are the check. They are a Reed-Solomon code over GF(16) with
distance 3: every wrong letter, every two wrong letters and every swap is noticed, and of one wrong letter
its place is known. The 40 bits are, from the top: 2 bits version of this format (today 0; the check is the
same in all), then one number of mixed radix: what was found, the system (4), kpdesk's release (24). Found:

- the bands of the line (2340: rates up and down, and round trip, jitter and loss), together with
- a set of up to 3 findings out of 153, or 4 where nothing was measured; whether there were more.

When there are more findings than fit, failures come before what could not run before warnings, and the first
finding of each probe before its second one. Figures of quality are findings only where the bands do not say
so already. Nothing in a code is personal.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kpdesk.checks.support_findings import (
    CAPACITY,
    FINDINGS,
    NUMBERS,
    Finding,
    findings_of,
    follows_from_bands,
)
from kpdesk.checks.thresholds import QualityThresholds
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.preflight import PreflightReport, ProbeName, ProbeResult, ProbeStatus

ALPHABET: Final = "CDFGHJKLMPQRTWXY"
LENGTH: Final = 12
DATA_LENGTH: Final = 10
FORMAT: Final = 0

_VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_MASK: Final = 0x5C3A96E1D7
"""So that a report with nothing in it is not a row of equal letters."""


class CodeProblem(StrEnum):
    """Why a code cannot be read."""

    LENGTH = "length"
    LETTER = "letter"
    """A letter that no code has."""
    CHECK = "check"
    """Misheard or mistyped."""
    NEWER = "newer"
    """Made by a newer kpdesk."""


class SupportCodeError(PayloadError):
    """``position`` counts from 1: the letter that is wrong, if only one is."""

    def __init__(self, problem: CodeProblem, position: int | None = None) -> None:
        super().__init__("support code", reason=problem.value)
        self.problem = problem
        self.position = position


# --- the bands of the line --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """Between two of the shipped thresholds; ``None`` is open."""

    least: float | None
    below: float | None


@dataclass(frozen=True, slots=True)
class LineBands:
    """How the line was; ``None`` for what was not measured."""

    up_kbps: Band | None = None
    down_kbps: Band | None = None
    round_trip_ms: Band | None = None
    jitter_ms: Band | None = None
    loss_percent: Band | None = None


_SHIPPED: Final = QualityThresholds()
_RATES: Final = (_SHIPPED.no_call_kbps, _SHIPPED.weak_kbps, _SHIPPED.ok_kbps, _SHIPPED.great_kbps)
_ROUND_TRIPS: Final = (_SHIPPED.round_trip_good_ms, _SHIPPED.round_trip_long_ms, _SHIPPED.round_trip_bad_ms)
_JITTERS: Final = (_SHIPPED.jitter_good_ms, _SHIPPED.jitter_high_ms, _SHIPPED.jitter_bad_ms)
_LOSSES: Final = (_SHIPPED.loss_good_percent, _SHIPPED.loss_high_percent, _SHIPPED.loss_bad_percent)
_RATE_STATES: Final = len(_RATES) + 2
_DELAYS: Final = 4
_BANDS: Final = _RATE_STATES**2 * (_DELAYS**3 + 1)

_UP: Final = ("throughput_up",)
_DOWN: Final = ("throughput_down",)
_ROUND_TRIP: Final = ("round_trip",)
_JITTER: Final = ("jitter", "jitter_up", "jitter_down")
_LOSS: Final = ("loss", "loss_up", "loss_down")


def _measured(result: ProbeResult | None, names: Iterable[str]) -> float | None:
    """The worst of these figures."""
    found = [result.measured(name) for name in names] if result is not None else []
    numbers = [
        float(value) for value in found if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return max((value for value in numbers if math.isfinite(value)), default=None)


def _bands_of(report: PreflightReport) -> int:
    """0 when nothing was measured."""
    quality = report.result(ProbeName.QUALITY)
    rates = [
        0 if value is None else 1 + bisect.bisect_right(_RATES, value)
        for value in (_measured(quality, _UP), _measured(quality, _DOWN))
    ]
    figures = [_measured(quality, names) for names in (_ROUND_TRIP, _JITTER, _LOSS)]
    delays = 0
    if None not in figures:
        delays = 1
        for value, edges in zip(figures, (_ROUND_TRIPS, _JITTERS, _LOSSES), strict=True):
            delays = (delays - 1) * _DELAYS + bisect.bisect_left(edges, value or 0.0) + 1
    return (rates[0] * _RATE_STATES + rates[1]) * (_DELAYS**3 + 1) + delays


def _bands(index: int) -> LineBands:
    rates, delays = divmod(index, _DELAYS**3 + 1)
    up, down = divmod(rates, _RATE_STATES)
    three: list[Band | None] = [None, None, None]
    if delays:
        first, rest = divmod(delays - 1, _DELAYS**2)
        steps = (first, *divmod(rest, _DELAYS))
        three = [
            _band(edges, step) for edges, step in zip((_ROUND_TRIPS, _JITTERS, _LOSSES), steps, strict=True)
        ]
    return LineBands(_band(_RATES, up - 1) if up else None, _band(_RATES, down - 1) if down else None, *three)


def _band(edges: Sequence[float], step: int) -> Band:
    return Band(edges[step - 1] if step else None, edges[step] if step < len(edges) else None)


# --- sets of findings -------------------------------------------------------------------------------------

_MOST: Final = 3
_MOST_UNMEASURED: Final = 4


def _list_states(most: int) -> int:
    """How many lists there are: none (all well, or nothing looked at), sets, and full sets with more."""
    return 2 + sum(math.comb(CAPACITY, size) for size in range(1, most + 1)) + math.comb(CAPACITY, most)


def _rank_list(numbers: Sequence[int], most: int, *, more: bool, looked: bool) -> int:
    """The place of a set among all, by the combinatorial number system."""
    if not numbers:
        return 0 if looked else 1
    size = len(numbers)
    base = 2 + sum(math.comb(CAPACITY, smaller) for smaller in range(1, size))
    if more:
        base += math.comb(CAPACITY, most)
    return base + sum(math.comb(number, place) for place, number in enumerate(sorted(numbers), start=1))


def _unrank_list(rank: int, most: int) -> tuple[tuple[int, ...], bool, bool]:
    """The set, whether there were more, and whether anything was looked at."""
    if rank < 2:
        return (), False, rank == 0
    rank -= 2
    sizes = [*range(1, most + 1), most]
    more = False
    for index, size in enumerate(sizes):
        count = math.comb(CAPACITY, size)
        if rank < count:
            more = index == most
            break
        rank -= count
    numbers = []
    for place in range(size, 0, -1):
        number = next(one for one in range(CAPACITY, -1, -1) if math.comb(one, place) <= rank)
        rank -= math.comb(number, place)
        numbers.append(number)
    return tuple(numbers), more, True


# --- versions ---------------------------------------------------------------------------------------------

_SYSTEMS: Final = ("windows", "macos", "linux", "other")
_RELEASES: Final = 24
_ZERO_MINORS: Final = 12
_NEWER_RELEASE: Final = _RELEASES - 1


def _release_of(version: str) -> int:
    """0.0 to 0.11, then 1.0 to 1.10; everything else is "newer"."""
    try:
        major, minor = (int(part) for part in version.split(".")[:2])
    except ValueError:
        return _NEWER_RELEASE
    if major == 0 and 0 <= minor < _ZERO_MINORS:
        return minor
    if major == 1 and 0 <= minor < _NEWER_RELEASE - _ZERO_MINORS:
        return _ZERO_MINORS + minor
    return _NEWER_RELEASE


def _release(index: int) -> str | None:
    if index == _NEWER_RELEASE:
        return None
    return f"0.{index}" if index < _ZERO_MINORS else f"1.{index - _ZERO_MINORS}"


# --- the whole --------------------------------------------------------------------------------------------

_LISTS: Final = _list_states(_MOST)
_LISTS_UNMEASURED: Final = _list_states(_MOST_UNMEASURED)
_FOUND: Final = _LISTS_UNMEASURED + (_BANDS - 1) * _LISTS
_STATES: Final = _FOUND * len(_SYSTEMS) * _RELEASES
_FORMAT_SHIFT: Final = 4 * DATA_LENGTH - 2
if _STATES > 1 << _FORMAT_SHIFT:
    raise AssertionError("the support code has no room for this")


@dataclass(frozen=True, slots=True)
class DecodedSupport:
    """What a code says."""

    kpdesk: str | None
    """``0.1``; ``None`` when it is newer than this format can say."""
    system: str
    """``windows``, ``macos``, ``linux`` or ``other``."""
    findings: tuple[Finding, ...]
    """Most important first."""
    more: bool
    """More was found than there was room for."""
    looked: bool
    """Whether anything was looked at at all."""
    bands: LineBands


def encode(report: PreflightReport) -> str:
    """The code of this report, in groups: ``DKRX-PPYH-LCTQ``."""
    bands = _bands_of(report)
    found = [
        finding
        for finding in findings_of(report)
        if not (bands and follows_from_bands(finding, _bands(bands)))
    ]
    most = _MOST if bands else _MOST_UNMEASURED
    numbers = [NUMBERS[finding] for finding in found[:most]]
    listed = _rank_list(
        numbers, most, more=len(found) > most, looked=report.status is not ProbeStatus.NOT_RUN or bool(found)
    )
    index = listed if bands == 0 else _LISTS_UNMEASURED + (bands - 1) * _LISTS + listed
    system = report.versions.system
    index = index * len(_SYSTEMS) + _SYSTEMS.index(system if system in _SYSTEMS else "other")
    index = index * _RELEASES + _release_of(report.versions.kpdesk)
    return grouped(_letters((FORMAT << _FORMAT_SHIFT | index) ^ _MASK))


def decode(code: str) -> DecodedSupport:
    """What it says. Capitals, spaces, hyphens and dots do not matter. Raises SupportCodeError."""
    value = _number(normalized(code)) ^ _MASK
    if value >> _FORMAT_SHIFT != FORMAT:
        raise SupportCodeError(CodeProblem.NEWER)
    index, release = divmod(value, _RELEASES)
    index, system = divmod(index, len(_SYSTEMS))
    if index >= _FOUND:
        raise SupportCodeError(CodeProblem.CHECK)
    if index < _LISTS_UNMEASURED:
        bands, most, rank = 0, _MOST_UNMEASURED, index
    else:
        bands, rank = divmod(index - _LISTS_UNMEASURED, _LISTS)
        bands, most = bands + 1, _MOST
    numbers, more, looked = _unrank_list(rank, most)
    if any(number >= len(FINDINGS) for number in numbers):
        raise SupportCodeError(CodeProblem.NEWER)
    return DecodedSupport(
        kpdesk=_release(release),
        system=_SYSTEMS[system],
        findings=tuple(sorted((FINDINGS[number] for number in numbers), key=Finding.importance)),
        more=more,
        looked=looked,
        bands=_bands(bands),
    )


def normalized(code: str) -> str:
    """The twelve letters alone. Raises SupportCodeError for what can be no code."""
    letters = "".join(letter for letter in code.upper() if not (letter.isspace() or letter in "-–—._"))
    for position, letter in enumerate(letters, start=1):
        if letter not in _VALUE:
            raise SupportCodeError(CodeProblem.LETTER, position)
    if len(letters) != LENGTH:
        raise SupportCodeError(CodeProblem.LENGTH)
    return letters


def grouped(letters: str) -> str:
    """In fours, as a person reads them aloud."""
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


# --- the check: Reed-Solomon over GF(16), x^4 + x + 1 -----------------------------------------------------

_EXP: Final = [1]
while len(_EXP) < 15:
    _EXP.append(_EXP[-1] << 1 if _EXP[-1] < 8 else (_EXP[-1] << 1) ^ 0b10011)
_LOG: Final = {value: power for power, value in enumerate(_EXP)}


def _times(a: int, b: int) -> int:
    return _EXP[(_LOG[a] + _LOG[b]) % 15] if a and b else 0


def _over(a: int, b: int) -> int:
    return _EXP[(_LOG[a] - _LOG[b]) % 15] if a else 0


def _sums(values: Sequence[int]) -> tuple[int, int]:
    """Both are 0 for a code: the sum of the letters, and of each times the power of its place."""
    plain = weighted = 0
    for place, value in enumerate(values):
        plain ^= value
        weighted ^= _times(_EXP[place], value)
    return plain, weighted


def _letters(value: int) -> str:
    """The ten letters of 40 bits, and the two that make both sums 0."""
    data = [value >> shift & 15 for shift in range(4 * (DATA_LENGTH - 1), -1, -4)]
    plain, weighted = _sums(data)
    last = _EXP[DATA_LENGTH + 1]
    first = _over(weighted ^ _times(last, plain), _EXP[DATA_LENGTH] ^ last)
    return "".join(ALPHABET[one] for one in (*data, first, plain ^ first))


def _number(letters: str) -> int:
    """The 40 bits of twelve letters. Raises SupportCodeError when the check does not fit."""
    values = [_VALUE[letter] for letter in letters]
    plain, weighted = _sums(values)
    if plain or weighted:
        place = _LOG[_over(weighted, plain)] if plain and weighted else LENGTH
        raise SupportCodeError(CodeProblem.CHECK, place + 1 if place < LENGTH else None)
    number = 0
    for value in values[:DATA_LENGTH]:
        number = number << 4 | value
    return number
