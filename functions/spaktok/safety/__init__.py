"""Age and safety: bands, what each may do, and how they are known.

Owns `users/{uid}/private/safety` (the server's alone), `ageLocks/{digest}`,
`idVerificationRequests/{id}` and the Storage folder `idVerification/`; writes the age in
`security/{uid}`. Others ask `service.access`: `may(uid, feature)` and `require(uid, feature)`.
"""
