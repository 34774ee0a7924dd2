"""A code that is read over the telephone says what was found, or says that it was misheard."""

from __future__ import annotations

import itertools
import math
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpdesk.checks import support_code
from kpdesk.checks.line.measuring import Direction, LineFigures
from kpdesk.checks.probes.quality import measurements_of
from kpdesk.checks.support_code import (
    ALPHABET,
    LENGTH,
    Band,
    CodeProblem,
    LineBands,
    SupportCodeError,
    decode,
    encode,
    normalized,
)
from kpdesk.checks.support_findings import CAPACITY, FINDINGS, Finding, findings_of
from kpdesk.domain.preflight import (
    Measurement,
    PreflightReport,
    ProbeCode,
    ProbeName,
    ProbeResult,
    ProbeStatus,
    Unit,
    Versions,
)
from tests.helpers.reports import report, reports

PUBLISHED = Path(__file__).parents[2] / "data" / "support_findings.txt"
FAILED, WARNING, NOT_RUN, PASSED = (
    ProbeStatus.FAILED,
    ProbeStatus.WARNING,
    ProbeStatus.NOT_RUN,
    ProbeStatus.PASSED,
)


def line(
    status: ProbeStatus = PASSED, *codes: ProbeCode, up: float = 2000, down: float = 2000, **other: float
) -> ProbeResult:
    """A result of the quality probe."""
    figures = {"round_trip": 40.0, "jitter": 5.0, "loss": 0.0} | other
    return ProbeResult(
        ProbeName.QUALITY,
        status,
        codes,
        (
            Measurement("throughput_up", up, Unit.KILOBITS_PER_SECOND),
            Measurement("throughput_down", down, Unit.KILOBITS_PER_SECOND),
            *(Measurement(name, value) for name, value in figures.items()),
        ),
    )


IN_USE = ProbeResult(ProbeName.CAMERA, FAILED, (ProbeCode.CAMERA_IN_USE,))
QUIET = ProbeResult(ProbeName.MICROPHONE, WARNING, (ProbeCode.MICROPHONE_QUIET, ProbeCode.MICROPHONE_NOISY))


# --- what it says -----------------------------------------------------------------------------------------


def test_all_well_is_said_and_nothing_looked_at_too() -> None:
    well = decode(encode(report(ProbeResult(ProbeName.CAMERA, PASSED))))
    assert (well.findings, well.looked, well.more) == ((), True, False)
    assert (well.kpdesk, well.system) == ("0.1", "windows")
    assert well.bands == LineBands()
    assert not decode(encode(report())).looked
    assert not decode(encode(report(ProbeResult(ProbeName.CAMERA, ProbeStatus.SKIPPED)))).looked


def test_findings_come_back_in_their_order() -> None:
    said = decode(encode(report(IN_USE, QUIET, line())))
    assert [one.code for one in said.findings] == [
        ProbeCode.MICROPHONE_QUIET,
        ProbeCode.MICROPHONE_NOISY,
        ProbeCode.CAMERA_IN_USE,
    ]
    assert not said.more


def test_when_there_are_too_many_the_important_ones_are_kept() -> None:
    many = (
        IN_USE,
        ProbeResult(
            ProbeName.SYSTEM, WARNING, (ProbeCode.VPN_ACTIVE, ProbeCode.WIFI_WEAK, ProbeCode.MEMORY_LOW)
        ),
        QUIET,
        ProbeResult(ProbeName.SPEAKER, NOT_RUN, (ProbeCode.TIMED_OUT,)),
        ProbeResult(ProbeName.TLS, FAILED, (ProbeCode.TLS_INSPECTED,)),
    )
    said = decode(encode(report(*many, line())))
    assert said.more
    assert set(said.findings) == {
        Finding(ProbeCode.TLS_INSPECTED),
        Finding(ProbeCode.CAMERA_IN_USE),
        Finding(ProbeCode.TIMED_OUT, ProbeName.SPEAKER),
    }
    unmeasured = decode(encode(report(*many)))
    assert unmeasured.more
    assert Finding(ProbeCode.MICROPHONE_QUIET) in unmeasured.findings
    assert len(unmeasured.findings) == 4


def test_which_rung_does_not_relay_is_said() -> None:
    blocked = [
        ProbeResult(name, FAILED, (ProbeCode.TURN_DOES_NOT_RELAY,))
        for name in (ProbeName.TURN_UDP, ProbeName.TURN_TCP)
    ]
    said = decode(encode(report(*blocked)))
    assert {one.probe for one in said.findings} == {ProbeName.TURN_UDP, ProbeName.TURN_TCP}


