"""What the check found, in the words of the people who run networks and computers: "Details for IT"."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from kpdesk.domain.preflight import ProbeCode

DETAILS: dict[ProbeCode, object] = {
    ProbeCode.TIMED_OUT: QT_TRANSLATE_NOOP("ProbeDetails", "The probe did not end within its time limit."),
    ProbeCode.NEEDS_FAILED: QT_TRANSLATE_NOOP("ProbeDetails", "A probe that this one builds on failed."),
    ProbeCode.LEFT_OUT: QT_TRANSLATE_NOOP("ProbeDetails", "Left out by the person or on the command line."),
    ProbeCode.CRASHED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The probe raised an error; the log has its traceback."
    ),
    ProbeCode.CAMERA_NOT_FOUND: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The system lists no video capture device."
    ),
    ProbeCode.CAMERA_MISSING: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The stored device id is absent; the fallback device was probed."
    ),
    ProbeCode.CAMERA_DENIED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Camera permission is denied by the operating system’s privacy settings."
    ),
    ProbeCode.CAMERA_IN_USE: QT_TRANSLATE_NOOP("ProbeDetails", "The device is held by another process."),
    ProbeCode.CAMERA_FAILED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Opening the device failed; check its driver."
    ),
    ProbeCode.CAMERA_NO_FRAME: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The device opened, but no frame came in time."
    ),
    ProbeCode.CAMERA_VERY_SLOW: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Frame rate is below the lower limit; low light makes many cameras expose longer."
    ),
    ProbeCode.CAMERA_SLOW: QT_TRANSLATE_NOOP("ProbeDetails", "Frame rate is below the good value."),
    ProbeCode.CAMERA_SMALL: QT_TRANSLATE_NOOP("ProbeDetails", "The resolution is below the good value."),
    ProbeCode.CAMERA_COVERED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Mean luma and variance are those of a covered lens with sensor noise."
    ),
    ProbeCode.CAMERA_FROZEN: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Frames are delivered, but they are identical."
    ),
    ProbeCode.CAMERA_ODD_SHAPE: QT_TRANSLATE_NOOP("ProbeDetails", "The aspect ratio is outside 5:4 to 16:9."),
    ProbeCode.CAMERA_TOO_DARK: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Mean luma is low, but the picture has content."
    ),
    ProbeCode.CAMERA_BACKLIT: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The face is much darker than its surroundings."
    ),
    ProbeCode.CAMERA_TOO_BRIGHT: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Mean luma is high; large parts are clipped to white."
    ),
    ProbeCode.CAMERA_NO_FACE: QT_TRANSLATE_NOOP("ProbeDetails", "The face detector found no face."),
    ProbeCode.CAMERA_FACE_SMALL: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The face is smaller than the lower framing limit."
    ),
    ProbeCode.CAMERA_FACE_LARGE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The face is larger than the upper framing limit."
    ),
    ProbeCode.CAMERA_FACE_OFF_CENTRE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The face lies outside the framing area."
    ),
    ProbeCode.SPEAKER_NOT_FOUND: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The system lists no audio output device."
    ),
    ProbeCode.SPEAKER_MISSING: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The stored device id is absent; the fallback device was probed."
    ),
    ProbeCode.SPEAKER_IN_USE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The device is held exclusively by another process."
    ),
    ProbeCode.SPEAKER_FAILED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Opening or writing to the device failed; check its driver."
    ),
    ProbeCode.SPEAKER_MUTED: QT_TRANSLATE_NOOP("ProbeDetails", "The output is muted in the system mixer."),
    ProbeCode.SPEAKER_VOLUME_ZERO: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The output level in the system mixer is 0."
    ),
    ProbeCode.SPEAKER_VOLUME_LOW: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The output level in the system mixer is low."
    ),
    ProbeCode.SPEAKER_NOT_HEARD: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The device accepted the sound; the person answered No."
    ),
    ProbeCode.SPEAKER_NOT_CONFIRMED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The sound was played; no answer was given."
    ),
    ProbeCode.MICROPHONE_NOT_FOUND: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The system lists no audio input device."
    ),
    ProbeCode.MICROPHONE_MISSING: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The stored device id is absent; the fallback device was probed."
    ),
    ProbeCode.MICROPHONE_DENIED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Microphone permission is denied by the operating system’s privacy settings."
    ),
    ProbeCode.MICROPHONE_IN_USE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The device is held exclusively by another process."
    ),
    ProbeCode.MICROPHONE_FAILED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Opening or reading the device failed; check its driver."
    ),
    ProbeCode.MICROPHONE_MUTED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The input is muted, or at level 0, in the system mixer."
    ),
    ProbeCode.MICROPHONE_SILENT: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Digital silence: a hardware switch, or the system feeds zeros."
    ),
    ProbeCode.MICROPHONE_NO_VOICE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The signal has energy, but voice detection found no speech."
    ),
    ProbeCode.MICROPHONE_NOT_HEARD: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Speech was recorded; the person did not hear it played back."
    ),
    ProbeCode.MICROPHONE_QUIET: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The speech level is below the good value."
    ),
    ProbeCode.MICROPHONE_CLIPPING: QT_TRANSLATE_NOOP("ProbeDetails", "Runs of samples are at full scale."),
    ProbeCode.MICROPHONE_NOISY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The noise floor is high against the speech level."
    ),
    ProbeCode.MICROPHONE_OTHER_HEARD_BETTER: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The speech level is higher on another input device."
    ),
    ProbeCode.LOOP_HEADSET: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The acoustic path is weak: a headset or headphones."
    ),
    ProbeCode.LOOP_LOUDSPEAKER: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The acoustic path is proven: loudspeakers; the canceller is seeded with its delay."
    ),
    ProbeCode.LOOP_ECHO_LIKELY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The coupling is higher than what the canceller removes well."
    ),
    ProbeCode.LOOP_DELAY_LONG: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The path from speaker to microphone is long, as Bluetooth makes it."
    ),
    ProbeCode.LOOP_NOT_PROVEN: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The chirp was not found in the recording: no conclusion."
    ),
    ProbeCode.NETWORK_NONE: QT_TRANSLATE_NOOP("ProbeDetails", "There is no network interface with a route."),
    ProbeCode.NAME_NOT_FOUND: QT_TRANSLATE_NOOP(
        "ProbeDetails", "DNS did not resolve the service’s host name."
    ),
    ProbeCode.NAME_LOOKUP_SLOW: QT_TRANSLATE_NOOP("ProbeDetails", "DNS answers slowly."),
    ProbeCode.NAME_HIJACKED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "DNS answers another address than the service’s own."
    ),
    ProbeCode.CAPTIVE_PORTAL: QT_TRANSLATE_NOOP(
        "ProbeDetails", "A captive portal answers in place of the service."
    ),
    ProbeCode.TCP_BLOCKED: QT_TRANSLATE_NOOP("ProbeDetails", "TCP to the service’s port is dropped."),
    ProbeCode.TCP_REFUSED: QT_TRANSLATE_NOOP("ProbeDetails", "TCP to the service’s port is refused."),
    ProbeCode.TLS_BLOCKED: QT_TRANSLATE_NOOP("ProbeDetails", "The TLS handshake is cut or not answered."),
    ProbeCode.TLS_UNTRUSTED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The certificate’s chain ends in no trusted root."
    ),
    ProbeCode.TLS_EXPIRED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The certificate is not valid at this computer’s date."
    ),
    ProbeCode.TLS_WRONG_NAME: QT_TRANSLATE_NOOP("ProbeDetails", "The certificate is for another host name."),
    ProbeCode.TLS_INSPECTED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "TLS is re-signed by an inspecting proxy or security program; see the issuer."
    ),
    ProbeCode.PROXY_USED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The system’s web proxy is used for the service."
    ),
    ProbeCode.PROXY_UNREACHABLE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The configured web proxy does not answer."
    ),
    ProbeCode.PROXY_SIGN_IN: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The proxy answers 407 (authentication required)."
    ),
    ProbeCode.PROXY_REFUSES: QT_TRANSLATE_NOOP("ProbeDetails", "The proxy refuses CONNECT to the service."),
    ProbeCode.PROXY_AUTOMATIC: QT_TRANSLATE_NOOP(
        "ProbeDetails",
        "A PAC script or WPAD is to choose the proxy; kpdesk runs neither and connects directly.",
    ),
    ProbeCode.WEBSOCKET_BLOCKED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "HTTPS works; the WebSocket upgrade or its frames do not pass."
    ),
    ProbeCode.SERVICE_REFUSES: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The service answered with an error, or offers no check."
    ),
    ProbeCode.UDP_BLOCKED: QT_TRANSLATE_NOOP("ProbeDetails", "UDP to the service is dropped."),
    ProbeCode.UDP_SMALL_ONLY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Small UDP packets pass, packets of media size do not (MTU or filter)."
    ),
    ProbeCode.TURN_UNREACHABLE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The TURN server does not answer on this transport."
    ),
    ProbeCode.TURN_REFUSED: QT_TRANSLATE_NOOP("ProbeDetails", "The TURN server refuses the allocation."),
    ProbeCode.TURN_DOES_NOT_RELAY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "TURN allocates, but the relayed packet did not come back."
    ),
    ProbeCode.TURN_UNTRUSTED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The certificate of TURN over TLS is not trusted."
    ),
    ProbeCode.TURN_NOT_OFFERED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The service lists no TURN server for this transport."
    ),
    ProbeCode.DIRECT_BLOCKED: QT_TRANSLATE_NOOP("ProbeDetails", "No direct path; media would be relayed."),
    ProbeCode.NO_MEDIA_PATH: QT_TRANSLATE_NOOP(
        "ProbeDetails", "No direct path and no TURN transport is usable."
    ),
    ProbeCode.BANDWIDTH_NO_CALL: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Throughput is below what sound alone needs."
    ),
    ProbeCode.BANDWIDTH_AUDIO_ONLY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Throughput is below what a picture needs."
    ),
    ProbeCode.BANDWIDTH_WEAK: QT_TRANSLATE_NOOP("ProbeDetails", "Throughput is enough for a small picture."),
    ProbeCode.BANDWIDTH_LIMITED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Throughput is below what full picture size needs."
    ),
    ProbeCode.ROUND_TRIP_BAD: QT_TRANSLATE_NOOP("ProbeDetails", "Round trip time is above the upper limit."),
    ProbeCode.ROUND_TRIP_LONG: QT_TRANSLATE_NOOP("ProbeDetails", "Round trip time is above the good value."),
    ProbeCode.JITTER_BAD: QT_TRANSLATE_NOOP("ProbeDetails", "Jitter is above the upper limit."),
    ProbeCode.JITTER_HIGH: QT_TRANSLATE_NOOP("ProbeDetails", "Jitter is above the good value."),
    ProbeCode.LOSS_BAD: QT_TRANSLATE_NOOP("ProbeDetails", "Packet loss is above the upper limit."),
    ProbeCode.LOSS_HIGH: QT_TRANSLATE_NOOP("ProbeDetails", "Packet loss is above the good value."),
    ProbeCode.QUEUE_DELAY_HIGH: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The queue grows under load (bufferbloat)."
    ),
    ProbeCode.QUALITY_NOT_MEASURED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The paced UDP probe could not run on any path."
    ),
    ProbeCode.PROCESSOR_SLOW: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The one-second encode at call size is slower than real time allows."
    ),
    ProbeCode.PROCESSOR_BUSY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Processor load from other programs is high."
    ),
    ProbeCode.MEMORY_LOW: QT_TRANSLATE_NOOP("ProbeDetails", "Little memory is free."),
    ProbeCode.BATTERY_LOW: QT_TRANSLATE_NOOP("ProbeDetails", "The battery is low and discharging."),
    ProbeCode.BATTERY_DISCHARGING: QT_TRANSLATE_NOOP("ProbeDetails", "The computer is not on mains power."),
    ProbeCode.VPN_ACTIVE: QT_TRANSLATE_NOOP("ProbeDetails", "A VPN interface carries the default route."),
    ProbeCode.WIFI_WEAK: QT_TRANSLATE_NOOP("ProbeDetails", "The Wi-Fi signal is below the good value."),
    ProbeCode.CLOCK_WRONG: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The clock differs from the service’s by more than the limit."
    ),
    ProbeCode.DISK_FULL: QT_TRANSLATE_NOOP("ProbeDetails", "Little disk space is free."),
    ProbeCode.SYSTEM_TOO_OLD: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The operating system is older than the oldest supported version."
    ),
    ProbeCode.UPDATE_PENDING: QT_TRANSLATE_NOOP("ProbeDetails", "A restart for an update is pending."),
    ProbeCode.REHEARSAL_NO_CONNECTION: QT_TRANSLATE_NOOP(
        "ProbeDetails", "No ICE pair was nominated, or DTLS failed."
    ),
    ProbeCode.REHEARSAL_NO_SOUND: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Connected; no audio returned from the echo peer."
    ),
    ProbeCode.REHEARSAL_NO_PICTURE: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Connected; no video returned from the echo peer."
    ),
    ProbeCode.REHEARSAL_FREEZES: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The freeze share of the returned video is above the limit."
    ),
    ProbeCode.REHEARSAL_LOSSY: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Packet loss of the rehearsal is above the limit."
    ),
    ProbeCode.REHEARSAL_DELAYED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "Mouth-to-ear delay of the rehearsal is above the limit."
    ),
    ProbeCode.REHEARSAL_REFUSED: QT_TRANSLATE_NOOP(
        "ProbeDetails", "The service is busy, or offers no echo peer."
    ),
}
