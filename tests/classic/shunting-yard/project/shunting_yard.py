"""From infix to postfix notation by the method of Dijkstra."""

from typing import List, Union

PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}

Token = Union[int, str]


def shunting_yard(tokens: List[Token]) -> List[Token]:
    """The tokens of an infix expression in reverse Polish notation.

    A token is an int or one of the strings '+', '-', '*' and '/'; there are no parentheses.
    All operators are left associative.
    """
    output = []
    waiting = []
    for token in tokens:
        if isinstance(token, int):
            output.append(token)
        else:
            while waiting and PRECEDENCE[token] <= PRECEDENCE[waiting[-1]]:
                output.append(waiting.pop())
    while waiting:
        output.append(waiting.pop())
    return output
