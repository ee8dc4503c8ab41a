"""Short videos: from an upload to something others watch, like and comment on.

Owns `videos/{id}` with `private/media` and `shards`, `videoLikes/{uid_videoId}`,
`videoComments/{id}` and Storage's `videos/{uid}/{videoId}/`. Guarantees: facts about media are
measured and never believed; a video is processed once however often its upload is announced; totals
equal the documents they count; nobody reaches a video, its media or its comments whom its
visibility or a block excludes.
"""
