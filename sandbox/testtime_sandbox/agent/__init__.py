"""Programs that the *project's* interpreter runs (Python 3.8+, standard library and the project's pytest only)."""
