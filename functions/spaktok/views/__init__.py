"""Views: what was watched, what follows from it for the owner, and what it tells of the watcher.

Owns `viewBatches/{id}`, `viewRolls/{stream}`, `watched/{uid_month}`, `videoUnwanted/{uid_videoId}`,
`videos/{id}/private/analytics` and `users/{uid}/interests/summary`. Guarantees: a play counts once
however often it is sent; nothing a client says goes beyond the clip or the time that passed; owners,
replays and bots are no engaged viewers; what ranks a video is distinct trusted people; every total can
be counted anew from the batches; what one watched is told to nobody.
"""
