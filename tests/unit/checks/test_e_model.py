"""The E-model's figures, against the published ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.checks.e_model import CODEC_MS, network_score, rating, score_of


@pytest.mark.parametrize(
    ("delay_ms", "loss_percent", "score"),
    [
        (150, 0, 4.33),
        (150, 1, 4.18),
        (150, 3, 3.91),
        (150, 5, 3.67),
        (150, 10, 3.22),
        (300, 0, 3.71),
        (300, 1, 3.47),
        (300, 3, 3.09),
        (300, 5, 2.81),
        (300, 10, 2.33),
        (400, 0, 3.05),
    ],
)
def test_the_published_figures(delay_ms: float, loss_percent: float, score: float) -> None:
    assert score_of(rating(delay_ms, loss_percent / 100)) == pytest.approx(score, abs=0.15)


@pytest.mark.parametrize(
    ("delay_ms", "loss_percent", "score"),
    [(150, 0, 4.33), (150, 1, 4.18), (150, 5, 3.67), (150, 10, 3.22), (300, 0, 3.71), (400, 0, 3.05)],
)
def test_the_figures_of_this_very_form(delay_ms: float, loss_percent: float, score: float) -> None:
    assert score_of(rating(delay_ms, loss_percent / 100)) == pytest.approx(score, abs=0.01)


def test_a_line_at_rest() -> None:
    assert rating(0, 0) == pytest.approx(93.2)
    assert network_score(0, 0, 0) == score_of(93.2 - 0.024 * CODEC_MS)
    assert network_score(40, 5, 0) > 4.3


def test_the_limits() -> None:
    assert score_of(-1) == 1.0
    assert score_of(101) == 4.5
    assert network_score(5000, 500, 1.0) == 1.0


@given(st.floats(0, 1500), st.floats(0, 1500), st.floats(0, 1))
def test_more_delay_is_never_better(one_ms: float, other_ms: float, loss: float) -> None:
    less, more = sorted((one_ms, other_ms))
    assert network_score(less, 0, loss) >= network_score(more, 0, loss) - 1e-9


@given(st.floats(0, 1500), st.floats(0, 1), st.floats(0, 1))
def test_more_loss_is_never_better(delay_ms: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert network_score(delay_ms, 0, less) >= network_score(delay_ms, 0, more) - 1e-9


@given(st.floats(-1e6, 1e6), st.floats(-10, 10))
def test_any_figures_give_a_score(delay_ms: float, loss: float) -> None:
    assert 1.0 <= score_of(rating(delay_ms, loss)) <= 4.5
