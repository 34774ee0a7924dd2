"""Puts the check together: probes, devices, the service's leave. For the wizard and for ``kpdesk check``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kpdesk.app.paths import ProfilePaths, profile_paths
from kpdesk.app.rehearsal import RehearsalCaller, RehearsalDevices
from kpdesk.base.clock import Clock, SystemClock
from kpdesk.checks.preflight import Preflight
from kpdesk.checks.probes.camera import CameraProbe
from kpdesk.checks.probes.microphone import MicrophoneProbe
from kpdesk.checks.probes.network import (
    FirewallRow,
    NetworkTarget,
    firewall_table,
    network_probes,
    order_servers,
)
from kpdesk.checks.probes.quality import QualityProbe
from kpdesk.checks.probes.rehearsal import RehearsalProbe
from kpdesk.checks.probes.sound import sound_probes
from kpdesk.checks.probes.system import SystemProbe
from kpdesk.checks.thresholds import Thresholds, from_policy
from kpdesk.domain.errors import ClientError, ErrorCode
from kpdesk.domain.media import DeviceChoice, DeviceLists
from kpdesk.domain.preflight import ProbeGroup, ProbeName
from kpdesk.media.devices.check_camera import CheckCameras
from kpdesk.media.devices.check_sound import CheckSound
from kpdesk.media.devices.holders import system_holders
from kpdesk.media.devices.volume import MixerVolume, system_volume
from kpdesk.media.devices.watch import DeviceWatch
from kpdesk.media.encode_bench import Vp8EncodeBench
from kpdesk.media.thread import MediaThread
from kpdesk.services.diagnostics.diagnostics import SystemDiagnostics, versions
from kpdesk.services.http import HttpClient
from kpdesk.services.policy import Policy
from kpdesk.services.preflight import PreflightService
from kpdesk.services.profile import load_profile
from kpdesk.services.rehearsal import RehearsalService
from kpdesk.services.settings import SettingsStore
from kpdesk.services.signaling import WebSocketSignaling

if TYPE_CHECKING:
    from kpdesk.app.check import CheckOptions
    from kpdesk.checks.ports import Listener, Probe
    from kpdesk.media.devices.check_camera import CameraRoom
    from kpdesk.services.authorized import AccessTokens

NETWORK_THREAD: Final = "kpdesk-check-network"


@dataclass(frozen=True, slots=True)
class CheckSetting:
    """What the check is made with."""

    lists: Callable[[], DeviceLists]
    choice: Callable[[], DeviceChoice]
    http: HttpClient
    clock: Clock
    folder: Path
    """Where kpdesk keeps its files: is there room?"""
    service: str | None
    """FHIR base address; ``None`` when no service is known, and then the network is not looked at."""
    thresholds: Thresholds
    relay_only: bool = False
    certificate_issuer: str | None = None
    """Policy: who issued the service's certificate, so that a plan's own authority is no inspection."""
    identity: AccessTokens | None = None
    listener: Listener | None = None
    """``None`` when there is nobody to ask."""
    room: CameraRoom | None = None
    camera_file: Path | None = None
    microphone_file: Path | None = None


class Check:
    """The check and the parts of it that a wizard shows. ``close`` it: it may hold a thread and devices."""

    def __init__(self, setting: CheckSetting) -> None:
        """Raises ClientError when ``service`` is no address."""
        target = None
        if setting.service is not None:
            target = service_target(setting.service, setting.certificate_issuer)
        self._target = target
        holders = system_holders()
        self.cameras = CheckCameras(
            setting.lists, camera_file=setting.camera_file, room=setting.room, denied=holders.denied
        )
        self.sound = CheckSound(setting.lists, microphone_file=setting.microphone_file)
        self.volume: MixerVolume = system_volume(setting.lists)
        self.diagnostics = SystemDiagnostics(setting.folder)
        self._network = MediaThread(NETWORK_THREAD)
        limits = setting.thresholds
        sounds = sound_probes(
            self.sound,
            self.volume,
            setting.choice,
            setting.listener,
            holders,
            speaker=limits.speaker,
            microphone=limits.microphone,
            loop=limits.loop,
        )
        self.microphone: MicrophoneProbe = sounds.microphone
        grants = None if setting.service is None else _grants(setting, setting.service)
        probes: list[Probe] = [
            CameraProbe(self.cameras, lambda: setting.choice().camera_id, holders, limits.camera),
            *sounds,
            SystemProbe(self.diagnostics, Vp8EncodeBench(), grants, limits.system),
        ]
        if grants is not None and target is not None and setting.service is not None:
            probes += network_probes(target, grants, self._network, thresholds=limits.network)
            probes.append(QualityProbe(self._network, grants, thresholds=limits.quality))
            probes.append(RehearsalProbe(grants, self._caller(setting, setting.service), limits.rehearsal))
        self.grants = grants
        self.preflight = Preflight(probes, clock=setting.clock, versions=versions(), limits=limits.run)

    def firewall_rows(self) -> tuple[FirewallRow, ...]:
        """What the network must let through, and whether it did; empty without a service."""
        if self._target is None:
            return ()
        grant = self.grants.known if self.grants is not None else None
        return firewall_table(self._target, grant, self.preflight.results)

    async def close(self) -> None:
        """Stop what runs, forget what was recorded, release the devices."""
        self.preflight.cancel()
        await self.cameras.close_preview()
        self.microphone.close()
        await self._network.stop()

    def _caller(self, setting: CheckSetting, service: str) -> RehearsalCaller:
        rooms = RehearsalService(setting.http, setting.clock, service, relay_only=setting.relay_only)
        return RehearsalCaller(
            rooms,
            lambda: WebSocketSignaling(setting.http),
            lambda: RehearsalDevices(
                self.cameras if self.cameras.devices() else None,
                self.sound,
                setting.choice().camera_id,
                setting.choice().microphone_id,
                camera_file=setting.camera_file,
                microphone_file=setting.microphone_file,
            ),
            order_ice=lambda servers: order_servers(servers, self.preflight.results),
        )


def service_target(service: str, certificate_issuer: str | None = None) -> NetworkTarget:
    """What the network check looks at. Raises ClientError for what is no address of a service."""
    try:
        return NetworkTarget.of(service, expected_issuer=certificate_issuer)
    except ValueError as error:
        raise ClientError(ErrorCode.PROFILE_INVALID, reason="service address") from error


def _grants(setting: CheckSetting, service: str) -> PreflightService:
    return PreflightService(
        setting.http,
        setting.clock,
        service,
        identity=setting.identity,
        relay_only=setting.relay_only,
    )


_ABOUT_THE_SERVICE: Final = frozenset({ProbeGroup.NETWORK, ProbeGroup.REHEARSAL})
_NETWORK_NAMES: Final = frozenset(
    set(ProbeName)
    - {
        ProbeName.CAMERA,
        ProbeName.SPEAKER,
        ProbeName.MICROPHONE,
        ProbeName.ACOUSTIC_LOOP,
        ProbeName.SYSTEM,
    }
)


@asynccontextmanager
async def build_preflight(options: CheckOptions) -> AsyncIterator[Preflight]:
    """The check without a window (``app.check.PreflightFactory``). Raises ClientError when the profile cannot
    be used, or when the network is to be looked at and no service is known."""
    paths: ProfilePaths = profile_paths(options.profile_dir)
    policy = Policy.load()
    profile_file = policy.choose("ProfileFile", None)
    profile = load_profile(None if profile_file is None else Path(profile_file))
    service = options.server or policy.choose("FhirBaseUrl", None, profile.fhir_base_url)
    if service is None and _asks_for_network(options):
        raise ClientError(ErrorCode.PROFILE_INVALID, reason="no service address")
    devices = SettingsStore(paths.config).load().devices
    choice = DeviceChoice(devices.camera_id, devices.microphone_id, devices.speaker_id)
    thresholds, _problems = from_policy(policy.check_thresholds)
    http = HttpClient()
    watch = DeviceWatch(lambda _lists: None)
    try:
        check = Check(
            CheckSetting(
                lists=lambda: watch.lists,
                choice=lambda: choice,
                http=http,
                clock=SystemClock(),
                folder=paths.data,
                service=service,
                thresholds=thresholds,
                relay_only=policy.relay_only,
                certificate_issuer=policy.certificate_issuer,
                camera_file=options.camera_file,
                microphone_file=options.microphone_file,
            )
        )
        try:
            yield check.preflight
        finally:
            await check.close()
    finally:
        watch.close()
        await http.close()


def _asks_for_network(options: CheckOptions) -> bool:
    if options.groups is None and options.names is None:
        return True
    return bool(
        _ABOUT_THE_SERVICE.intersection(options.groups or ())
        or _NETWORK_NAMES.intersection(options.names or ())
    )
