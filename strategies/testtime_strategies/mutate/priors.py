"""How likely each operator is to hold the repair of a statement that holds the fault.

Where a study counts the same change, the number is its share in thousands of TSSB-3M, 3 million single-statement bug
fixes in Python (Richter & Wehrheim, MSR 2022, arXiv 2201.12046, table of SStuB patterns): the comment names the
pattern. Everything else is set by hand, then tuned on the bugs of tests/strategies/mutate/, and says so by having no
comment. Small algorithms fail more by operators, bounds and missing steps than commits to large projects do, so the
operators' numbers are raised above their shares there.

A prior is the probability mass of the *whole* family at one statement, up to a factor: the engine spreads it over the
family's edits there, so that a family with hundreds of edits does not drown one with two.
"""

from __future__ import annotations

from collections.abc import Mapping

PRIORS: Mapping[str, float] = {
    # operators
    "comparison-operator": 130,  # Change Binary Operator: 29
    "comparison-boundary": 25,
    "comparison-swap": 8,
    "binary-operator": 100,  # Change Binary Operator: 29
    "swap-operands": 40,
    "regroup": 12,
    "augmented-operator": 90,
    "to-augmented": 25,
    "boolean-operator": 60,
    "drop-unary": 40,  # Change Unary Operator: 15
    "add-minus": 12,  # Change Unary Operator: 15
    "boolean-literal": 60,  # Change Boolean Literal: 37
    # constants
    "number": 97,  # Change Numeric Literal: 97
    "number-from-tests": 4,
    "off-by-one": 110,
    "string": 60,
    "string-edit": 10,
    "initial-value": 60,  # Change Constant Type: 6
    # conditions
    "negate-condition": 50,
    "strengthen-condition": 68,  # More Specific If: 68
    "weaken-condition": 50,  # Less Specific If: 22
    "replace-condition": 30,
    "loop-condition": 120,
    "return-condition": 80,
    "filter-comprehension": 15,
    "chain-comparison": 6,
    # names
    "variable": 200,  # Change Identifier Used: 237
    "misspelt": 200,
    "attribute": 104,  # Change Attribute Used: 104
    "own-attribute": 40,
    "method": 100,  # Wrong Function Name: 134, Same Function Wrong Caller: 25
    "method-form": 50,
    "function-name": 100,  # Wrong Function Name: 134
    # expressions
    "sub-expression": 70,
    "wrap-call": 100,  # Add Function Around Expression: 117
    "wrap-method": 70,  # Add Method Call: 60
    "add-attribute": 32,  # Add Attribute Access: 32
    "add-term": 70,
    "add-sequence": 25,
    "list-elements": 57,  # Add Elements To Iterable: 57
    "choose": 35,
    "from-function": 90,  # Change Binary Operand: 174, with `variable` and `to-name`
    "to-name": 60,  # Change Binary Operand: 174
    "swap-ternary": 20,
    "or-default": 10,
    # calls
    "swap-arguments": 50,  # Same Function Swap Args: 8
    "drop-argument": 50,  # Same Function Less Args: 50
    "add-argument": 80,  # Same Function More Args: 150
    "recursive-argument": 60,
    "keyword": 20,  # Change Keyword Argument Used: 20
    "make-call": 10,
    # subscripts
    "index": 50,
    "missing-key": 15,
    "slice-bounds": 60,
    # guards
    "early-return": 60,
    "raise-guard": 40,
    "inner-guard": 25,
    "wrap-guard": 12,
    "special-case": 0.001,
    # statements
    "insert-collect": 35,
    "insert-step": 30,
    "insert-assignment": 35,
    "insert-attribute": 30,
    "insert-copy": 30,
    "insert-jump": 15,
    "delete-statement": 25,
    "swap-statements": 25,
    "move-out": 30,
    "move-in": 20,
    "tuple-assignment": 10,
    "elif-if": 15,
    # flow
    "iterable": 50,
    "range-bounds": 60,
    "loop-keyword": 20,
    "jump-keyword": 40,
    "return-value": 50,
    "return-expression": 50,
    "return-kind": 10,
    "await": 30,
    "exception-type": 80,
    "catch": 4,
    "mutable-default": 60,
    "default-value": 20,
    "decorator": 6,
    "super-init": 40,
}
