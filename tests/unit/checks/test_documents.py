"""``docs/checks.md`` says what each code means, as the help line reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kpdesk.domain.preflight import ProbeCode, ProbeName, Unit

PAGE = Path(__file__).parents[3] / "docs" / "checks.md"
_CODE_ROW = re.compile(r"^\| `([a-z_]+\.[a-z_]+)` \|(.*)\|$", re.MULTILINE)
_MEASUREMENT_ROW = re.compile(r"\| (`[a-z0-9_]+`(?:, `[a-z0-9_]+`)*) \| ([^|]+) \| ([^|]+) \|")


def code_rows() -> dict[str, list[str]]:
    found = _CODE_ROW.findall(PAGE.read_text(encoding="utf-8"))
    return {code: [cell.strip() for cell in rest.split(" | ")] for code, rest in found}


@pytest.mark.parametrize("code", list(ProbeCode))
def test_each_code_has_a_meaning_and_something_to_do(code: ProbeCode) -> None:
    cells = code_rows().get(code.value)
    assert cells is not None, f"docs/checks.md has no row for {code.value}"
    assert len(cells) == 3
    meaning, to_do, _threshold = cells
    assert len(meaning) > 3
    assert to_do


def test_the_page_names_no_code_that_is_gone_or_twice() -> None:
    found = [code for code, _ in _CODE_ROW.findall(PAGE.read_text(encoding="utf-8"))]
    assert set(found) <= set(ProbeCode)
    assert len(found) == len(set(found))


def test_measurements_have_a_unit_and_a_probe() -> None:
    page = PAGE.read_text(encoding="utf-8").partition("\n## Measurements\n")[2].partition("\n## ")[0]
    rows = _MEASUREMENT_ROW.findall(page)
    assert rows
    units = {unit.value for unit in Unit} | {"yes or no"}
    for names, unit, probes in rows:
        assert unit.strip() in units, names
        named = set(re.findall(r"`([a-z_]+)`", probes))
        assert named & set(ProbeName), names
