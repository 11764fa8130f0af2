"""The embedded model: weights that need no key, served on this machine (`testtime[local]`)."""

PREFIX = "gguf:"
"""`--model gguf:PATH` names a file of one's own."""


def is_embedded(model: str) -> bool:
    """Whether a `model` setting names an embedded model outright."""
    return model == "local" or model.startswith(PREFIX)
