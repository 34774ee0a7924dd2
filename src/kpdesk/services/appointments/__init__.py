"""The patient's appointments, read from FHIR and kept fresh."""

from kpdesk.services.appointments.appointments import Appointments

__all__ = ["Appointments"]
