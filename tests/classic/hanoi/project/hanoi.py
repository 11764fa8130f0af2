"""The towers of Hanoi."""

from typing import List, Tuple


def hanoi(height: int, start: int = 1, end: int = 3) -> List[Tuple[int, int]]:
    """The shortest list of moves (from peg, to peg) that carries a tower to another peg.

    The pegs are numbered 1, 2 and 3. A disk never lies on a smaller one.
    """
    steps = []
    if height > 0:
        helper = 6 - start - end
        steps.extend(hanoi(height - 1, start, helper))
        steps.append((start, helper))
        steps.extend(hanoi(height - 1, helper, end))
    return steps
