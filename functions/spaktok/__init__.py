"""Spaktok: the backend of a short-video, stories, chat and live app, on Firebase."""
