"""Pictures and animations of the gifts in the catalogue, drawn from a page of data.

`art.json` has for each gift a few coloured shapes on a grid of 100 by 100, the lowest first:

    ["ellipse", colour, centre x, centre y, width, height]
    ["rect", colour, x, y, width, height, radius]
    ["poly", colour, x, y, x, y, …]

A picture (PNG) and an animation (Lottie) are made of the same shapes (`drawing`), and put where apps
read them (`upload`). They are meant to be replaced by an artist's.
"""