def test_consequences_and_hints_are_not_said() -> None:
    said = decode(
        encode(
            report(
                ProbeResult(ProbeName.TLS, NOT_RUN, (ProbeCode.NEEDS_FAILED,)),
                ProbeResult(ProbeName.ACOUSTIC_LOOP, PASSED, (ProbeCode.LOOP_HEADSET,)),
                ProbeResult(ProbeName.SPEAKER, ProbeStatus.SKIPPED, (ProbeCode.LEFT_OUT,)),
            )
        )
    )
    assert said.findings == ()


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (
            {"up": 20, "down": 200},
            (Band(None, 30), Band(150, 500), Band(None, 150), Band(None, 30), Band(None, 1)),
        ),
        (
            {"up": 1200, "loss": 7.5},
            (Band(1200, None), Band(1200, None), Band(None, 150), Band(None, 30), Band(5, 10)),
        ),
        (
            {"round_trip": 700, "jitter": 60, "loss": 30},
            (Band(1200, None), Band(1200, None), Band(600, None), Band(50, 80), Band(10, None)),
        ),
    ],
)
def test_the_line_is_said_in_bands(figures: dict[str, float], expected: tuple[Band, ...]) -> None:
    bands = decode(encode(report(line(**figures)))).bands
    found = (bands.up_kbps, bands.down_kbps, bands.round_trip_ms, bands.jitter_ms, bands.loss_percent)
    assert found == expected


def test_the_figures_are_those_that_the_probe_measures() -> None:
    figures = LineFigures(
        up=Direction(600.0, False, 0.02, 0.01, 0.0, 0.0),
        down=Direction(24_000.0, True, 0.0, 0.1, 0.0, 0.0),
        round_trip_s=0.2,
    )
    result = ProbeResult(ProbeName.QUALITY, PASSED, (), measurements_of("turn_udp", figures))
    bands = decode(encode(report(result))).bands
    assert bands == LineBands(Band(500, 1200), Band(1200, None), Band(150, 300), Band(80, None), Band(1, 5))


def test_the_worse_way_counts() -> None:
    result = ProbeResult(
        ProbeName.QUALITY,
        PASSED,
        (),
        (
            Measurement("throughput_up", 600.0),
            Measurement("round_trip", 10.0),
            Measurement("jitter_up", 10.0),
            Measurement("jitter_down", 100.0),
            Measurement("loss_up", 2.0),
            Measurement("loss_down", 0.0),
        ),
    )
    bands = decode(encode(report(result))).bands
    assert bands == LineBands(Band(500, 1200), None, Band(None, 150), Band(80, None), Band(1, 5))


@pytest.mark.parametrize("value", [math.nan, "much", True])
def test_a_figure_that_is_none_is_not_measured(value: float) -> None:
    result = ProbeResult(ProbeName.QUALITY, PASSED, (), (Measurement("throughput_up", value),))
    assert decode(encode(report(result))).bands == LineBands()


def test_what_the_bands_say_needs_no_room() -> None:
    weak = line(WARNING, ProbeCode.BANDWIDTH_WEAK, ProbeCode.LOSS_HIGH, up=300, loss=6.0)
    assert decode(encode(report(weak))).findings == ()
    moved = line(WARNING, ProbeCode.BANDWIDTH_WEAK, up=700)  # by an organization that wants more
    assert decode(encode(report(moved))).findings == (Finding(ProbeCode.BANDWIDTH_WEAK),)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("0.1.0", "0.1"),
        ("0.11", "0.11"),
        ("0.12.1", None),
        ("1.0.0", "1.0"),
        ("1.10.3", "1.10"),
        ("1.11", None),
        ("2.0", None),
        ("", None),
        ("x.y", None),
        ("0.-1", None),
    ],
)
def test_the_release_is_said(version: str, said: str | None) -> None:
    found = decode(encode(report(versions=Versions(version, "macos", "", ""))))
    assert (found.kpdesk, found.system) == (said, "macos")


def test_a_system_that_is_not_known_is_another_one() -> None:
    assert decode(encode(report(versions=Versions("0.1", "beos", "", "")))).system == "other"


@settings(max_examples=60, deadline=None)
@given(reports())
def test_any_report_can_be_said(any_report: PreflightReport) -> None:
    code = encode(any_report)
    assert len(code) == LENGTH + 2
    said = decode(code)
    found = findings_of(any_report)
    kept = [one for one in found if one in said.findings]
    assert len(kept) == len(said.findings) <= 4
    if said.more:
        assert len(found) > len(said.findings) >= 3
    assert encode(any_report) == code


# --- mishearing -------------------------------------------------------------------------------------------

CODES = [
    normalized(encode(one))
    for one in (
        report(),
        report(IN_USE),
        report(IN_USE, QUIET, line(up=100)),
        report(QUIET, line(loss=50.0, jitter=200.0)),
    )
]


@pytest.mark.parametrize("code", CODES)
def test_every_wrong_letter_is_noticed_and_its_place_is_known(code: str) -> None:
    for place, letter in itertools.product(range(LENGTH), ALPHABET):
        if letter == code[place]:
            continue
        with pytest.raises(SupportCodeError) as noticed:
            decode(code[:place] + letter + code[place + 1 :])
        assert (noticed.value.problem, noticed.value.position) == (CodeProblem.CHECK, place + 1)


