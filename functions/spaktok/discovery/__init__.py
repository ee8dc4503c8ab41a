"""Discovery: what trends, and the pages of hashtags and sounds. Owns no collection.

Whatever a list says, every video is looked at as it is now, with the viewer's eyes: it is public, its
owner is there and neither blocks the viewer nor is blocked or muted, it is for the viewer's age, and
it is no minor's unless the viewer is one.
"""
