"""One believable visit, for every test and picture that needs one."""

from __future__ import annotations

from datetime import UTC, datetime, time

from kpdesk.domain.appointment import Appointment, AppointmentStatus, Modality, VirtualService
from kpdesk.domain.media import Device, DeviceHealth, DeviceKind, DeviceLists, DeviceState
from kpdesk.domain.people import Practitioner
from kpdesk.domain.profile import HelpLine, LocalizedText, PlanProfile

START = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)
"""A Tuesday, 10:30 in California: the help line is open."""
PRACTITIONER = Practitioner("practitioner-1", "Dr. Ana Reyes", "Family Medicine")
APPOINTMENT = Appointment(
    id="appointment-1",
    status=AppointmentStatus.BOOKED,
    modality=Modality.VIDEO,
    start=START,
    end=START.replace(hour=19, minute=0),
    practitioner=PRACTITIONER,
    virtual_service=VirtualService("http://127.0.0.1:9/visits/1"),
    service_name="Family Medicine",
)
DEVICES = DeviceLists(
    cameras=(
        Device(DeviceKind.CAMERA, "cam-1", "Integrated Camera", is_default=True),
        Device(DeviceKind.CAMERA, "cam-2", "USB Camera"),
        Device(DeviceKind.CAMERA, "cam-3", "USB Camera"),
    ),
    microphones=(
        Device(DeviceKind.MICROPHONE, "mic-1", "Built-in microphone", is_default=True),
        Device(DeviceKind.MICROPHONE, "mic-2", "Headset"),
    ),
    speakers=(Device(DeviceKind.SPEAKER, "spk-1", "Built-in speakers", is_default=True),),
)


def working(kind: DeviceKind, name: str) -> DeviceState:
    """A device that does what it should."""
    return DeviceState(kind, DeviceHealth.WORKING, name)


WORKING = {
    "camera": working(DeviceKind.CAMERA, "Integrated Camera"),
    "microphone": working(DeviceKind.MICROPHONE, "Built-in microphone"),
    "speaker": working(DeviceKind.SPEAKER, "Built-in speakers"),
}


def localized(english: str, spanish: str) -> LocalizedText:
    return LocalizedText({"en": english, "es": spanish})


PROFILE = PlanProfile(
    plan_name=localized("Example Health", "Example Health"),
    help_line=HelpLine("1-844-800-0820", opens=time(5), closes=time(17)),
    sign_on_url=localized("http://127.0.0.1/sign-on", "http://127.0.0.1/es/sign-on"),
    registration_url=localized("http://127.0.0.1/register", "http://127.0.0.1/es/register"),
    information_url=localized("http://127.0.0.1/video", "http://127.0.0.1/es/video"),
    recording_notice=localized(
        "Recording any video visit with your doctor is not permitted.",
        "No está permitido grabar las consultas por video con su médico.",
    ),
    emergency_notice=localized(
        "In an emergency, call 911.",
        "En una emergencia, llame al 911.",
    ),
    late_notice=localized(
        "If your doctor is running late, we’ll contact you to reschedule.",
        "Si su médico va a llegar tarde, nos comunicaremos con usted para reprogramar la cita.",
    ),
    in_person_notice=localized(
        "You can schedule an in-person visit instead, if you prefer.",
        "Puede programar una consulta personal en su lugar, si así lo prefiere.",
    ),
)
