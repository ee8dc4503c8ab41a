"""Beyond the inbox: pushes to a user's devices and, for what matters most, letters by e-mail.

Owns `pushes/{id}`: what was sent already. A push holds ids, and names only where the user shows them on
a locked screen; it never holds what anybody wrote.
"""
