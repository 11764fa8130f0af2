"""Evaluation of postfix expressions."""

from typing import List, Union


def apply(symbol: str, left: float, right: float) -> float:
    """The value of 'left symbol right'."""
    operators = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
        "/": lambda x, y: x / y,
    }
    return operators[symbol](left, right)


def rpn_eval(tokens: List[Union[float, str]]) -> float:
    """The value of an expression in reverse Polish notation.

    A token is a number or one of the strings '+', '-', '*' and '/'.
    """
    stack = []
    for token in tokens:
        if isinstance(token, str):
            a = stack.pop()
            b = stack.pop()
            stack.append(apply(token, a, b))
        else:
            stack.append(token)
    return stack.pop()
