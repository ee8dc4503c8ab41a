"""ffmpeg as a bounded, separate process: what an uploaded video holds, and its renditions.

`probe` reads a file and refuses a bad one; `measure` and `encode_sound` bring its sound to the common
loudness; `transcode` makes one rendition of what the audience sees; `sample` takes frames of it;
`without_sound` takes its sound away. All raise `MediaRejected` (the file is bad, final) or
`MediaEngineFailure` (we failed, retry), both from `spaktok.media.model`. The binary comes from the
package imageio-ffmpeg; it has no ffprobe.

How a hostile file is held: its first bytes are judged before ffmpeg starts; the demuxer is
forced, so a playlist or concat script named `.mp4` is never read as one; the only protocols are
`file` and `pipe`; the decoders are an explicit list; and the process runs under the limits of
`process.Budget` without a network where the system permits that.
"""

from spaktok.integrations.ffmpeg.probing import PROBE_BUDGET, describe, probe
from spaktok.integrations.ffmpeg.sampling import sample
from spaktok.integrations.ffmpeg.sound import encode as encode_sound
from spaktok.integrations.ffmpeg.sound import measure
from spaktok.integrations.ffmpeg.transcoding import described, transcode, without_sound

__all__ = [
    "PROBE_BUDGET",
    "describe",
    "described",
    "encode_sound",
    "measure",
    "probe",
    "sample",
    "transcode",
    "without_sound",
]
