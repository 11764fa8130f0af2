"""Body mass index for the fitness diary."""

CATEGORIES = ((18.5, "underweight"), (25, "normal"), (30, "overweight"))


def bmi(weight_kg, height_cm):
    """Body mass index: weight in kilograms over the square of the height in metres."""
    if height_cm <= 0:
        raise ValueError("the height must be positive")
    return weight_kg / height_cm * 100


def category(index):
    """Name of the category of a body mass index."""
    for limit, name in CATEGORIES:
        if index < limit:
            return name
    return "obese"


def report(weight_kg, height_cm):
    """One line for the diary."""
    index = bmi(weight_kg, height_cm)
    return "{:.1f} ({})".format(index, category(index))
