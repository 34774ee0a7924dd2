"""One patient signs in, joins, waits, is let in, talks, and the visit ends."""

from kpdesk.domain import signaling as s
from kpdesk.domain.appointment import AppointmentStatus
from tests.helpers.visit_service import running_visit_service


async def test_a_whole_visit() -> None:
    async with running_visit_service() as service:
        token = await service.patient_token()
        status, bundle, _ = await service.get(
            "/fhir/Appointment?patient=demo-walter&date=ge2020-01-01T00:00:00Z&date=lt2100-01-01T00:00:00Z",
            token=token,
        )
        assert (status, bundle["total"]) == (200, 10)
        patient = await service.connect_patient()
        assert (await patient.until(s.Waiting)).practice_told is False
        screen = await service.connect_screen()
        entry = await screen.until_queue("waiting")
        assert await patient.until(s.Waiting) == s.Waiting(practice_told=True, position=1)
        await screen.send(s.Admit(entry.room))
        assert await patient.until(s.Admitted) == s.Admitted("Dr. Ana Reyes")
        await patient.send(s.Offer("v=0", 1))
        assert await screen.until(s.Offer) == s.Offer("v=0", 1, entry.room)
        await screen.send(s.Answer("v=0 answer", 1, entry.room))
        assert await patient.until(s.Answer) == s.Answer("v=0 answer", 1)
        await screen.send(s.End(entry.room))
        assert await patient.until(s.Bye) == s.Bye("ended")
        slot = await service.slot(service.appointment_id("soon"))
        assert slot.status is AppointmentStatus.FULFILLED
