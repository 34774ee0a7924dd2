"""Figures may be moved by an organization, within reason."""

from __future__ import annotations

import ast
import inspect
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpdesk.checks import thresholds as module
from kpdesk.checks.thresholds import Thresholds, adjusted, from_policy, ranges


def test_the_default_of_each_figure_is_within_its_range() -> None:
    shipped = Thresholds()
    for name, (low, high) in ranges().items():
        assert low <= shipped.value(name) <= high, name
    with pytest.raises(KeyError):
        shipped.value("camera.nothing")


def test_each_figure_says_where_it_comes_from() -> None:
    tree = ast.parse(inspect.getsource(module))
    for kind in tree.body:
        if not isinstance(kind, ast.ClassDef) or not kind.name.endswith("Thresholds"):
            continue
        for index, node in enumerate(kind.body):
            if isinstance(node, ast.AnnAssign):
                after = kind.body[index + 1] if index + 1 < len(kind.body) else None
                said = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                assert said or kind.name == "Thresholds", f"{kind.name}.{ast.unparse(node.target)}"


def test_an_organization_may_move_some() -> None:
    found, problems = from_policy('{"camera.first_frame_s": 8, "quality.ok_kbps": 400}')
    assert problems == ()
    assert (found.camera.first_frame_s, found.quality.ok_kbps) == (8.0, 400.0)
    assert found.camera.frame_rate_good == Thresholds().camera.frame_rate_good


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("camera.colour", 1, "is not known"),
        ("camera", 1, "is not known"),
        ("camera.first_frame_s", "5", "must be a number"),
        ("camera.first_frame_s", True, "must be a number"),
        ("camera.first_frame_s", float("nan"), "must be a number"),
        ("camera.first_frame_s", 31, "must be 1 to 30"),
        ("run.whole_s", 0, "must be 10 to 300"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_named(name: str, value: object, reason: str) -> None:
    found, problems = adjusted({name: value, "battery": 1, "system.battery_low_percent": 30})
    assert [(one.name, one.reason) for one in problems] == [(name, reason), ("battery", "is not known")]
    assert found.system.battery_low_percent == 30
    assert found.camera == Thresholds().camera


def test_figures_in_the_wrong_order_take_their_group_with_them() -> None:
    wanted = {"quality.weak_kbps": 600, "quality.loss_bad_percent": 12, "loop.delay_long_ms": 300}
    found, problems = adjusted(wanted)
    assert [(one.name, one.reason) for one in problems] == [
        ("quality", "weak_kbps must not be above ok_kbps")
    ]
    assert found.quality == Thresholds().quality
    assert found.loop.delay_long_ms == 300


@pytest.mark.parametrize("text", ["", "[]", "5", "{", "null"])
def test_what_is_no_object_changes_nothing(text: str) -> None:
    found, problems = from_policy(text)
    assert found == Thresholds()
    assert [one.reason for one in problems] == ["is not a JSON object"]


def test_no_policy_is_no_problem() -> None:
    assert from_policy(None) == (Thresholds(), ())


@given(st.dictionaries(st.sampled_from(sorted(ranges())), st.floats(-1000, 20_000), max_size=6))
def test_whatever_is_set_each_figure_stays_in_its_range(wanted: dict[str, float]) -> None:
    found, _problems = from_policy(json.dumps(wanted))
    for name, (low, high) in ranges().items():
        assert low <= found.value(name) <= high
