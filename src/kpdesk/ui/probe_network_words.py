"""What the check says about network, computer and practice call; see ``ui.probe_texts``.

Title, sentence, action; a fourth text is the sentence that names the device or program.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from kpdesk.domain.preflight import ProbeCode

# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
WORDS: dict[ProbeCode, tuple[object, ...]] = {
    ProbeCode.NETWORK_NONE: (
        QT_TRANSLATE_NOOP("Probes", "This computer is not on the internet"),
        QT_TRANSLATE_NOOP("Probes", "We could not find any way out."),
        QT_TRANSLATE_NOOP("Probes", "Check your Wi-Fi or network cable, then try again."),
    ),
    ProbeCode.NAME_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Probes", "We can’t find the visit service"),
        QT_TRANSLATE_NOOP("Probes", "Your internet could not find the visit service."),
        QT_TRANSLATE_NOOP("Probes", "Turn your Wi-Fi off and on, then try again."),
    ),
    ProbeCode.NAME_LOOKUP_SLOW: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is slow to start"),
        QT_TRANSLATE_NOOP("Probes", "It takes long until a page begins to open."),
        QT_TRANSLATE_NOOP("Probes", "Start your Wi-Fi box again when you have time."),
    ),
    ProbeCode.NAME_HIJACKED: (
        QT_TRANSLATE_NOOP("Probes", "Your network sends us to a wrong place"),
        QT_TRANSLATE_NOOP("Probes", "Your network shows us another page than the visit service."),
        QT_TRANSLATE_NOOP("Probes", "Open your web browser and sign on to this network."),
    ),
    ProbeCode.CAPTIVE_PORTAL: (
        QT_TRANSLATE_NOOP("Probes", "This network wants you to sign on"),
        QT_TRANSLATE_NOOP("Probes", "This network has a page that you must agree to first."),
        QT_TRANSLATE_NOOP("Probes", "Open your web browser, sign on there, then try again."),
    ),
    ProbeCode.TCP_BLOCKED: (
        QT_TRANSLATE_NOOP("Probes", "Your network blocks the visit service"),
        QT_TRANSLATE_NOOP("Probes", "We get no answer from the visit service."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or ask the person who runs it."),
    ),
    ProbeCode.TCP_REFUSED: (
        QT_TRANSLATE_NOOP("Probes", "The visit service does not answer"),
        QT_TRANSLATE_NOOP("Probes", "We reached it, but it would not open."),
        QT_TRANSLATE_NOOP("Probes", "Try again in a few minutes, or call the help line."),
    ),
    ProbeCode.TLS_BLOCKED: (
        QT_TRANSLATE_NOOP("Probes", "Your network stops safe pages"),
        QT_TRANSLATE_NOOP("Probes", "Your network cuts our safe connection."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or ask the person who runs it."),
    ),
    ProbeCode.TLS_UNTRUSTED: (
        QT_TRANSLATE_NOOP("Probes", "The connection is not safe"),
        QT_TRANSLATE_NOOP("Probes", "We can’t be sure that this is your health plan."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or call the help line."),
    ),
    ProbeCode.TLS_EXPIRED: (
        QT_TRANSLATE_NOOP("Probes", "The connection looks out of date"),
        QT_TRANSLATE_NOOP("Probes", "The date of this computer may be wrong."),
        QT_TRANSLATE_NOOP("Probes", "Set the date and time of this computer, then try again."),
    ),
    ProbeCode.TLS_WRONG_NAME: (
        QT_TRANSLATE_NOOP("Probes", "We reached the wrong place"),
        QT_TRANSLATE_NOOP("Probes", "Another service answered us."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or call the help line."),
    ),
    ProbeCode.TLS_INSPECTED: (
        QT_TRANSLATE_NOOP("Probes", "Your network reads along"),
        QT_TRANSLATE_NOOP("Probes", "A program on your network opens safe connections."),
        QT_TRANSLATE_NOOP("Probes", "Use your home network for your visit if you can."),
        QT_TRANSLATE_NOOP("Probes", "{program} opens the safe connections of this computer."),
    ),
    ProbeCode.PROXY_USED: (
        QT_TRANSLATE_NOOP("Probes", "Your internet goes a longer way"),
        QT_TRANSLATE_NOOP("Probes", "This computer sends its pages through another one."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do if all else works."),
    ),
    ProbeCode.PROXY_UNREACHABLE: (
        QT_TRANSLATE_NOOP("Probes", "A setting of your network does not work"),
        QT_TRANSLATE_NOOP("Probes", "This computer should go through another one that does not answer."),
        QT_TRANSLATE_NOOP("Probes", "Ask the person who takes care of this computer."),
    ),
    ProbeCode.PROXY_SIGN_IN: (
        QT_TRANSLATE_NOOP("Probes", "Your network wants a name and password"),
        QT_TRANSLATE_NOOP("Probes", "Your network asks for a sign-on that kpdesk can’t give."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or ask the person who runs it."),
    ),
    ProbeCode.PROXY_REFUSES: (
        QT_TRANSLATE_NOOP("Probes", "Your network does not allow visits"),
        QT_TRANSLATE_NOOP("Probes", "Your network said no to the visit service."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or ask the person who runs it."),
    ),
    ProbeCode.PROXY_AUTOMATIC: (
        QT_TRANSLATE_NOOP("Probes", "We take our own way to the internet"),
        QT_TRANSLATE_NOOP("Probes", "Your network has a rule for web pages that kpdesk does not use."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do if all else works."),
    ),
    ProbeCode.WEBSOCKET_BLOCKED: (
        QT_TRANSLATE_NOOP("Probes", "Your network cuts the visit line"),
        QT_TRANSLATE_NOOP("Probes", "Pages open, but the line for the visit is cut."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or ask the person who runs it."),
    ),
    ProbeCode.SERVICE_REFUSES: (
        QT_TRANSLATE_NOOP("Probes", "The visit service can’t be checked"),
        QT_TRANSLATE_NOOP("Probes", "The visit service answered, but not as we expected."),
        QT_TRANSLATE_NOOP("Probes", "Try again later, or call the help line."),
    ),
    ProbeCode.UDP_BLOCKED: (
        QT_TRANSLATE_NOOP("Probes", "Your network blocks the fast way"),
        QT_TRANSLATE_NOOP("Probes", "Sound and picture have to take a slower way."),
        QT_TRANSLATE_NOOP("Probes", "You can go on. Another network may work better."),
    ),
    ProbeCode.UDP_SMALL_ONLY: (
        QT_TRANSLATE_NOOP("Probes", "Your network holds back the picture"),
        QT_TRANSLATE_NOOP("Probes", "Your network lets only small pieces through."),
        QT_TRANSLATE_NOOP("Probes", "Turn off a VPN if you use one, or try another network."),
    ),
    ProbeCode.TURN_UNREACHABLE: (
        QT_TRANSLATE_NOOP("Probes", "One way for sound and picture is closed"),
        QT_TRANSLATE_NOOP("Probes", "We could not reach a helper of the visit service."),
        QT_TRANSLATE_NOOP("Probes", "You can go on if another way is open."),
    ),
    ProbeCode.TURN_REFUSED: (
        QT_TRANSLATE_NOOP("Probes", "One way for sound and picture said no"),
        QT_TRANSLATE_NOOP("Probes", "A helper of the visit service did not let us in."),
        QT_TRANSLATE_NOOP("Probes", "Try again in a few minutes, or call the help line."),
    ),
    ProbeCode.TURN_DOES_NOT_RELAY: (
        QT_TRANSLATE_NOOP("Probes", "One way for sound and picture is stuck"),
        QT_TRANSLATE_NOOP("Probes", "A helper of the visit service answers, but passes nothing on."),
        QT_TRANSLATE_NOOP("Probes", "Call the help line if no other way is open."),
    ),
    ProbeCode.TURN_UNTRUSTED: (
        QT_TRANSLATE_NOOP("Probes", "One way for sound and picture is not safe"),
        QT_TRANSLATE_NOOP("Probes", "We can’t be sure who answers there."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or call the help line."),
    ),
    ProbeCode.TURN_NOT_OFFERED: (
        QT_TRANSLATE_NOOP("Probes", "The visit service has one way less"),
        QT_TRANSLATE_NOOP("Probes", "The visit service does not offer this way."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do if another way is open."),
    ),
    ProbeCode.DIRECT_BLOCKED: (
        QT_TRANSLATE_NOOP("Probes", "Sound and picture take a longer way"),
        QT_TRANSLATE_NOOP("Probes", "The short way is closed, but a longer one may work."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do if another way is open."),
    ),
    ProbeCode.NO_MEDIA_PATH: (
        QT_TRANSLATE_NOOP("Probes", "Sound and picture can’t get through"),
        QT_TRANSLATE_NOOP("Probes", "Your network blocks every way for sound and picture."),
        QT_TRANSLATE_NOOP("Probes", "Try another network, or turn off a VPN."),
    ),
    ProbeCode.BANDWIDTH_NO_CALL: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is too slow for a visit"),
        QT_TRANSLATE_NOOP("Probes", "Your internet is too slow even for sound."),
        QT_TRANSLATE_NOOP("Probes", "Move closer to your Wi-Fi box, or try another network."),
    ),
    ProbeCode.BANDWIDTH_AUDIO_ONLY: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is enough for sound only"),
        QT_TRANSLATE_NOOP("Probes", "Your internet is too slow for a picture."),
        QT_TRANSLATE_NOOP("Probes", "Move closer to your Wi-Fi box, or stop other downloads."),
    ),
    ProbeCode.BANDWIDTH_WEAK: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is weak"),
        QT_TRANSLATE_NOOP("Probes", "Your picture may stop at times."),
        QT_TRANSLATE_NOOP("Probes", "Move closer to your Wi-Fi box, or stop other downloads."),
    ),
    ProbeCode.BANDWIDTH_LIMITED: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is a little slow"),
        QT_TRANSLATE_NOOP("Probes", "Your picture will not be very sharp."),
        QT_TRANSLATE_NOOP("Probes", "Stop other downloads during your visit."),
    ),
    ProbeCode.ROUND_TRIP_BAD: (
        QT_TRANSLATE_NOOP("Probes", "There is a long delay"),
        QT_TRANSLATE_NOOP("Probes", "Your voice will reach your doctor very late."),
        QT_TRANSLATE_NOOP("Probes", "Turn off a VPN if you use one, or try another network."),
    ),
    ProbeCode.ROUND_TRIP_LONG: (
        QT_TRANSLATE_NOOP("Probes", "There is some delay"),
        QT_TRANSLATE_NOOP("Probes", "Your voice will reach your doctor a little late."),
        QT_TRANSLATE_NOOP("Probes", "Wait a moment before you speak."),
    ),
    ProbeCode.JITTER_BAD: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is very uneven"),
        QT_TRANSLATE_NOOP("Probes", "Sound and picture will break up."),
        QT_TRANSLATE_NOOP("Probes", "Use a network cable, or move closer to your Wi-Fi box."),
    ),
    ProbeCode.JITTER_HIGH: (
        QT_TRANSLATE_NOOP("Probes", "Your internet is uneven"),
        QT_TRANSLATE_NOOP("Probes", "Sound and picture may break up at times."),
        QT_TRANSLATE_NOOP("Probes", "Use a network cable, or move closer to your Wi-Fi box."),
    ),
    ProbeCode.LOSS_BAD: (
        QT_TRANSLATE_NOOP("Probes", "Your internet loses a lot"),
        QT_TRANSLATE_NOOP("Probes", "Much of your sound and picture gets lost."),
        QT_TRANSLATE_NOOP("Probes", "Use a network cable, or move closer to your Wi-Fi box."),
    ),
    ProbeCode.LOSS_HIGH: (
        QT_TRANSLATE_NOOP("Probes", "Your internet loses a little"),
        QT_TRANSLATE_NOOP("Probes", "Small parts of your sound and picture get lost."),
        QT_TRANSLATE_NOOP("Probes", "Use a network cable, or move closer to your Wi-Fi box."),
    ),
    ProbeCode.QUEUE_DELAY_HIGH: (
        QT_TRANSLATE_NOOP("Probes", "Your internet gets slow when it is busy"),
        QT_TRANSLATE_NOOP("Probes", "It answers late while somebody uses it much."),
        QT_TRANSLATE_NOOP("Probes", "Stop other downloads and films during your visit."),
    ),
    ProbeCode.QUALITY_NOT_MEASURED: (
        QT_TRANSLATE_NOOP("Probes", "We could not measure your internet"),
        QT_TRANSLATE_NOOP("Probes", "We don’t know how fast your internet is."),
        QT_TRANSLATE_NOOP("Probes", "You can go on, or try again."),
    ),
    ProbeCode.PROCESSOR_SLOW: (
        QT_TRANSLATE_NOOP("Probes", "Your computer is slow"),
        QT_TRANSLATE_NOOP("Probes", "This computer is slow at sending a picture."),
        QT_TRANSLATE_NOOP("Probes", "Close other programs during your visit."),
    ),
    ProbeCode.PROCESSOR_BUSY: (
        QT_TRANSLATE_NOOP("Probes", "Your computer is busy"),
        QT_TRANSLATE_NOOP("Probes", "Other programs keep this computer busy."),
        QT_TRANSLATE_NOOP("Probes", "Close other programs, then try again."),
    ),
    ProbeCode.MEMORY_LOW: (
        QT_TRANSLATE_NOOP("Probes", "Your computer is nearly full of open programs"),
        QT_TRANSLATE_NOOP("Probes", "There is little room left for the visit."),
        QT_TRANSLATE_NOOP("Probes", "Close other programs."),
    ),
    ProbeCode.BATTERY_LOW: (
        QT_TRANSLATE_NOOP("Probes", "Your battery is low"),
        QT_TRANSLATE_NOOP("Probes", "Your battery may not last for the visit."),
        QT_TRANSLATE_NOOP("Probes", "Plug in your computer."),
    ),
    ProbeCode.BATTERY_DISCHARGING: (
        QT_TRANSLATE_NOOP("Probes", "Your computer runs on its battery"),
        QT_TRANSLATE_NOOP("Probes", "A video visit uses a lot of power."),
        QT_TRANSLATE_NOOP("Probes", "Plug in your computer for the visit."),
    ),
    ProbeCode.VPN_ACTIVE: (
        QT_TRANSLATE_NOOP("Probes", "A VPN is on"),
        QT_TRANSLATE_NOOP("Probes", "A VPN can make sound and picture slow."),
        QT_TRANSLATE_NOOP("Probes", "Turn it off for the visit if you can."),
    ),
    ProbeCode.WIFI_WEAK: (
        QT_TRANSLATE_NOOP("Probes", "Your Wi-Fi is weak"),
        QT_TRANSLATE_NOOP("Probes", "You are far from your Wi-Fi box."),
        QT_TRANSLATE_NOOP("Probes", "Move closer to it, or use a network cable."),
    ),
    ProbeCode.CLOCK_WRONG: (
        QT_TRANSLATE_NOOP("Probes", "Your clock is wrong"),
        QT_TRANSLATE_NOOP("Probes", "The time of this computer is not right."),
        QT_TRANSLATE_NOOP("Probes", "Set the date and time in the settings."),
    ),
    ProbeCode.DISK_FULL: (
        QT_TRANSLATE_NOOP("Probes", "Your computer is nearly full"),
        QT_TRANSLATE_NOOP("Probes", "There is little room left on this computer."),
        QT_TRANSLATE_NOOP("Probes", "Delete what you no longer need."),
    ),
    ProbeCode.SYSTEM_TOO_OLD: (
        QT_TRANSLATE_NOOP("Probes", "Your computer needs an update"),
        QT_TRANSLATE_NOOP("Probes", "kpdesk may not work well on this old system."),
        QT_TRANSLATE_NOOP("Probes", "Update this computer, or ask somebody to help you."),
    ),
    ProbeCode.UPDATE_PENDING: (
        QT_TRANSLATE_NOOP("Probes", "An update is waiting"),
        QT_TRANSLATE_NOOP("Probes", "This computer may start again by itself."),
        QT_TRANSLATE_NOOP("Probes", "Start your computer again before the visit."),
    ),
    ProbeCode.REHEARSAL_NO_CONNECTION: (
        QT_TRANSLATE_NOOP("Probes", "The practice call did not connect"),
        QT_TRANSLATE_NOOP("Probes", "We tried a short call, and it did not connect."),
        QT_TRANSLATE_NOOP("Probes", "Try again, or try another network."),
    ),
    ProbeCode.REHEARSAL_NO_SOUND: (
        QT_TRANSLATE_NOOP("Probes", "The practice call had no sound"),
        QT_TRANSLATE_NOOP("Probes", "The call connected, but no sound came back."),
        QT_TRANSLATE_NOOP("Probes", "Try again, or call the help line."),
    ),
    ProbeCode.REHEARSAL_NO_PICTURE: (
        QT_TRANSLATE_NOOP("Probes", "The practice call had no picture"),
        QT_TRANSLATE_NOOP("Probes", "The call connected, but no picture came back."),
        QT_TRANSLATE_NOOP("Probes", "Try again, or call the help line."),
    ),
    ProbeCode.REHEARSAL_FREEZES: (
        QT_TRANSLATE_NOOP("Probes", "The picture stopped at times"),
        QT_TRANSLATE_NOOP("Probes", "The picture of the practice call stopped at times."),
        QT_TRANSLATE_NOOP("Probes", "Close other programs, or move closer to your Wi-Fi box."),
    ),
    ProbeCode.REHEARSAL_LOSSY: (
        QT_TRANSLATE_NOOP("Probes", "Parts of the practice call got lost"),
        QT_TRANSLATE_NOOP("Probes", "Some of the sound or picture did not come back."),
        QT_TRANSLATE_NOOP("Probes", "Use a network cable, or move closer to your Wi-Fi box."),
    ),
    ProbeCode.REHEARSAL_DELAYED: (
        QT_TRANSLATE_NOOP("Probes", "The practice call came late"),
        QT_TRANSLATE_NOOP("Probes", "Sound and picture came back late."),
        QT_TRANSLATE_NOOP("Probes", "Turn off a VPN if you use one, or try another network."),
    ),
    ProbeCode.REHEARSAL_REFUSED: (
        QT_TRANSLATE_NOOP("Probes", "No practice call today"),
        QT_TRANSLATE_NOOP("Probes", "The visit service has no practice call for us now."),
        QT_TRANSLATE_NOOP("Probes", "You can go on, or try again later."),
    ),
}
