"""What lives as long as one stay in a visit, and what a new one starts anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from kpdesk.calls.negotiation import Negotiation
from kpdesk.calls.ports import SignalingChannel
from kpdesk.calls.reconnect import Reconnect
from kpdesk.domain.appointment import Appointment
from kpdesk.domain.call import CallSnapshot
from kpdesk.domain.ticket import JoinTicket


@dataclasses.dataclass(slots=True)
class Visit:
    """From the granted ticket to the goodbye."""

    appointment: Appointment
    ticket: JoinTicket
    channel: SignalingChannel
    negotiation: Negotiation
    reconnect: Reconnect
    practitioner_away: bool = False


def fresh_fields(old: CallSnapshot) -> dict[str, Any]:
    """The fields that a new visit starts anew; wishes, choices and devices stay."""
    kept = {
        "state",
        "state_since_s",
        "wish",
        "choice",
        "devices",
        "volume",
        "appointment_id",
        "practitioner",
        "service_name",
        "start",
    }
    blank = CallSnapshot()
    return {spec.name: getattr(blank, spec.name) for spec in dataclasses.fields(old) if spec.name not in kept}


def add_listener(listeners: list[Any], listener: Any) -> Callable[[], None]:
    """Returns a function that removes it again; safe to call twice."""
    listeners.append(listener)

    def unsubscribe() -> None:
        if listener in listeners:
            listeners.remove(listener)

    return unsubscribe
