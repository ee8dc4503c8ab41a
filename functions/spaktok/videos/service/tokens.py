"""Download URLs that outlive the permission to read: taken back as soon as they are minted.

Whoever may read an object can have Storage mint a token for it (`getDownloadURL`), and the URL with
it passes by the rules until the token goes. Minting changes the object's metadata, which is an event;
so a token of a video's file lives for the seconds that the event takes, and a block, a narrower
audience or a deletion has no URL to fear. Apps read with the SDK (`getBytes`, `getData`).
"""

from __future__ import annotations

from spaktok.core import clients, log


def revoke(path: str) -> bool:
    """Void the tokens of a file of a video; whether there were any. A read, and a write for those."""
    if not path.startswith("videos/"):
        return False
    revoked = clients.revoke_download_tokens(path)
    if revoked:
        log.info("download token revoked")
    return revoked
