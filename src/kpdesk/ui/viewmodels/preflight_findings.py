"""Which finding matters most, and what a button can do about it. Pure functions over results."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from kpdesk.domain.preflight import ProbeCode, ProbeGroup, ProbeName, ProbeResult, ProbeStatus, worst
from kpdesk.ui.viewmodels.preflight_steps import (
    GROUPS,
    PART_PROBES,
    Finding,
    Part,
    Remedy,
    Step,
    StepState,
    SummaryItem,
    Verdict,
)

_REMEDIES: Final = {
    ProbeCode.CAMERA_DENIED: Remedy.CAMERA_SETTINGS,
    ProbeCode.SPEAKER_MUTED: Remedy.TURN_UP,
    ProbeCode.SPEAKER_VOLUME_ZERO: Remedy.TURN_UP,
    ProbeCode.SPEAKER_VOLUME_LOW: Remedy.TURN_UP,
    ProbeCode.SPEAKER_NOT_HEARD: Remedy.TURN_UP,
    ProbeCode.MICROPHONE_DENIED: Remedy.MICROPHONE_SETTINGS,
    ProbeCode.MICROPHONE_MUTED: Remedy.TURN_UP,
    ProbeCode.MICROPHONE_QUIET: Remedy.TURN_UP,
    ProbeCode.MICROPHONE_CLIPPING: Remedy.SOUND_SETTINGS,
    ProbeCode.MICROPHONE_OTHER_HEARD_BETTER: Remedy.USE_OTHER,
    ProbeCode.NETWORK_NONE: Remedy.NETWORK_SETTINGS,
    ProbeCode.NAME_NOT_FOUND: Remedy.NETWORK_SETTINGS,
    ProbeCode.WIFI_WEAK: Remedy.NETWORK_SETTINGS,
    ProbeCode.VPN_ACTIVE: Remedy.NETWORK_SETTINGS,
    ProbeCode.CAPTIVE_PORTAL: Remedy.OPEN_BROWSER,
    ProbeCode.NAME_HIJACKED: Remedy.OPEN_BROWSER,
    ProbeCode.TLS_EXPIRED: Remedy.CLOCK_SETTINGS,
    ProbeCode.CLOCK_WRONG: Remedy.CLOCK_SETTINGS,
    ProbeCode.DISK_FULL: Remedy.STORAGE_SETTINGS,
    ProbeCode.SYSTEM_TOO_OLD: Remedy.UPDATE_SETTINGS,
    ProbeCode.UPDATE_PENDING: Remedy.UPDATE_SETTINGS,
}
"""Everything else that is wrong can be looked at again."""

SETTINGS: Final = frozenset(remedy for remedy in Remedy if remedy.value.endswith("_settings"))
"""Remedies that need a page of the system's settings."""

_CONSEQUENCES: Final = frozenset({ProbeCode.NEEDS_FAILED, ProbeCode.LEFT_OUT})
"""Say nothing that another finding does not say better."""

_IMPORTANCE: Final = (
    ProbeName.MICROPHONE,
    ProbeName.SPEAKER,
    *PART_PROBES[Part.SERVICE],
    *PART_PROBES[Part.MEDIA],
    ProbeName.QUALITY,
    ProbeName.CAMERA,
    ProbeName.REHEARSAL,
    ProbeName.ACOUSTIC_LOOP,
    ProbeName.SYSTEM,
)
"""A visit without sound is the worst; then what lets nothing through."""

_BADNESS: Final = (ProbeStatus.FAILED, ProbeStatus.WARNING, ProbeStatus.NOT_RUN)
_STATES: Final = {
    ProbeStatus.PASSED: StepState.PASSED,
    ProbeStatus.SKIPPED: StepState.SKIPPED,
    ProbeStatus.WARNING: StepState.WARNING,
    ProbeStatus.NOT_RUN: StepState.NOT_RUN,
    ProbeStatus.FAILED: StepState.FAILED,
}
_STEP_OF_GROUP: Final = {group: step for step, groups in GROUPS.items() for group in groups}


def step_of(group: ProbeGroup) -> Step:
    """The page on which a group is shown."""
    return _STEP_OF_GROUP[group]


def finding_of(result: ProbeResult, pages: Collection[Remedy] = SETTINGS) -> Finding | None:
    """The most important thing that ``result`` says; ``pages``: the settings that this system can open."""
    code = result.code
    if code is None or code in _CONSEQUENCES:
        return None
    return Finding(result.name, result.status, code, result.subject, _remedy(result, pages))


def _remedy(result: ProbeResult, pages: Collection[Remedy]) -> Remedy:
    if result.status is ProbeStatus.PASSED or result.code is None:
        return Remedy.NONE
    remedy = _REMEDIES.get(result.code, Remedy.TRY_AGAIN)
    if remedy is Remedy.USE_OTHER and not result.subject:
        return Remedy.TRY_AGAIN
    return Remedy.TRY_AGAIN if remedy in SETTINGS and remedy not in pages else remedy


def main_finding(results: Iterable[ProbeResult], pages: Collection[Remedy] = SETTINGS) -> Finding | None:
    """The worst one that something is wrong with, the earlier rung first."""
    bad = [one for one in results if one.status in _BADNESS]
    for one in sorted(bad, key=lambda result: (_BADNESS.index(result.status), _rank(result.name))):
        found = finding_of(one, pages)
        if found is not None:
            return found
    return None


def state_of(results: Collection[ProbeResult]) -> StepState:
    """How a step stands when nothing runs; ``OPEN`` without any result."""
    if not results:
        return StepState.OPEN
    if all(result.status is ProbeStatus.SKIPPED for result in results):
        return StepState.SKIPPED
    return _STATES[worst(result.status for result in results)]


def summary_items(
    results: Mapping[Step, Collection[ProbeResult]], pages: Collection[Remedy] = SETTINGS
) -> tuple[SummaryItem, ...]:
    """What to mend, the most important first: one line for each thing that a person can mend.

    Of the rungs of the network only the worst is named: the ones above it are its consequences.
    """
    steps: dict[ProbeName, Step] = {}
    chosen: list[ProbeResult] = []
    path = {*PART_PROBES[Part.SERVICE], *PART_PROBES[Part.MEDIA]}
    for step, found in results.items():
        rungs = [one for one in found if one.name in path]
        others = [one for one in found if one.name not in path]
        steps.update((one.name, step) for one in found)
        worst_rung = main_finding(rungs, pages)
        chosen += [one for one in rungs if worst_rung is not None and one.name is worst_rung.probe]
        chosen += others
    items: list[SummaryItem] = []
    bad = [one for one in chosen if one.status in _BADNESS]
    for one in sorted(bad, key=lambda result: (_BADNESS.index(result.status), _rank(result.name))):
        finding = finding_of(one, pages)
        if finding is not None and all(finding.code is not item.finding.code for item in items):
            items.append(SummaryItem(finding, steps[one.name]))
    return tuple(items)


def verdict_of(states: Mapping[Step, StepState]) -> Verdict:
    """The first line of the summary."""
    found = set(states.values())
    if StepState.FAILED in found:
        return Verdict.NOT_READY
    if StepState.RUNNING in found:
        return Verdict.LOOKING
    if found & {StepState.OPEN, StepState.SKIPPED, StepState.NOT_RUN}:
        return Verdict.INCOMPLETE
    return Verdict.ADVICE if StepState.WARNING in found else Verdict.READY


def _rank(name: ProbeName) -> int:
    return _IMPORTANCE.index(name)
