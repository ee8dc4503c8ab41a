"""Client calls of users: the photos of a profile."""

from spaktok.core.caller import Caller
from spaktok.core.endpoint.callable import call
from spaktok.core.limits import per_hour
from spaktok.core.refusal import NotFound
from spaktok.users import photos
from spaktok.users.requests import (
    ConfirmProfileImageUpload,
    UploadProfileImage,
)


@call(
    UploadProfileImage,
    message="Upload the file now",
    sensitive=True,
    limit=per_hour(20),
    cost="1 read, 2 writes",
)
def uploadProfileImage(caller: Caller, request: UploadProfileImage) -> photos.ImageTicket:
    """Ask for a place to upload a photo to; showing it follows by itself."""
    return photos.issue(caller.uid, request.image_type)


@call(
    ConfirmProfileImageUpload,
    limit=per_hour(60),
    refusals=(NotFound,),
    cost="2 reads, up to 2 writes and 1 delete",
)
def confirmProfileImageUpload(
    caller: Caller, request: ConfirmProfileImageUpload
) -> photos.ImageStatus:
    """Say that the file is there, and learn how far it has come."""
    return photos.confirm(caller.uid, request.file_name)
