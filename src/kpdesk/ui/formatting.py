"""Instants and durations as people read them, in the language and the time zone of this computer.

The locale is ``QLocale()``'s default (set by ``ui.i18n``). Instants are aware; the screen alone turns
them into local time.
"""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QObject, QTime, QTimeZone

from kpdesk.domain.profile import HelpLine, LocalizedText

translate = QCoreApplication.translate

_zone: list[tzinfo] = []
MINUTES_PER_HOUR: Final = 60
MINUTES_PER_DAY: Final = 24 * MINUTES_PER_HOUR


def use_zone(zone: tzinfo | None) -> None:
    """Write times in ``zone``; ``None`` is the computer's own."""
    _zone[:] = [] if zone is None else [zone]


def local(instant: datetime) -> datetime:
    """``instant`` on the clock on the wall."""
    return instant.astimezone(_zone[0] if _zone else None)


def zone_name(instant: datetime, zone: str) -> str:
    """The name of the IANA ``zone`` when its clock at ``instant`` differs from the one on the wall, for
    example ``Pacific Standard Time``; else empty: what goes without saying is not said."""
    there = instant.astimezone(ZoneInfo(zone))
    if there.utcoffset() == local(instant).utcoffset():
        return ""
    return _long_name(QTimeZone(zone.encode()), instant)


def own_zone_name(instant: datetime) -> str:
    """The name of the zone in which times are written, at ``instant``."""
    own = _zone[0] if _zone else None
    if isinstance(own, ZoneInfo) and own.key:
        return _long_name(QTimeZone(own.key.encode()), instant)
    return _long_name(QTimeZone.systemTimeZone(), instant)


def _long_name(zone: QTimeZone, instant: datetime) -> str:
    at = QDateTime.fromMSecsSinceEpoch(int(instant.timestamp() * 1000), zone)
    return zone.displayName(at, QTimeZone.NameType.LongName, QLocale())


def current_language() -> str:
    """BCP 47 tag of the words on the screen, for example ``es``."""
    return QLocale().bcp47Name()


def in_both_languages(text: LocalizedText) -> str:
    """What everybody has to be able to read: a line in the language of now, and one in the other."""
    other = "en" if current_language().startswith("es") else "es"
    lines = dict.fromkeys((text.in_language(current_language()), text.in_language(other)))
    return "\n".join(lines)


def clock(seconds: int) -> str:
    """A duration that counts up: ``0:12``, ``12:05``, ``1:02:03``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def time_of_day(instant: datetime) -> str:
    """``10:30 AM``, ``10:30 a. m.``"""
    at = local(instant)
    return _clock_time(at.time())


def short_day(instant: datetime) -> str:
    """``Tue, Dec 1``, ``mar, 1 dic``"""
    #: Date pattern of Qt: weekday, month, day, all short. Spanish: ddd d 'de' MMM
    return _day(local(instant).date(), translate("Formatting", "ddd, MMM d"))


def long_day(instant: datetime) -> str:
    """``Tuesday, December 1``"""
    #: Date pattern of Qt: weekday, month, day, all long. Spanish: dddd d 'de' MMMM
    return _day(local(instant).date(), translate("Formatting", "dddd, MMMM d"))


def month_day(instant: datetime) -> str:
    """``Dec 10``, ``10 de dic``"""
    #: Date pattern of Qt: month and day, short. Spanish: d 'de' MMM
    return _day(local(instant).date(), translate("Formatting", "MMM d"))


def _day(day: date, pattern: str) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), pattern).replace(".", "")


def day_and_time(instant: datetime) -> str:
    """``Tuesday, December 1 at 2:00 PM``"""
    #: A date and a time, for example "Tuesday, December 1 at 2:00 PM"
    return translate("Formatting", "{day} at {time}").format(day=long_day(instant), time=time_of_day(instant))


def near_day_and_time(instant: datetime, now: datetime) -> str:
    """As ``day_and_time``, with today, tomorrow and yesterday by name. A heading: it begins a line."""
    days = (local(instant).date() - local(now).date()).days
    if days == 0:
        day = translate("Formatting", "Today")
    elif days == 1:
        day = translate("Formatting", "Tomorrow")
    elif days == -1:
        day = translate("Formatting", "Yesterday")
    else:
        day = long_day(instant)
        day = day[:1].upper() + day[1:]
    return translate("Formatting", "{day} at {time}").format(day=day, time=time_of_day(instant))


def one_stop(text: str) -> str:
    """A time that ends with a full stop ("10:30 a.m.") ends its sentence too."""
    return text.replace("..", ".")


class Formatting(QObject):
    """Counted things, in the plural forms of the language. An object because Qt's collector of texts knows
    plural forms in Python from ``self.tr`` alone; its name is the context of this module."""

    def minutes(self, count: int) -> str:
        return self.tr("%n minutes", "", count)

    def hours(self, count: int) -> str:
        return self.tr("%n hours", "", count)

    def days(self, count: int) -> str:
        return self.tr("%n days", "", count)


_counted: Final = Formatting()


def minutes_text(minutes: int) -> str:
    """``1 minute``, ``12 minutes``"""
    return _counted.minutes(minutes)


def countdown(minutes: int) -> str:
    """A time to wait, as exact as one needs it: ``12 minutes``, ``1 hour 5 minutes``, ``3 days``."""
    if minutes < MINUTES_PER_HOUR:
        return minutes_text(max(1, minutes))
    if minutes < MINUTES_PER_DAY:
        hours, rest = divmod(minutes, MINUTES_PER_HOUR)
        text = _counted.hours(hours)
        return f"{text} {minutes_text(rest)}" if rest and hours < 3 else text
    return _counted.days(round(minutes / MINUTES_PER_DAY))


def _clock_time(at: time) -> str:
    text = QLocale().toString(QTime(at.hour, at.minute), QLocale.FormatType.ShortFormat)
    return text.replace("\u202f", "\u00a0")


def _round_hour(at: time) -> str:
    """``5 AM`` where clocks have twelve hours and the minutes are none; else as on a clock."""
    text = _clock_time(at)
    twelve = "ap" in QLocale().timeFormat(QLocale.FormatType.ShortFormat).lower()
    return text.replace(":00", "") if twelve and at.minute == 0 else text


def help_hours(line: HelpLine, now: datetime | None = None) -> str:
    """``Monday to Friday, 5 AM to 5 PM``: in the help line's own zone, as its leaflets say. ``now``, where it
    is known, adds the zone's name if its clock is not the one on the wall."""
    locale = QLocale()
    names = [locale.dayName(day + 1, QLocale.FormatType.LongFormat) for day in sorted(line.days)]
    run = list(line.days) == list(range(line.days[0], line.days[0] + len(line.days))) if line.days else False
    if run and len(names) > 1:
        #: Days of the week, for example "Monday to Friday"
        days = translate("Formatting", "{first} to {last}").format(first=names[0], last=names[-1])
    else:
        days = ", ".join(names)
    #: Opening hours, for example "Monday to Friday, 5 AM to 5 PM"
    text = translate("Formatting", "{days}, {opens} to {closes}").format(
        days=days,
        opens=_round_hour(line.opens),
        closes=_round_hour(line.closes),
    )
    zone = zone_name(now, line.time_zone) if now is not None else ""
    if zone:
        text = f"{text} ({zone})"
    return text[:1].upper() + text[1:]
