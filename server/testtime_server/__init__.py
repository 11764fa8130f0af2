"""What an editor or a terminal talks to."""

__version__ = "0.1.0"
