"""Devices: where a user can be reached by push, known by the token that Firebase gave their app.

Owns `users/{uid}/devices/{key}` and `deviceTokens/{key}`. A token belongs to one user at a time:
whoever signs in on a shared phone takes it over, in the commit that registers it.
"""
