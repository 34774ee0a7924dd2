"""The network path, rung by rung: from the name of the service to a packet that a relay carried."""

from __future__ import annotations

from kpdesk.checks.ports import Grants, NetworkLoop, Probe
from kpdesk.checks.probes.network.firewall import FirewallResult, FirewallRow, firewall_table
from kpdesk.checks.probes.network.media import (
    DirectPathProbe,
    StunProbe,
    TurnTcpProbe,
    TurnTlsProbe,
    TurnUdpProbe,
)
from kpdesk.checks.probes.network.reach import NameLookupProbe, TcpProbe, WebProxyProbe
from kpdesk.checks.probes.network.secure import TlsProbe, WebSocketProbe
from kpdesk.checks.probes.network.target import NetworkTarget
from kpdesk.checks.probes.network.verdict import open_relays, order_servers
from kpdesk.checks.thresholds import NetworkThresholds

__all__ = [
    "DirectPathProbe",
    "FirewallResult",
    "FirewallRow",
    "NameLookupProbe",
    "NetworkTarget",
    "StunProbe",
    "TcpProbe",
    "TlsProbe",
    "TurnTcpProbe",
    "TurnTlsProbe",
    "TurnUdpProbe",
    "WebProxyProbe",
    "WebSocketProbe",
    "firewall_table",
    "network_probes",
    "open_relays",
    "order_servers",
]


def network_probes(
    target: NetworkTarget,
    grants: Grants,
    loop: NetworkLoop,
    *,
    thresholds: NetworkThresholds | None = None,
    calls_use_proxy: bool = False,
) -> tuple[Probe, ...]:
    """All rungs, in the order of the report.

    ``calls_use_proxy``: whether a call reaches its relay through the system's web proxy (``TurnRung``).
    """
    return (
        NameLookupProbe(target, loop, thresholds=thresholds),
        WebProxyProbe(target, loop, thresholds=thresholds),
        TcpProbe(target, loop, thresholds=thresholds),
        TlsProbe(target, loop, thresholds=thresholds),
        WebSocketProbe(target, loop, thresholds=thresholds),
        StunProbe(target, loop, grants, thresholds=thresholds),
        TurnUdpProbe(target, loop, grants, thresholds=thresholds, calls_use_proxy=calls_use_proxy),
        TurnTcpProbe(target, loop, grants, thresholds=thresholds, calls_use_proxy=calls_use_proxy),
        TurnTlsProbe(target, loop, grants, thresholds=thresholds, calls_use_proxy=calls_use_proxy),
        DirectPathProbe(target, loop, grants, thresholds=thresholds),
    )
