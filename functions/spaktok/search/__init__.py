"""Search: finding users by handle and name, videos by what they say, hashtags and sounds.

Owns `searchUsers/{uid}`: what everybody may know of whoever wants to be found, and under which words;
`searchVideos/{videoId}`, `searchHashtags/{tag}` and `searchSounds/{soundId}`, of what is public.
Whoever must not be found has no document there, so they are in no result, no count and no cost.
"""
