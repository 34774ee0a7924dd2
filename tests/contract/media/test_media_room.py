"""The media room as the call uses it, with files as devices, against a peer of plain aiortc."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest

from kpdesk.base.threads import WrongThreadError
from kpdesk.calls.ports import CallMedia
from kpdesk.domain.errors import PayloadError
from kpdesk.domain.media import (
    DeviceChanged,
    DeviceChoice,
    DeviceHealth,
    DeviceKind,
    IceCandidate,
    MediaEvent,
    MediaFlowing,
    MediaStalled,
    MediaWish,
    MicrophoneLevel,
    PeerChanged,
    PeerState,
    StatsMeasured,
)
from kpdesk.media.room import MediaRoom
from kpdesk.ui.ports import PictureSource
from tests.fakes.device_watch import FakeDeviceWatch
from tests.helpers.aiortc_peer import Peer
from tests.helpers.opus_stream import voice
from tests.helpers.patterns import drawn_frames, read, write_y4m
from tests.helpers.sound import match, write_wav

pytestmark = pytest.mark.slow

E = TypeVar("E", bound=MediaEvent)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Numbered footage, and a voice."""
    folder = tmp_path_factory.mktemp("devices")
    camera, microphone = folder / "camera.y4m", folder / "voice.wav"
    write_y4m(camera, drawn_frames(640, 360, 60), 640, 360, fps=20)
    write_wav(microphone, (voice(3.0) / 32768).astype(np.float32), 48_000)
    return camera, microphone


class Table:
    """A room, what it said, and the peers at the other end."""

    def __init__(self, files: tuple[Path, Path]) -> None:
        loop = asyncio.get_running_loop()
        self.events: list[MediaEvent] = []
        self.threads: set[str] = set()
        self.peers: list[Peer] = []
        self.room = MediaRoom(
            loop.call_soon_threadsafe,
            camera_file=files[0],
            microphone_file=files[1],
            make_watch=FakeDeviceWatch().make,
        )
        self.room.subscribe(self._hear)

    def _hear(self, event: MediaEvent) -> None:
        self.threads.add(threading.current_thread().name)
        self.events.append(event)

    def of(self, kind: type[E], generation: int | None = None) -> list[E]:
        found = [event for event in self.events if isinstance(event, kind)]
        return [one for one in found if generation in (None, getattr(one, "generation", None))]

    async def call(self, generation: int) -> Peer:
        """A new peer connection, up to where sound and picture flow both ways."""
        peer = Peer()
        self.peers.append(peer)
        offer = await self.room.create_offer(generation, (), relay_only=False)
        await self.room.accept_answer(generation, await peer.answer(offer))
        await until(lambda: {one.kind for one in self.of(MediaFlowing, generation)} == {"audio", "video"})
        await until(lambda: len(peer.numbers) > 5 and len(peer.sound) > 10)
        return peer

    async def close(self) -> None:
        for peer in self.peers:
            await peer.close()
        await self.room.close()


@pytest.fixture
async def table(files: tuple[Path, Path]) -> AsyncIterator[Table]:
    table = Table(files)
    yield table
    await table.close()
    assert [one.name for one in threading.enumerate() if one.name.startswith("kpdesk-")] == []


