"""How good a conversation over a line can be, in one figure: the E-model of ITU-T G.107, simplified.

Cole and Rosenbluth, "Voice over IP performance monitoring" (2001), as OpenTok's network test uses it. The
scale is that of narrow-band telephony and Opus is better than that, so the figure ranks lines, it does not
foretell what a person would say: it is called a network score, not an opinion.
"""

from __future__ import annotations

import math
from typing import Final

CODEC_MS: Final = 30.0
"""Encoding, one packet of 20 ms and decoding."""
KNEE_MS: Final = 177.3
"""From here on delay disturbs the taking of turns, not only the echo."""
BEST: Final = 4.5
WORST: Final = 1.0


def rating(mouth_to_ear_ms: float, loss: float) -> float:
    """R, 93.2 at best and below 0 at worst. ``loss``: 0..1, after the jitter buffer."""
    delay_ms = max(0.0, mouth_to_ear_ms)
    lost = min(max(0.0, loss), 1.0)
    delay_impairment = 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - KNEE_MS)
    equipment_impairment = 19.8 * math.log(1 + 29.7 * lost)
    return 93.2 - delay_impairment - equipment_impairment


def score_of(rated: float) -> float:
    """1.0 to 4.5 (ITU-T G.107 annex B). The polynomial dips below 1 for the smallest ratings: cut off."""
    if rated <= 0:
        return WORST
    if rated >= 100:
        return BEST
    return max(WORST, 1 + 0.035 * rated + rated * (rated - 60) * (100 - rated) * 7e-6)


def network_score(round_trip_ms: float, jitter_ms: float, loss: float) -> float:
    """Of a line, 1.0 to 4.5. A jitter buffer holds twice the jitter; half of the round trip is each way's."""
    delay_ms = round_trip_ms / 2 + 2 * max(0.0, jitter_ms) + CODEC_MS
    return score_of(rating(delay_ms, loss))
