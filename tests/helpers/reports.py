"""Reports, made up: any that there can be, and some that tell a story."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

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

VERSIONS = Versions("0.1.0", "windows", "11 (26100)", "x86_64")
STARTED_AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)

_names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
_plain = st.text("abcdefghij KLM-öñ", max_size=30)
_values = st.one_of(
    st.booleans(), st.integers(-10_000, 10_000), st.floats(-1e6, 1e6, allow_nan=False), _plain
)


def results(name: ProbeName) -> st.SearchStrategy[ProbeResult]:
    """Any result of this probe."""
    return st.builds(
        ProbeResult,
        name=st.just(name),
        status=st.sampled_from(list(ProbeStatus)),
        codes=st.lists(st.sampled_from(list(ProbeCode)), max_size=4, unique=True).map(tuple),
        measurements=st.lists(
            st.builds(Measurement, _names, _values, st.sampled_from(list(Unit))), max_size=5
        ).map(tuple),
        duration_s=st.floats(0, 60, allow_nan=False),
    )


@st.composite
def reports(draw: st.DrawFn) -> PreflightReport:
    """Any report."""
    names = draw(st.lists(st.sampled_from(list(ProbeName)), unique=True))
    return PreflightReport(
        draw(st.datetimes(timezones=st.just(UTC), min_value=datetime(2024, 1, 1))),  # noqa: DTZ001 - bound
        draw(st.floats(0, 100)),
        draw(st.builds(Versions, _plain, st.sampled_from(["windows", "macos", "linux"]), _plain, _plain)),
        tuple(draw(results(name)) for name in names),
    )


def report(*found: ProbeResult, versions: Versions = VERSIONS) -> PreflightReport:
    """This was found, in 12.5 s."""
    return PreflightReport(STARTED_AT, 12.5, versions, found)
