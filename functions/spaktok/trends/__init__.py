"""Trends: which videos, hashtags and sounds draw people now, and what people must look at first.

Owns `trends/{videos | hashtags | sounds}`, `trendHours/{hour}` and `trendHolds/{id}`. Guarantees: what
counts is distinct trusted people and never how often they did something; one of them moves no rank;
nothing trends that is held, too new to the list, or not for everybody.
"""