async def until(happened: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not happened():
            await asyncio.sleep(0.02)


async def test_it_is_what_the_call_and_the_screen_need(table: Table) -> None:
    media: CallMedia = table.room
    pictures: tuple[PictureSource, PictureSource] = (table.room.remote_pictures, table.room.self_pictures)
    assert media
    assert all(pictures)


async def test_picture_and_sound_both_ways(table: Table) -> None:
    table.room.remote_pictures.set_target(640, 360)
    table.room.self_pictures.set_target(320, 180)
    await table.room.open_devices(DeviceChoice(), MediaWish())
    peer = await table.call(1)
    await until(lambda: bool(table.of(StatsMeasured)))
    await until(lambda: len(peer.sound) > 150)  # 3 s

    # to the peer: the very frames of the file, and the very voice
    assert peer.numbers == sorted(peer.numbers) or 59 in peer.numbers
    assert set(peer.numbers) <= set(range(60))
    for _ in range(4):  # the canceller and the suppressor are still learning the room: listen on
        heard = match(peer.heard(), 48_000, (voice(3.0) / 32768).astype(np.float32), 48_000)
        if heard.same:
            break
        peer.sound.clear()
        await until(lambda: len(peer.sound) > 150)
    assert heard.same, heard

    # to us: its picture with its number, painted
    picture = None
    async with asyncio.timeout(5):
        while picture is None:
            picture = table.room.remote_pictures.take()
            await asyncio.sleep(0.01)
    rows = np.frombuffer(picture.data, np.uint8)[: picture.stride * picture.height]
    green = rows.reshape(picture.height, picture.stride)[:, : picture.width * 4].reshape(360, 640, 4)[:, :, 1]
    number = read(green)
    assert number is not None
    assert abs(number - peer.picture.number) < 15

    stats = table.of(StatsMeasured)[-1].stats
    assert (stats.frame_width, stats.frame_height) == (640, 360)
    assert (stats.sent_width, stats.sent_height) == (640, 360)
    assert stats.frames_decoded > 0
    assert stats.frames_sent > 0
    assert stats.audio_seconds_received > 0.3
    assert stats.audio_level > 0.01
    assert stats.candidate_type in ("host", "prflx")
    assert stats.bytes_sent > 10_000
    assert stats.bytes_received > 10_000
    assert stats.first_video_frame_at_s is not None

    assert table.room.self_pictures.take() is not None
    assert table.of(MicrophoneLevel)
    assert table.threads == {threading.main_thread().name}
    states = [event.state for event in table.of(PeerChanged, 1)]
    assert states[-1] is PeerState.CONNECTED
    for kind in (DeviceKind.CAMERA, DeviceKind.MICROPHONE):
        said = [one.state.health for one in table.of(DeviceChanged) if one.state.kind is kind]
        assert said == [DeviceHealth.STARTING, DeviceHealth.WORKING]


async def test_camera_off_and_mute_keep_the_senders(table: Table) -> None:
    await table.room.open_devices(DeviceChoice(), MediaWish())
    peer = await table.call(1)
    await table.room.set_wish(MediaWish(microphone_on=False, camera_on=False))
    await asyncio.sleep(0.5)
    peer.sound.clear()
    peer.black_frames = 0
    await until(lambda: peer.black_frames >= 2 and len(peer.sound) > 25)
    assert np.abs(peer.heard()).max() < 0.01
    await table.room.set_wish(MediaWish())
    shown = len(peer.numbers)
    peer.sound.clear()
    await until(lambda: len(peer.numbers) > shown + 5)
    await until(lambda: len(peer.sound) > 25 and float(np.abs(peer.heard()).max()) > 0.05)
    assert table.of(PeerChanged, 1)[-1].state is PeerState.CONNECTED


async def test_a_second_peer_connection_takes_over_the_tracks(table: Table) -> None:
    await table.room.open_devices(DeviceChoice(), MediaWish())
    first = await table.call(1)
    second = await table.call(2)
    both = len(first.numbers), len(second.numbers)
    await until(lambda: len(first.numbers) > both[0] + 5 and len(second.numbers) > both[1] + 5)
    await table.room.close_peer(1)
    shown = len(second.numbers), len(second.sound)
    await until(lambda: len(second.numbers) > shown[0] + 10 and len(second.sound) > shown[1] + 25)
    said = [one.state.health for one in table.of(DeviceChanged) if one.state.kind is DeviceKind.CAMERA]
    assert said == [DeviceHealth.STARTING, DeviceHealth.WORKING]  # never reopened


async def test_a_stall_is_noticed_and_so_is_its_end(table: Table) -> None:
    await table.room.open_devices(DeviceChoice(), MediaWish())
    peer = await table.call(1)
    send = peer.connection.getSenders()[0].transport._send_rtp
    transport = peer.connection.getSenders()[0].transport

    async def lost(_data: bytes) -> None:
        return

    transport._send_rtp = lost  # type: ignore[method-assign]
    await until(lambda: bool(table.of(MediaStalled, 1)))
    assert 2.4 < table.of(MediaStalled, 1)[0].silent_s < 4
    flowing = len(table.of(MediaFlowing, 1))
    transport._send_rtp = send  # type: ignore[method-assign]
    await until(lambda: {one.kind for one in table.of(MediaFlowing, 1)[flowing:]} == {"audio", "video"})
    assert len(table.of(MediaStalled, 1)) == 1


async def test_the_other_side_hangs_up(table: Table) -> None:
    await table.room.open_devices(DeviceChoice(), MediaWish())
    peer = await table.call(1)
    await peer.close()
    await until(
        lambda: table.of(PeerChanged, 1)[-1].state in (PeerState.CLOSED, PeerState.FAILED), seconds=10
    )


def spoiled(answer: str) -> dict[str, str]:
    lines = answer.splitlines()
    return {
        "nothing": "",
        "rubbish": "v=0\r\nm=nonsense",
        "keys in signaling": answer + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc\r\n",
        "no video": answer[: answer.index("m=video")],
        "no credentials": "\r\n".join(line for line in lines if not line.startswith("a=ice-pwd")) + "\r\n",
        "no role": answer.replace("a=setup:active", "a=setup:actpass"),
        "foreign codecs": answer.replace("opus/48000/2", "speex/8000").replace("VP8/90000", "AV1/90000"),
    }


@pytest.mark.parametrize("how", spoiled("m=video"))
async def test_an_answer_that_cannot_be_used_is_refused(table: Table, how: str) -> None:
    peer = Peer()
    table.peers.append(peer)
    offer = await table.room.create_offer(1, (), relay_only=False)
    answer = spoiled(await peer.answer(offer))[how]
    with pytest.raises(PayloadError) as caught:
        await table.room.accept_answer(1, answer)
    assert "abc" not in repr(caught.value)


async def test_the_offer_is_complete_and_tells_no_more_than_it_must(table: Table) -> None:
    offer = await table.room.create_offer(1, (), relay_only=False)
    assert offer.count("m=audio") == offer.count("m=video") == 1
    assert offer.count("a=sendrecv") == 2
    assert "a=candidate" in offer
    assert "useinbandfec=1" in offer
    assert "a=setup:actpass" in offer
    assert "a=group:BUNDLE 0 1" in offer
    assert "H264" not in offer
    assert "crypto" not in offer


async def test_relay_only_without_a_relay_tells_no_address(table: Table) -> None:
    offer = await table.room.create_offer(1, (), relay_only=True)
    assert "a=candidate" not in offer


async def test_candidates_may_come_at_any_time(table: Table) -> None:
    peer = Peer()
    table.peers.append(peer)
    await table.room.open_devices(DeviceChoice(), MediaWish())
    offer = await table.room.create_offer(1, (), relay_only=False)
    answer = await peer.answer(offer)
    lines = [line[2:] for line in answer.splitlines() if line.startswith("a=candidate")]
    without = "\r\n".join(
        line for line in answer.splitlines() if not line.startswith(("a=candidate", "a=end-of-candidates"))
    )
    for line in lines[:1]:
        await table.room.add_candidate(1, IceCandidate(line, "0", 0))
    await table.room.add_candidate(1, IceCandidate("candidate:nonsense", "0", 0))
    await table.room.accept_answer(1, without + "\r\n")
    for line in lines[1:]:
        await table.room.add_candidate(1, IceCandidate(line, "0", 0))
    await table.room.add_candidate(1, None)
    await table.room.add_candidate(1, None)
    await until(lambda: bool(table.of(MediaFlowing, 1)))


async def test_generations_that_nobody_knows_are_ignored(table: Table) -> None:
    await table.room.accept_answer(7, "")
    await table.room.add_candidate(7, IceCandidate("candidate:1", "0", 0))
    await table.room.close_peer(7)
    assert table.events == []


async def test_an_unsubscribed_listener_hears_nothing(table: Table) -> None:
    heard: list[MediaEvent] = []
    table.room.subscribe(heard.append)()
    await table.room.open_devices(DeviceChoice(), MediaWish())
    await until(lambda: bool(table.events))
    assert heard == []


async def test_only_the_gui_thread_may_call(table: Table) -> None:
    def elsewhere() -> None:
        asyncio.run(table.room.set_volume(0.5))

    with pytest.raises(WrongThreadError):
        await asyncio.to_thread(elsewhere)


async def test_a_connection_on_which_nothing_ever_comes_is_a_stall_too(table: Table) -> None:
    await table.room.open_devices(DeviceChoice(), MediaWish())
    peer = Peer()
    table.peers.append(peer)
    offer = await table.room.create_offer(1, (), relay_only=False)
    answer = await peer.answer(offer)
    for sender in peer.connection.getSenders():
        sender.replaceTrack(None)
        sender.transport._send_rtp = _lost  # type: ignore[method-assign]
    await table.room.accept_answer(1, answer)
    await until(lambda: bool(table.of(MediaStalled, 1)))
    assert table.of(MediaFlowing) == []
    assert PeerState.CONNECTED in [event.state for event in table.of(PeerChanged, 1)]


async def _lost(_data: bytes) -> None:
    """What is sent does not arrive."""


async def test_a_close_whose_caller_is_cancelled_still_closes(table: Table) -> None:
    await table.room.create_offer(1, (), relay_only=False)
    connection = table.room._peers[1]._connection
    closing = asyncio.get_running_loop().create_task(table.room.close_peer(1))
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing])
    assert closing.cancelled()
    await until(lambda: connection.connectionState == "closed")
