"""Progress: experience, levels and achievements, and what a profile's owner learns of its reach.

Owns `users/{uid}/analytics/{date}` (what happened to a user on a day, and the experience it gave),
`users/{uid}/progress/summary`, `users/{uid}/achievements/{id}`, `progressEvents/{id}` and
`profileViews/{profile_viewer_date}`; writes `level` on the card. It follows the documents of others
by their events and is imported by no feature below.
"""
