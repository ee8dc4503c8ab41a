"""The verification badge: asked for by whoever meets the criteria, given by a person of the staff.

Owns `verificationRequests/{requestId}` and `verifications/{uid}`, which says what a user's last request
came to and so lets only one wait. The badge is about a name: renaming loses it (`users.rename`), and a
request made under another name is void. Refusals are told to the user alone.
"""
