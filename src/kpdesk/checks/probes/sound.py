"""The probes of sound, in the order that makes each one's answer worth most."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kpdesk.checks.ports import DeviceHolders, Listener, Sound, SystemVolume
from kpdesk.checks.probes.acoustic_loop import AcousticLoopProbe
from kpdesk.checks.probes.microphone import MicrophoneProbe
from kpdesk.checks.probes.speaker import SpeakerProbe
from kpdesk.checks.thresholds import LoopThresholds, MicrophoneThresholds, SpeakerThresholds
from kpdesk.domain.media import DeviceChoice
from kpdesk.domain.preflight import ProbeName


class SoundProbes(NamedTuple):
    speaker: SpeakerProbe
    microphone: MicrophoneProbe
    loop: AcousticLoopProbe


def sound_probes(
    sound: Sound,
    volume: SystemVolume,
    choice: Callable[[], DeviceChoice],
    listener: Listener | None,
    holders: DeviceHolders | None = None,
    *,
    speaker: SpeakerThresholds | None = None,
    microphone: MicrophoneThresholds | None = None,
    loop: LoopThresholds | None = None,
) -> SoundProbes:
    """With a person: speaker, microphone, and the loop when both are settled. Without one (``listener`` is
    ``None``) the loop comes first: it answers for the person whether the speaker is heard, and whether the
    microphone hears although nobody speaks."""
    first = frozenset({ProbeName.ACOUSTIC_LOOP}) if listener is None else frozenset[ProbeName]()
    last = (
        frozenset[ProbeName]() if listener is None else frozenset({ProbeName.SPEAKER, ProbeName.MICROPHONE})
    )
    return SoundProbes(
        SpeakerProbe(sound, volume, lambda: choice().speaker_id, listener, speaker, after=first),
        MicrophoneProbe(sound, volume, lambda: choice().microphone_id, holders, microphone, after=first),
        AcousticLoopProbe(
            sound,
            volume,
            lambda: choice().speaker_id,
            lambda: choice().microphone_id,
            loop,
            after=last,
        ),
    )
