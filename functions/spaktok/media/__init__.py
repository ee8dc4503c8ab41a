"""What an uploaded video is, what it may be, and which states its processing passes through.

Pure rules: nothing here reads a file, starts a process or imports a third-party package.
The work on real files is done by `spaktok.integrations.ffmpeg`, in these terms.
"""
