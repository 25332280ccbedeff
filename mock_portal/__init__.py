"""A rehearsal e-SAR portal: server-rendered, on disk, and an independent witness of what a bot really did.

It shares no code with `esar_bot` or `flows`, so that a mistake made there cannot hide itself here.
"""
