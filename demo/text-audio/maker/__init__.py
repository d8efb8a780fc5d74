"""Renders captioned clips: what the probe set of the demo was made with."""
