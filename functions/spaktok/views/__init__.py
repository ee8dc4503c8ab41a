"""Views: what was watched, what follows from it for the owner, and what it tells of the watcher.

Owns `viewBatches/{id}`, `viewRolls/{bucket}`, `watched/{uid_month}`, `videos/{id}/private/analytics`
and `users/{uid}/interests/summary`. Guarantees: a play counts once however often it is sent; nothing a
client says goes beyond the clip or the time that passed; owners, replays and bots are no engaged
viewers; every total can be counted anew from the batches; what one watched is told to nobody.
"""