@pytest.mark.parametrize("code", CODES)
def test_every_swap_is_noticed(code: str) -> None:
    for first, second in itertools.combinations(range(LENGTH), 2):
        if code[first] == code[second]:
            continue
        letters = list(code)
        letters[first], letters[second] = letters[second], letters[first]
        with pytest.raises(SupportCodeError) as noticed:
            decode("".join(letters))
        assert (noticed.value.problem, noticed.value.position) == (CodeProblem.CHECK, None)


def test_every_two_wrong_letters_are_noticed() -> None:
    code = CODES[2]
    for first, second in itertools.combinations(range(LENGTH), 2):
        for one, other in itertools.product(ALPHABET, ALPHABET):
            if one != code[first] and other != code[second]:
                letters = list(code)
                letters[first], letters[second] = one, other
                with pytest.raises(SupportCodeError):
                    support_code._number("".join(letters))


def test_most_nonsense_is_noticed() -> None:
    read, chance = 0, random.Random(20261124)
    for _ in range(4000):
        try:
            decode("".join(chance.choices(ALPHABET, k=LENGTH)))
            read += 1
        except SupportCodeError:
            pass
    assert read < 10  # one in 256 passes the check, three in four of these would be of a later format


# --- spelling ---------------------------------------------------------------------------------------------


def test_capitals_spaces_and_hyphens_do_not_matter() -> None:
    code = encode(report(IN_USE))
    letters = normalized(code)
    spoken = [
        code.lower(),
        letters,
        " ".join(letters),
        f"  {letters[:3]}.{letters[3:]}\n",
        code.replace("-", "–"),
    ]
    assert {decode(one) for one in spoken} == {decode(code)}


@pytest.mark.parametrize("letter", "ABEINOSUVZ0123456789ÑÇ?é")
def test_a_letter_that_no_code_has_is_named(letter: str) -> None:
    with pytest.raises(SupportCodeError) as noticed:
        decode(CODES[0][:4] + "-" + letter + CODES[0][5:])
    assert (noticed.value.problem, noticed.value.position) == (CodeProblem.LETTER, 5)


@pytest.mark.parametrize("code", ["", "CDF", CODES[0] + "C", CODES[0][:-1], "---", "C" * 10_000])
def test_another_length_is_named(code: str) -> None:
    with pytest.raises(SupportCodeError) as noticed:
        decode(code)
    assert noticed.value.problem is CodeProblem.LENGTH


def test_no_two_letters_sound_or_look_alike() -> None:
    alike = ("BV", "BP", "MN", "SF", "SX", "CZ", "IY", "QU", "QO", "UV", "VW", "DO", "EI", "AE")
    for pair in alike:
        assert not set(pair) <= set(ALPHABET), pair
    assert len(set(ALPHABET)) == 16
    assert not set(ALPHABET) & set("AEIOU")


# --- growing ----------------------------------------------------------------------------------------------


def test_the_numbers_of_findings_stay_as_published() -> None:
    published = PUBLISHED.read_text(encoding="utf-8").splitlines()
    now = [f"{one.code} {one.probe or '-'}" for one in FINDINGS]
    assert now[: len(published)] == published
    assert now == published, "append the new ones to tests/data/support_findings.txt"
    assert len(now) == len(set(now)) <= CAPACITY


@pytest.mark.parametrize("code", list(ProbeCode))
def test_every_code_has_a_number_or_says_nothing_of_its_own(code: ProbeCode) -> None:
    numbered = {finding.code for finding in FINDINGS}
    assert (code in numbered) != (code in {ProbeCode.NEEDS_FAILED, ProbeCode.LEFT_OUT})


def test_a_code_as_it_was_published() -> None:
    known = report(IN_USE, QUIET, line(up=300, down=900, round_trip=200, jitter=40, loss=2))
    assert encode(known) == "LRKW-YFPJ-RKHY"
    assert decode("LRKW-YFPJ-RKHY").findings[0] == Finding(ProbeCode.MICROPHONE_QUIET)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_code_of_a_later_format_is_known_as_one(version: int) -> None:
    letters = support_code._letters((version << support_code._FORMAT_SHIFT | 5) ^ support_code._MASK)
    with pytest.raises(SupportCodeError) as noticed:
        decode(letters)
    assert noticed.value.problem is CodeProblem.NEWER


def test_a_finding_of_a_later_kpdesk_is_known_as_one() -> None:
    rank = support_code._rank_list([CAPACITY - 1], 4, more=False, looked=True)
    value = rank * 4 * support_code._RELEASES
    with pytest.raises(SupportCodeError) as noticed:
        decode(support_code._letters(value ^ support_code._MASK))
    assert noticed.value.problem is CodeProblem.NEWER


@given(st.sets(st.integers(0, CAPACITY - 1), max_size=4), st.booleans())
def test_each_set_has_a_place_of_its_own(numbers: set[int], more: bool) -> None:
    most = 4
    more = more and len(numbers) == most
    rank = support_code._rank_list(sorted(numbers), most, more=more, looked=True)
    assert rank < support_code._list_states(most)
    again, said_more, looked = support_code._unrank_list(rank, most)
    assert (set(again), said_more, looked) == (numbers, more, True)
