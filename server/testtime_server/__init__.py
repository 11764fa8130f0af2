"""What an editor or a terminal talks to."""
