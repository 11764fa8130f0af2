"""How likely each template is to hold the repair of a statement that holds the fault: the mass of the whole template at
one statement, which the engine shares out among its candidates there. Relative weights, not probabilities.

Where a public study counts the same change, its number is the share in thousands of TSSB-3M, three million single
statement bug fixes in Python (Richter and Wehrheim, MSR 2022, arXiv 2201.12046, table of SStuB patterns), named in the
comment; ManySStuBs4J (Karampatsis and Sutton, arXiv 1905.13334) orders them alike for Java, and Pan, Kim and Whitehead
(doi:10.1007/s10664-008-9077-5) put conditions and missing guards first among what spans statements. Those studies see
commits to large projects, which pass by the errors that tests catch before: operators, bounds and missing steps. So
those are raised above their shares, by hand and by what repaired small programs of our own; a number without a comment
is of that kind.
"""

from __future__ import annotations

from collections.abc import Mapping

PRIORS: Mapping[str, float] = {
    # names
    "variable": 180,  # Change Identifier Used: 237
    "assigned variable": 40,
    "unknown name": 400,
    "attribute": 104,  # Change Attribute Used: 104
    "attribute or variable": 40,
    "type name": 50,
    # operators
    "comparison operator": 180,  # Change Binary Operator: 29
    "arithmetic operator": 110,  # Change Binary Operator: 29
    "boolean operator": 150,
    "augmented operator": 110,
    "swap operands": 50,
    "regroup": 20,
    "unary operator": 25,  # Change Unary Operator: 15
    # values
    "off by one": 160,
    "number": 97,  # Change Numeric Literal: 97
    "constant of the file": 25,
    "text": 85,
    "boolean value": 60,  # Change Boolean Literal: 37
    "container": 50,  # Change Constant Type: 6
    "same value everywhere": 45,
    "index": 50,
    "slice": 70,
    "range": 90,
    "mutable default": 80,
    "shared literal": 60,
    # conditions
    "negate condition": 50,
    "constant condition": 130,
    "condition replaced": 35,
    "condition strengthened": 68,  # More Specific If: 68
    "condition weakened": 68,  # Less Specific If: 22
    "condition narrowed": 50,
    "emptiness": 60,
    "comparison side": 40,
    "filter": 30,
    # expressions
    "unwrap": 130,
    "wrap": 117,  # Add Function Around Expression: 117, Add Method Call: 60
    "wrap in a list": 20,
    "call of a parameter": 60,
    "slice a sequence": 40,
    "index a mapping": 25,
    "combine": 95,  # Change Binary Operand: 174, with `variable` and `expression of the function`
    "fuller expression": 60,
    "expression of the function": 70,  # Change Binary Operand: 174
    "variable for an expression": 60,  # Change Binary Operand: 174
    "default of a lookup": 40,
    "ternary": 30,
    "fallback": 15,
    # calls
    "function": 134,  # Wrong Function Name: 134
    "aggregate": 50,
    "method": 120,  # Wrong Function Name: 134, Same Function Wrong Caller: 25
    "swap arguments": 100,  # Same Function Swap Args: 8
    "drop argument": 50,  # Same Function Less Args: 50
    "add argument": 70,  # Same Function More Args: 150
    "keyword argument": 20,  # Change Keyword Argument Used: 20
    "super().__init__": 50,
    # results
    "returned value": 40,
    "missing return": 90,
    "missing result": 70,
    "yield": 60,
    "missing await": 60,
    "exception raised": 80,
    "exception caught": 60,
    "generator to list": 30,
    # statements
    "delete": 40,
    "keep the body": 25,
    "move": 60,
    "loop or branch": 40,
    "guard": 60,
    "guard of an operation": 60,
    "guard in a loop": 35,
    "missing statement": 90,
    "statement of the class": 50,
    "missing step": 50,
    "unread value": 100,
    "missing declaration": 150,
    "try": 10,
}
