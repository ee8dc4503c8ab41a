"""Search: finding users by handle and name.

Owns `searchUsers/{uid}`: what everybody may know of whoever wants to be found, and under which words.
Whoever must not be found has no document there, so they are in no result, no count and no cost.
"""
