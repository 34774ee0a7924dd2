"""What the check says about camera, speaker and microphone; see ``ui.probe_texts``.

Title, sentence, action; a fourth text is the sentence that names the device or program.
"""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP

from kpdesk.domain.preflight import ProbeCode

# QT_TRANSLATE_NOOP gives its text back; its type stub says "object"
WORDS: dict[ProbeCode, tuple[object, ...]] = {
    ProbeCode.TIMED_OUT: (
        QT_TRANSLATE_NOOP("Probes", "This took too long"),
        QT_TRANSLATE_NOOP("Probes", "We stopped looking after a while."),
        QT_TRANSLATE_NOOP("Probes", "Try again."),
    ),
    ProbeCode.NEEDS_FAILED: (
        QT_TRANSLATE_NOOP("Probes", "We could not look at this"),
        QT_TRANSLATE_NOOP("Probes", "Another part has to work first."),
        QT_TRANSLATE_NOOP("Probes", "Fix the other problem, then try again."),
    ),
    ProbeCode.LEFT_OUT: (
        QT_TRANSLATE_NOOP("Probes", "You skipped this"),
        QT_TRANSLATE_NOOP("Probes", "We did not look at this."),
        QT_TRANSLATE_NOOP("Probes", "Come back to it when you have time."),
    ),
    ProbeCode.CRASHED: (
        QT_TRANSLATE_NOOP("Probes", "Something went wrong in kpdesk"),
        QT_TRANSLATE_NOOP("Probes", "We could not finish this part. It is not your fault."),
        QT_TRANSLATE_NOOP("Probes", "Try again, or call the help line."),
    ),
    ProbeCode.CAMERA_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Probes", "We can’t find a camera"),
        QT_TRANSLATE_NOOP("Probes", "No camera is plugged in to this computer."),
        QT_TRANSLATE_NOOP("Probes", "Plug in a camera, or go on with sound alone."),
    ),
    ProbeCode.CAMERA_MISSING: (
        QT_TRANSLATE_NOOP("Probes", "Your camera is missing"),
        QT_TRANSLATE_NOOP("Probes", "The camera that you chose is not plugged in. We used another one."),
        QT_TRANSLATE_NOOP("Probes", "Plug it in, or choose another camera."),
        QT_TRANSLATE_NOOP("Probes", "We can’t find the camera that you chose. We used {device}."),
    ),
    ProbeCode.CAMERA_DENIED: (
        QT_TRANSLATE_NOOP("Probes", "Your camera is turned off for kpdesk"),
        QT_TRANSLATE_NOOP("Probes", "This computer does not let kpdesk use the camera."),
        QT_TRANSLATE_NOOP("Probes", "Open the settings and turn the camera on for kpdesk."),
    ),
    ProbeCode.CAMERA_IN_USE: (
        QT_TRANSLATE_NOOP("Probes", "Your camera is busy"),
        QT_TRANSLATE_NOOP("Probes", "Another program is using your camera."),
        QT_TRANSLATE_NOOP("Probes", "Close the other program, then try again."),
        QT_TRANSLATE_NOOP("Probes", "{program} is using your camera."),
    ),
    ProbeCode.CAMERA_FAILED: (
        QT_TRANSLATE_NOOP("Probes", "Your camera did not start"),
        QT_TRANSLATE_NOOP("Probes", "We found your camera, but it does not work."),
        QT_TRANSLATE_NOOP("Probes", "Unplug it and plug it in again, or choose another camera."),
    ),
    ProbeCode.CAMERA_NO_FRAME: (
        QT_TRANSLATE_NOOP("Probes", "Your camera gives no picture"),
        QT_TRANSLATE_NOOP("Probes", "Your camera is on, but no picture came."),
        QT_TRANSLATE_NOOP("Probes", "Unplug it and plug it in again, or choose another camera."),
    ),
    ProbeCode.CAMERA_VERY_SLOW: (
        QT_TRANSLATE_NOOP("Probes", "Your picture hardly moves"),
        QT_TRANSLATE_NOOP("Probes", "Your camera gives too few pictures a second."),
        QT_TRANSLATE_NOOP("Probes", "Add light, close other programs, or choose another camera."),
    ),
    ProbeCode.CAMERA_SLOW: (
        QT_TRANSLATE_NOOP("Probes", "Your picture is a little slow"),
        QT_TRANSLATE_NOOP("Probes", "Your picture may look jumpy."),
        QT_TRANSLATE_NOOP("Probes", "Add light, or close other programs."),
    ),
    ProbeCode.CAMERA_SMALL: (
        QT_TRANSLATE_NOOP("Probes", "Your picture is small"),
        QT_TRANSLATE_NOOP("Probes", "Your doctor may not see small things well."),
        QT_TRANSLATE_NOOP("Probes", "Choose another camera if you have one."),
    ),
    ProbeCode.CAMERA_COVERED: (
        QT_TRANSLATE_NOOP("Probes", "Your camera seems covered"),
        QT_TRANSLATE_NOOP("Probes", "We get a picture, but it is all dark."),
        QT_TRANSLATE_NOOP("Probes", "Open the cover of your camera, or take off the tape."),
    ),
    ProbeCode.CAMERA_FROZEN: (
        QT_TRANSLATE_NOOP("Probes", "Your picture stands still"),
        QT_TRANSLATE_NOOP("Probes", "The camera shows the same picture all the time."),
        QT_TRANSLATE_NOOP("Probes", "Unplug the camera and plug it in again, or choose another one."),
    ),
    ProbeCode.CAMERA_ODD_SHAPE: (
        QT_TRANSLATE_NOOP("Probes", "Your picture has an odd shape"),
        QT_TRANSLATE_NOOP("Probes", "Your picture is very wide or very tall."),
        QT_TRANSLATE_NOOP("Probes", "Turn your camera upright, or choose another camera."),
    ),
    ProbeCode.CAMERA_TOO_DARK: (
        QT_TRANSLATE_NOOP("Probes", "It is too dark"),
        QT_TRANSLATE_NOOP("Probes", "Your doctor can’t see you well in this light."),
        QT_TRANSLATE_NOOP("Probes", "Turn on a lamp in front of you."),
    ),
    ProbeCode.CAMERA_BACKLIT: (
        QT_TRANSLATE_NOOP("Probes", "The light is behind you"),
        QT_TRANSLATE_NOOP("Probes", "The light behind you makes your face dark."),
        QT_TRANSLATE_NOOP("Probes", "Turn around so that the light is on your face."),
    ),
    ProbeCode.CAMERA_TOO_BRIGHT: (
        QT_TRANSLATE_NOOP("Probes", "It is too bright"),
        QT_TRANSLATE_NOOP("Probes", "Too much light washes out your picture."),
        QT_TRANSLATE_NOOP("Probes", "Turn the lamp away, or close the blinds a little."),
    ),
    ProbeCode.CAMERA_NO_FACE: (
        QT_TRANSLATE_NOOP("Probes", "We can’t see your face"),
        QT_TRANSLATE_NOOP("Probes", "We get a picture, but no face is in it."),
        QT_TRANSLATE_NOOP("Probes", "Sit in front of the camera so that you see yourself."),
    ),
    ProbeCode.CAMERA_FACE_SMALL: (
        QT_TRANSLATE_NOOP("Probes", "You are far away"),
        QT_TRANSLATE_NOOP("Probes", "Your face is small in the picture."),
        QT_TRANSLATE_NOOP("Probes", "Move a little closer to the camera."),
    ),
    ProbeCode.CAMERA_FACE_LARGE: (
        QT_TRANSLATE_NOOP("Probes", "You are very close"),
        QT_TRANSLATE_NOOP("Probes", "Your face fills the whole picture."),
        QT_TRANSLATE_NOOP("Probes", "Move back a little."),
    ),
    ProbeCode.CAMERA_FACE_OFF_CENTRE: (
        QT_TRANSLATE_NOOP("Probes", "You are at the edge"),
        QT_TRANSLATE_NOOP("Probes", "Your face is at the edge of the picture."),
        QT_TRANSLATE_NOOP("Probes", "Move the camera or your chair so that you are in the middle."),
    ),
    ProbeCode.SPEAKER_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Probes", "We can’t find a speaker"),
        QT_TRANSLATE_NOOP("Probes", "No speaker is plugged in to this computer."),
        QT_TRANSLATE_NOOP("Probes", "Plug in speakers or a headset."),
    ),
    ProbeCode.SPEAKER_MISSING: (
        QT_TRANSLATE_NOOP("Probes", "Your speaker is missing"),
        QT_TRANSLATE_NOOP("Probes", "The speaker that you chose is not plugged in. We used another one."),
        QT_TRANSLATE_NOOP("Probes", "Plug it in, or choose another speaker."),
        QT_TRANSLATE_NOOP("Probes", "We can’t find the speaker that you chose. We used {device}."),
    ),
    ProbeCode.SPEAKER_IN_USE: (
        QT_TRANSLATE_NOOP("Probes", "Your speaker is busy"),
        QT_TRANSLATE_NOOP("Probes", "Another program is using your speaker."),
        QT_TRANSLATE_NOOP("Probes", "Close the other program, then try again."),
        QT_TRANSLATE_NOOP("Probes", "{program} is using your speaker."),
    ),
    ProbeCode.SPEAKER_FAILED: (
        QT_TRANSLATE_NOOP("Probes", "Your speaker did not start"),
        QT_TRANSLATE_NOOP("Probes", "We found your speaker, but it does not work."),
        QT_TRANSLATE_NOOP("Probes", "Unplug it and plug it in again, or choose another speaker."),
    ),
    ProbeCode.SPEAKER_MUTED: (
        QT_TRANSLATE_NOOP("Probes", "Your sound is muted"),
        QT_TRANSLATE_NOOP("Probes", "The sound of this computer is turned off."),
        QT_TRANSLATE_NOOP("Probes", "Turn the sound on."),
    ),
    ProbeCode.SPEAKER_VOLUME_ZERO: (
        QT_TRANSLATE_NOOP("Probes", "Your sound is all the way down"),
        QT_TRANSLATE_NOOP("Probes", "The volume of this computer is at zero."),
        QT_TRANSLATE_NOOP("Probes", "Turn the sound up."),
    ),
    ProbeCode.SPEAKER_VOLUME_LOW: (
        QT_TRANSLATE_NOOP("Probes", "Your sound is low"),
        QT_TRANSLATE_NOOP("Probes", "You may not hear your doctor well."),
        QT_TRANSLATE_NOOP("Probes", "Turn the sound up."),
    ),
    ProbeCode.SPEAKER_NOT_HEARD: (
        QT_TRANSLATE_NOOP("Probes", "You did not hear the sound"),
        QT_TRANSLATE_NOOP("Probes", "We played a sound, but you did not hear it."),
        QT_TRANSLATE_NOOP("Probes", "Turn the sound up, or choose another speaker."),
    ),
    ProbeCode.SPEAKER_NOT_CONFIRMED: (
        QT_TRANSLATE_NOOP("Probes", "We don’t know if you heard it"),
        QT_TRANSLATE_NOOP("Probes", "We played a sound, but nobody said if it was heard."),
        QT_TRANSLATE_NOOP("Probes", "Play it again and choose Yes or No."),
    ),
    ProbeCode.MICROPHONE_NOT_FOUND: (
        QT_TRANSLATE_NOOP("Probes", "We can’t find a microphone"),
        QT_TRANSLATE_NOOP("Probes", "No microphone is plugged in to this computer."),
        QT_TRANSLATE_NOOP("Probes", "Plug in a headset or a microphone."),
    ),
    ProbeCode.MICROPHONE_MISSING: (
        QT_TRANSLATE_NOOP("Probes", "Your microphone is missing"),
        QT_TRANSLATE_NOOP("Probes", "The microphone that you chose is not plugged in. We used another one."),
        QT_TRANSLATE_NOOP("Probes", "Plug it in, or choose another microphone."),
        QT_TRANSLATE_NOOP("Probes", "We can’t find the microphone that you chose. We used {device}."),
    ),
    ProbeCode.MICROPHONE_DENIED: (
        QT_TRANSLATE_NOOP("Probes", "Your microphone is turned off for kpdesk"),
        QT_TRANSLATE_NOOP("Probes", "This computer does not let kpdesk use the microphone."),
        QT_TRANSLATE_NOOP("Probes", "Open the settings and turn the microphone on for kpdesk."),
    ),
    ProbeCode.MICROPHONE_IN_USE: (
        QT_TRANSLATE_NOOP("Probes", "Your microphone is busy"),
        QT_TRANSLATE_NOOP("Probes", "Another program is using your microphone."),
        QT_TRANSLATE_NOOP("Probes", "Close the other program, then try again."),
        QT_TRANSLATE_NOOP("Probes", "{program} is using your microphone."),
    ),
    ProbeCode.MICROPHONE_FAILED: (
        QT_TRANSLATE_NOOP("Probes", "Your microphone did not start"),
        QT_TRANSLATE_NOOP("Probes", "We found your microphone, but it does not work."),
        QT_TRANSLATE_NOOP("Probes", "Unplug it and plug it in again, or choose another microphone."),
    ),
    ProbeCode.MICROPHONE_MUTED: (
        QT_TRANSLATE_NOOP("Probes", "Your microphone is muted"),
        QT_TRANSLATE_NOOP("Probes", "Your microphone is turned off on this computer."),
        QT_TRANSLATE_NOOP("Probes", "Turn the microphone on."),
    ),
    ProbeCode.MICROPHONE_SILENT: (
        QT_TRANSLATE_NOOP("Probes", "We hear nothing at all"),
        QT_TRANSLATE_NOOP("Probes", "Your microphone is on, but no sound comes from it."),
        QT_TRANSLATE_NOOP("Probes", "Check for a switch on your headset, or choose another microphone."),
    ),
    ProbeCode.MICROPHONE_NO_VOICE: (
        QT_TRANSLATE_NOOP("Probes", "We hear noise, but no voice"),
        QT_TRANSLATE_NOOP("Probes", "We hear some noise, but nobody speaking."),
        QT_TRANSLATE_NOOP("Probes", "Come closer and say a few words."),
    ),
    ProbeCode.MICROPHONE_NOT_HEARD: (
        QT_TRANSLATE_NOOP("Probes", "You did not hear yourself"),
        QT_TRANSLATE_NOOP("Probes", "We played back your voice, but you did not hear it."),
        QT_TRANSLATE_NOOP("Probes", "Try again, or choose another microphone."),
    ),
    ProbeCode.MICROPHONE_QUIET: (
        QT_TRANSLATE_NOOP("Probes", "Your voice is quiet"),
        QT_TRANSLATE_NOOP("Probes", "We hear you, but your voice is quiet."),
        QT_TRANSLATE_NOOP("Probes", "Turn the microphone up, or move closer to the computer."),
    ),
    ProbeCode.MICROPHONE_CLIPPING: (
        QT_TRANSLATE_NOOP("Probes", "Your voice is too loud"),
        QT_TRANSLATE_NOOP("Probes", "Your voice is so loud that it sounds rough."),
        QT_TRANSLATE_NOOP("Probes", "Move back a little, or turn the microphone down."),
    ),
    ProbeCode.MICROPHONE_NOISY: (
        QT_TRANSLATE_NOOP("Probes", "There is a lot of noise"),
        QT_TRANSLATE_NOOP("Probes", "We hear you, but there is a lot of noise around you."),
        QT_TRANSLATE_NOOP("Probes", "Turn off the TV or the fan, or go to a quiet room."),
    ),
    ProbeCode.MICROPHONE_OTHER_HEARD_BETTER: (
        QT_TRANSLATE_NOOP("Probes", "Another microphone hears you better"),
        QT_TRANSLATE_NOOP("Probes", "Your voice is louder there than in this one."),
        QT_TRANSLATE_NOOP("Probes", "Choose the other microphone."),
        QT_TRANSLATE_NOOP("Probes", "{device} hears you better than this microphone."),
    ),
    ProbeCode.LOOP_HEADSET: (
        QT_TRANSLATE_NOOP("Probes", "You use a headset"),
        QT_TRANSLATE_NOOP("Probes", "Your doctor will hear no echo."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do."),
    ),
    ProbeCode.LOOP_LOUDSPEAKER: (
        QT_TRANSLATE_NOOP("Probes", "You use loudspeakers"),
        QT_TRANSLATE_NOOP("Probes", "The microphone hears your speaker. kpdesk takes the echo away."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do."),
    ),
    ProbeCode.LOOP_ECHO_LIKELY: (
        QT_TRANSLATE_NOOP("Probes", "Your doctor may hear an echo"),
        QT_TRANSLATE_NOOP("Probes", "Your speaker is loud in your microphone."),
        QT_TRANSLATE_NOOP("Probes", "Use a headset, or turn the sound down a little."),
    ),
    ProbeCode.LOOP_DELAY_LONG: (
        QT_TRANSLATE_NOOP("Probes", "Your sound comes late"),
        QT_TRANSLATE_NOOP("Probes", "The sound of this computer comes a little late."),
        QT_TRANSLATE_NOOP("Probes", "Use a headset with a cord instead of a wireless one."),
    ),
    ProbeCode.LOOP_NOT_PROVEN: (
        QT_TRANSLATE_NOOP("Probes", "We can’t tell if there is an echo"),
        QT_TRANSLATE_NOOP("Probes", "The microphone did not hear the speaker."),
        QT_TRANSLATE_NOOP("Probes", "There is nothing to do if you use a headset."),
    ),
}
