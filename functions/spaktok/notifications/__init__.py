"""Notifications: what happened to a user, told once.

Owns `notifications/{id}`, whose id is derived from what happened, so that telling it twice is
telling it once. Whether the recipient may still hear of it is decided when it is delivered.
"""
