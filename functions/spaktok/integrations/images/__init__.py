"""Photos, decoded and made anew by a bounded, separate process.

`render` turns an uploaded file into JPEG renditions that hold nothing but the picture: upright, in
sRGB, without a trace of where, when and with what it was taken. It raises `ImageRejected` (the file is
bad, final) or `MediaEngineFailure` (we failed, retry).

How a hostile file is held: Pillow runs in a process of its own (`worker`), behind the limits of
`ffmpeg/jail.py` on time, memory and file size, without a network where the system permits that; only
three decoders may open the file, and none a picture above 50 megapixels.
"""

from spaktok.integrations.images.rendering import (
    ImageRejected,
    ImageRejectReason,
    Target,
    render,
)

__all__ = ["ImageRejectReason", "ImageRejected", "Target", "render"]
