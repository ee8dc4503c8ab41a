"""ffmpeg as a bounded, separate process: what an uploaded video holds, and its renditions.

`probe` reads a file and refuses a bad one; `transcode` makes what the audience sees. Both raise
`MediaRejected` (the file is bad, final) or `MediaEngineFailure` (we failed, retry), both from
`spaktok.media.model`. The binary comes from the package imageio-ffmpeg; it has no ffprobe.

How a hostile file is held: its first bytes are judged before ffmpeg starts; the demuxer is
forced, so a playlist or concat script named `.mp4` is never read as one; the only protocols are
`file` and `pipe`; the decoders are an explicit list; and the process runs under the limits of
`process.Budget` without a network where the system permits that.
"""

from spaktok.integrations.ffmpeg.probing import probe
from spaktok.integrations.ffmpeg.transcoding import transcode

__all__ = ["probe", "transcode"]
