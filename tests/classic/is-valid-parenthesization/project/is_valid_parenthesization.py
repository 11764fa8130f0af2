"""Checking of parentheses."""


def is_valid_parenthesization(parens: str) -> bool:
    """Tell whether the parentheses of a string match; it holds only '(' and ')'."""
    depth = 0
    for paren in parens:
        if paren == "(":
            depth += 1
        else:
            depth -= 1
            if depth < 0:
                return False
    return True
