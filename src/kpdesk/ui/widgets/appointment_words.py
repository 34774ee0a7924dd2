"""What the home and details pages say for a snapshot."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from kpdesk.domain.appointment import Modality
from kpdesk.domain.joining import Joinability
from kpdesk.domain.session import AppointmentChange, ChangeKind
from kpdesk.ui.formatting import (
    countdown,
    day_and_time,
    minutes_text,
    month_day,
    near_day_and_time,
    one_stop,
    own_zone_name,
    short_day,
    time_of_day,
    zone_name,
)
from kpdesk.ui.viewmodels.home import AppointmentItem, Phase

translate = QCoreApplication.translate

MODALITY_ICONS = {
    Modality.VIDEO: "video",
    Modality.IN_PERSON: "map-pin",
    Modality.PHONE: "phone",
    Modality.UNKNOWN: "calendar",
}


def modality_text(modality: Modality) -> str:
    """How one meets, in a word or two."""
    match modality:
        case Modality.VIDEO:
            return translate("Home", "Video")
        case Modality.IN_PERSON:
            return translate("Home", "In person")
        case Modality.PHONE:
            return translate("Home", "By phone")
    return translate("Home", "Appointment")


def when_text(item: AppointmentItem, now: datetime) -> str:
    """The heading of the card."""
    if item.start is None:
        return translate("Home", "Time not set yet")
    return near_day_and_time(item.start, now)


def day_text(item: AppointmentItem) -> str:
    return short_day(item.start) if item.start is not None else translate("Home", "No date yet")


def hour_text(item: AppointmentItem) -> str:
    return time_of_day(item.start) if item.start is not None else ""


def with_text(item: AppointmentItem) -> str:
    """Whom, what for, and how long."""
    name = item.practitioner_name or translate("Home", "your doctor")
    #: {doctor} is a name such as "Dr. Ana Reyes", or "your doctor"
    text = translate("Home", "with {doctor}").format(doctor=name)
    if item.service_name:
        text = f"{text}, {item.service_name}"
    if item.length_min:
        text = f"{text}  ·  {minutes_text(item.length_min)}"
    return text


def who_text(item: AppointmentItem) -> str:
    """The name of a row."""
    return item.practitioner_name or item.service_name or modality_text(item.modality)


def countdown_text(item: AppointmentItem) -> str:
    """Under the Join button: how long, or since when."""
    minutes = item.minutes_to_start
    if minutes is None:
        return ""
    if item.phase is Phase.NOW and item.end is not None and item.closes_at is not None and minutes < 0:
        late = -minutes
        if late >= 1:
            #: {time} is for example "5 minutes"
            return translate("Home", "Started {time} ago").format(time=countdown(late))
    if minutes <= 0:
        return translate("Home", "Starts now")
    #: {time} is for example "12 minutes"
    return translate("Home", "Starts in {time}").format(time=countdown(minutes))


def join_hint(item: AppointmentItem) -> str:
    """Why Join is not offered yet, or for how long it still is."""
    match item.joinability:
        case Joinability.TOO_EARLY if item.opens_at is not None and item.minutes_to_open is not None:
            if item.minutes_to_open < 60:
                #: {time} is for example "12 minutes"
                return translate("Home", "You can join in {time}").format(
                    time=countdown(item.minutes_to_open)
                )
            return translate("Home", "You can join from {time}").format(time=time_of_day(item.opens_at))
        case Joinability.NO_LINK:
            return translate("Home", "The practice has not set up the video yet")
        case Joinability.UNKNOWN_STATUS:
            return translate("Home", "We cannot tell if this visit takes place. Call the help line.")
        case Joinability.OPEN if item.phase is Phase.NOW and item.closes_at is not None:
            return translate("Home", "You can join until {time}").format(time=time_of_day(item.closes_at))
    return ""


def zone_text(item: AppointmentItem | None, plan_zone: str) -> str:
    """Which zone times are in, if it is not the health plan's: somebody travels, or lives across a border."""
    if item is None or item.start is None or not zone_name(item.start, plan_zone):
        return ""
    #: {zone} is for example "Eastern Standard Time"
    return translate("Home", "Times are in the time zone of this computer: {zone}.").format(
        zone=own_zone_name(item.start)
    )


def remark_text(item: AppointmentItem) -> str:
    """The quiet words of a row."""
    if item.phase is Phase.CANCELLED:
        return translate("Home", "Cancelled")
    if item.phase is Phase.MISSED:
        return translate("Home", "Missed")
    if item.moved_from is not None and item.phase is Phase.COMING:
        return translate("Home", "moved from {day}").format(day=month_day(item.moved_from))
    if item.practitioner_name and item.service_name:
        return item.service_name
    return ""


def change_text(change: AppointmentChange) -> str:
    """One change in a sentence."""
    return one_stop(_change_words(change))


def _change_words(change: AppointmentChange) -> str:
    appointment = change.appointment
    who = appointment.practitioner.display_name if appointment.practitioner is not None else ""
    name = who or appointment.service_name or translate("Home", "your doctor")
    if change.kind is ChangeKind.CANCELLED:
        start = appointment.start or change.old_start
        if start is None:
            return translate("Home", "Your visit with {doctor} was cancelled.").format(doctor=name)
        return translate("Home", "Your visit with {doctor} on {when} was cancelled.").format(
            doctor=name, when=day_and_time(start)
        )
    if appointment.start is None:
        return translate("Home", "Your visit with {doctor} gets a new time.").format(doctor=name)
    return translate("Home", "Your visit with {doctor} has a new time: {when}.").format(
        doctor=name, when=day_and_time(appointment.start)
    )
