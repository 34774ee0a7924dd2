"""How the check is put together: what the policy says reaches the probes, what is unusable is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from kpdesk.app import checking
from kpdesk.app.check import CheckOptions, parse
from kpdesk.app.checking import build_preflight, service_target
from kpdesk.checks.probes.network import NetworkTarget
from kpdesk.domain.errors import ClientError, ErrorCode
from kpdesk.services.policy import Level, Policy, PolicyValue


def options(folder: Path, server: str) -> CheckOptions:
    return parse(["--profile-dir", str(folder), "--server", server])


def test_the_issuer_of_the_policy_is_expected() -> None:
    target = service_target("https://visits.example/fhir", "Example Plan")
    assert (target.host, target.port, target.expected_issuer) == ("visits.example", 443, "Example Plan")
    assert service_target("https://visits.example/fhir").expected_issuer is None


@pytest.mark.parametrize(
    "service",
    ["ftp://visits.example", "visits.example", "https://", "https://visits.example:port", "http://["],
)
def test_what_is_no_address_is_the_profiles_fault(service: str) -> None:
    with pytest.raises(ClientError) as refused:
        service_target(service)
    assert refused.value.code is ErrorCode.PROFILE_INVALID
    assert refused.value.params == {"reason": "service address"}


async def test_the_check_says_so_before_it_begins(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(ClientError) as refused:
        async with build_preflight(options(tmp_path, "ftp://visits.example")):
            pass
    assert refused.value.code is ErrorCode.PROFILE_INVALID


async def test_the_policy_reaches_the_network_check(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = PolicyValue("ServiceCertificateIssuer", "Example Plan", Level.MANDATORY, "here")
    monkeypatch.setattr(Policy, "load", staticmethod(lambda: Policy({value.key: value})))
    targets: list[NetworkTarget] = []
    stock = checking.network_probes

    def watched(target: NetworkTarget, *parts: object, **more: object) -> object:
        targets.append(target)
        return stock(target, *parts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "network_probes", watched)
    async with build_preflight(options(tmp_path, "https://visits.example/fhir")):
        pass
    assert [target.expected_issuer for target in targets] == ["Example Plan"]
