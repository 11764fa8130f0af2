"""The embedded model: weights that need no key, served on this machine (`testtime[local]`)."""
