"""Bugs of our own, one a row: family, buggy module, failing asserts, held-out asserts. Add a row with a template."""

from __future__ import annotations

from textwrap import dedent

from harness import Bug


def bug(family: str, code: str, tests: str, held_out: str) -> Bug:
    """A row, its texts dedented."""
    return Bug(family, dedent(code).lstrip("\n"), dedent(tests).strip() + "\n", dedent(held_out).strip() + "\n")


BUGS = (
    bug(
        "number",
        """
        def power(base, exponent):
            result = 1
            while exponent > 0:
                result *= base
                exponent -= 2
            return result
        """,
        "assert power(2, 3) == 8\nassert power(3, 0) == 1",
        "assert power(5, 4) == 625\nassert power(2, 1) == 2",
    ),
    bug(
        "augmented-operator",
        """
        def parity(number):
            odd = 0
            while number:
                odd += number & 1
                number >>= 1
            return odd
        """,
        "assert parity(7) == 1\nassert parity(6) == 0\nassert parity(11) == 1",
        "assert parity(255) == 0\nassert parity(1) == 1\nassert parity(0) == 0",
    ),
    bug(
        "replace-condition",
        """
        from collections import deque

        def reachable(graph, start):
            seen = {start}
            pending = deque([start])
            while True:
                node = pending.popleft()
                for other in graph.get(node, ()):
                    if other not in seen:
                        seen.add(other)
                        pending.append(other)
            return seen
        """,
        "assert reachable({1: [2], 2: [3], 4: [1]}, 1) == {1, 2, 3}",
        "assert reachable({}, 5) == {5}\nassert reachable({1: [1, 2]}, 1) == {1, 2}",
    ),
    bug(
        "variable",
        """
        def tally(votes, names):
            counts = [0] * len(names)
            for vote in votes:
                counts[vote] += 1
            result = []
            for position, count in enumerate(votes):
                result.extend([names[position]] * count)
            return result
        """,
        "assert tally([0, 1, 1], ['a', 'b']) == ['a', 'b', 'b']",
        "assert tally([2, 2, 0], ['x', 'y', 'z']) == ['x', 'z', 'z']\nassert tally([], ['q']) == []",
    ),
    bug(
        "insert-collect",
        """
        def path_exists(graph, start, goal, visited=None):
            if visited is None:
                visited = set()
            if start == goal:
                return True
            if start in visited:
                return False
            for following in graph[start]:
                if path_exists(graph, following, goal, visited):
                    return True
            return False
        """,
        "assert path_exists({1: [2], 2: [1], 3: []}, 1, 3) is False\nassert path_exists({1: [2], 2: []}, 1, 2)",
        "assert not path_exists({1: [1], 2: []}, 1, 2)\nassert path_exists({1: [2, 3], 2: [1], 3: [4], 4: []}, 1, 4)",
    ),
    bug(
        "weaken-condition",
        """
        class Link:
            def __init__(self, value, following=None):
                self.value = value
                self.following = following

        def has_even_length(chain):
            node = chain
            while True:
                if node.following is None:
                    return node is None
                node = node.following.following
        """,
        "assert has_even_length(Link(1, Link(2)))\nassert not has_even_length(Link(1))",
        "assert not has_even_length(Link(1, Link(2, Link(3))))\n"
        "assert has_even_length(Link(1, Link(2, Link(3, Link(4)))))",
    ),
    bug(
        "comparison-operator",
        """
        def lower_bound(values, wanted):
            low, high = 0, len(values)
            while low < high:
                middle = (low + high) // 2
                if values[middle] <= wanted:
                    low = middle + 1
                else:
                    high = middle
            return low
        """,
        "assert lower_bound([1, 3, 3, 5], 3) == 1\nassert lower_bound([], 2) == 0",
        "assert lower_bound([1, 2], 9) == 2\nassert lower_bound([4, 4], 4) == 0",
    ),
    bug(
        "off-by-one",
        """
        def find(values, wanted):
            def inner(low, high):
                if low == high:
                    return -1
                middle = low + (high - low) // 2
                if wanted < values[middle]:
                    return inner(low, middle)
                if wanted > values[middle]:
                    return inner(middle, high)
                return middle
            return inner(0, len(values))
        """,
        "assert find([1, 4, 6], 4) == 1\nassert find([1, 4, 6], 7) == -1",
        "assert find([2, 5], 3) == -1\nassert find(list(range(50)), 37) == 37",
    ),
    bug(
        "sub-expression",
        """
        def leaves(tree):
            for branch in tree:
                if isinstance(branch, list):
                    for leaf in leaves(branch):
                        yield leaf
                else:
                    yield leaves(branch)
        """,
        "assert list(leaves([1, [2, [3]]])) == [1, 2, 3]",
        "assert list(leaves([])) == []\nassert list(leaves([[['a']]])) == ['a']",
    ),
    bug(
        "swap-arguments",
        """
        def remainder_chain(a, b):
            if b == 0:
                return [a]
            return [a] + remainder_chain(a % b, b)
        """,
        "assert remainder_chain(12, 5) == [12, 5, 2, 1]",
        "assert remainder_chain(9, 3) == [9, 3]\nassert remainder_chain(4, 0) == [4]",
    ),
    bug(
        "list-elements",
        """
        def digits(number):
            if number < 10:
                return []
            return digits(number // 10) + [number % 10]
        """,
        "assert digits(407) == [4, 0, 7]",
        "assert digits(5) == [5]\nassert digits(10) == [1, 0]",
    ),
    bug(
        "return-condition",
        """
        def balanced(text):
            depth = 0
            for character in text:
                if character == "<":
                    depth += 1
                elif character == ">":
                    depth -= 1
                    if depth < 0:
                        return False
            return True
        """,
        "assert balanced('<a<b>>')\nassert not balanced('<<>')",
        "assert not balanced('<')\nassert balanced('')\nassert not balanced('>')",
    ),
    bug(
        "wrap-method",
        """
        def sliding_maximum(values, width):
            window = values[:width]
            result = [max(window)]
            for value in values:
                window = window[1:] + [value]
                result.append(max(window))
            return result
        """,
        "assert sliding_maximum([1, 5, 2, 0], 2) == [5, 5, 2]",
        "assert sliding_maximum([3], 1) == [3]\nassert sliding_maximum([4, 1, 1, 7], 3) == [4, 7]",
    ),
    bug(
        "recursive-argument",
        """
        def nth_smallest(values, n):
            pivot = values[0]
            below = [v for v in values if v < pivot]
            same = [v for v in values if v == pivot]
            above = [v for v in values if v > pivot]
            if n < len(below):
                return nth_smallest(below, n)
            if n < len(below) + len(same):
                return pivot
            skipped = len(below) + len(same)
            return nth_smallest(above, n)
        """,
        "assert nth_smallest([5, 1, 9, 7], 0) == 1\nassert nth_smallest([3, 1, 2], 2) == 3\n"
        "assert nth_smallest([1, 8, 4], 1) == 4",
        "assert [nth_smallest([4, 4, 2, 9], n) for n in range(4)] == [2, 4, 4, 9]",
    ),
    bug(
        "off-by-one",
        """
        def longest_common_run(a, b):
            table = {}
            best = 0
            for i in range(len(a)):
                for j in range(len(b)):
                    if a[i] == b[j]:
                        table[i, j] = table.get((i - 1, j), 0) + 1
                        best = max(best, table[i, j])
            return best
        """,
        "assert longest_common_run('xabcy', 'zabcz') == 3\nassert longest_common_run('aaa', 'a') == 1",
        "assert longest_common_run('abab', 'bab') == 3\nassert longest_common_run('', 'a') == 0",
    ),
    bug(
        "choose",
        """
        def longest_rise(values):
            best = current = 1
            for before, after in zip(values, values[1:]):
                if after > before:
                    current = current + 1
                    best = current
                else:
                    current = 1
            return best
        """,
        "assert longest_rise([1, 2, 3, 1, 2]) == 3\nassert longest_rise([5]) == 1",
        "assert longest_rise([1, 2, 3, 4, 0, 1]) == 4\nassert longest_rise([3, 2, 1]) == 1",
    ),
    bug(
        "choose",
        """
        def deepest_debt(changes):
            worst = 0
            running = 0
            for change in changes:
                running = running + change
                worst = min(worst, running)
            return worst
        """,
        "assert deepest_debt([5, -3, -1, 4]) == -4\nassert deepest_debt([2, 2]) == 0",
        "assert deepest_debt([10, -1, -1]) == -2\nassert deepest_debt([-5, 10, -6]) == -6",
    ),
    bug(
        "comparison-boundary",
        """
        def sort(values):
            if len(values) == 0:
                return values
            middle = len(values) // 2
            left, right = sort(values[:middle]), sort(values[middle:])
            merged = []
            while left and right:
                merged.append(left.pop(0) if left[0] <= right[0] else right.pop(0))
            return merged + left + right
        """,
        "assert sort([3, 1, 2]) == [1, 2, 3]\nassert sort([]) == []",
        "assert sort([5]) == [5]\nassert sort([2, 2, 1, 9]) == [1, 2, 2, 9]",
    ),
    bug(
        "method-form",
        """
        def join_groups(groups, a, b):
            groups[a].update(groups[b])
            for member in groups[b]:
                groups[member].update(groups[a])
            return groups

        def clusters(pairs):
            groups = {}
            for a, b in pairs:
                groups.setdefault(a, {a})
                groups.setdefault(b, {b})
                if groups[a] is not groups[b]:
                    join_groups(groups, a, b)
            return len({id(group) for group in groups.values()})
        """,
        "assert clusters([(1, 2), (2, 3)]) == 1\nassert clusters([(1, 2), (3, 4)]) == 2",
        "assert clusters([(1, 2), (3, 4), (2, 3)]) == 1",
    ),
    bug(
        "range-bounds",
        """
        def triangle(rows):
            table = [[1]]
            for row in range(1, rows):
                line = []
                for column in range(0, row):
                    left = table[row - 1][column - 1] if column > 0 else 0
                    above = table[row - 1][column] if column < row else 0
                    line.append(left + above)
                table.append(line)
            return table
        """,
        "assert triangle(3) == [[1], [1, 1], [1, 2, 1]]",
        "assert triangle(1) == [[1]]\nassert triangle(4)[3] == [1, 3, 3, 1]",
    ),
    bug(
        "weaken-condition",
        """
        def ways(total, coins):
            if total == 0:
                return 1
            if total < 0:
                return 0
            first, *rest = coins
            return ways(total - first, coins) + ways(total, rest)
        """,
        "assert ways(4, [1, 2]) == 3",
        "assert ways(11, [2, 5, 10]) == 1\nassert ways(5, []) == 0",
    ),
    bug(
        "add-sequence",
        """
        def subsets(items):
            if not items:
                return [[]]
            first, *rest = items
            smaller = subsets(rest)
            return [[first] + subset for subset in smaller]
        """,
        "assert sorted(subsets([1, 2])) == [[], [1], [1, 2], [2]]",
        "assert subsets([]) == [[]]\nassert len(subsets([1, 2, 3, 4])) == 16",
    ),
    bug(
        "insert-assignment",
        """
        class Cell:
            def __init__(self, value, following=None):
                self.value = value
                self.following = following

        def reverse(cell):
            done = None
            while cell:
                following = cell.following
                cell.following = done
                cell = following
            return done

        def values(cell):
            return [cell.value, *values(cell.following)] if cell else []
        """,
        "assert values(reverse(Cell(1, Cell(2, Cell(3))))) == [3, 2, 1]",
        "assert reverse(None) is None\nassert values(reverse(Cell(7))) == [7]",
    ),
    bug(
        "swap-arguments",
        """
        def evaluate(tokens):
            stack = []
            operations = {"-": lambda x, y: x - y, "/": lambda x, y: x / y, "+": lambda x, y: x + y}
            for token in tokens:
                if token in operations:
                    a = stack.pop()
                    b = stack.pop()
                    stack.append(operations[token](a, b))
                else:
                    stack.append(token)
            return stack.pop()
        """,
        "assert evaluate([7, 2, '-']) == 5\nassert evaluate([8, 2, '/', 1, '+']) == 5",
        "assert evaluate([1, 2, 3, '-', '-']) == 2",
    ),
    bug(
        "index",
        """
        def all_distances(nodes, edges):
            best = {(a, b): edges.get((a, b), 0 if a == b else float("inf")) for a in nodes for b in nodes}
            for via in nodes:
                for a in nodes:
                    for b in nodes:
                        best[a, b] = min(best[a, b], best[a, via] + best[b, via])
            return best
        """,
        "assert all_distances('xyz', {('x', 'y'): 2, ('y', 'z'): 3})['x', 'z'] == 5",
        "assert all_distances('ab', {('a', 'b'): 1})['b', 'a'] == float('inf')",
    ),
    bug(
        "function-name",
        """
        def primes(limit):
            found = []
            for number in range(2, limit):
                if any(number % prime for prime in found):
                    found.append(number)
            return found
        """,
        "assert primes(10) == [2, 3, 5, 7]",
        "assert primes(2) == []\nassert primes(20)[-1] == 19",
    ),
    bug(
        "add-term",
        """
        def root(number, tolerance):
            guess = number / 2
            while abs(number - guess) > tolerance:
                guess = 0.5 * (guess + number / guess)
            return guess
        """,
        "assert abs(root(2, 0.01) - 1.414) < 0.01\nassert abs(root(9, 0.001) - 3) < 0.01",
        "assert abs(root(100, 0.001) - 10) < 0.01",
    ),
    bug(
        "swap-operands",
        """
        def in_base(number, base):
            digits = "0123456789abcdef"
            text = ""
            while number:
                text = text + digits[number % base]
                number //= base
            return text
        """,
        "assert in_base(6, 2) == '110'",
        "assert in_base(255, 16) == 'ff'\nassert in_base(10, 8) == '12'",
    ),
    bug(
        "insert-collect",
        """
        def fold(text, width):
            rows = []
            while len(text) > width:
                rows.append(text[:width])
                text = text[width:]
            return rows
        """,
        "assert fold('abcdef', 4) == ['abcd', 'ef']",
        "assert fold('abc', 3) == ['abc']\nassert fold('abcde', 2) == ['ab', 'cd', 'e']",
    ),
    bug(
        "attribute",
        """
        class Task:
            def __init__(self, name):
                self.name = name
                self.needs = []
                self.needed_by = []

        def order(tasks):
            done = [task for task in tasks if not task.needs]
            for task in done:
                for other in task.needed_by:
                    if set(done).issuperset(other.needed_by) and other not in done:
                        done.append(other)
            return [task.name for task in done]

        def chain(*pairs):
            tasks = {}
            for first, then in pairs:
                a, b = (tasks.setdefault(name, Task(name)) for name in (first, then))
                a.needed_by.append(b)
                b.needs.append(a)
            return order(tasks.values())
        """,
        "assert chain('ab', 'bc') == ['a', 'b', 'c']\nassert chain('ac', 'bc') == ['a', 'b', 'c']",
        "assert chain('ab', 'ac', 'bd', 'cd') == ['a', 'b', 'c', 'd']",
    ),
    bug(
        "strengthen-condition",
        """
        def first_repeat(values, limit):
            seen = set()
            for value in values:
                if value in seen:
                    return value
                seen.add(value)
            return None
        """,
        "assert first_repeat([9, 3, 9, 3], 5) == 3\nassert first_repeat([9, 9], 5) is None",
        "assert first_repeat([1, 2, 1], 5) == 1\nassert first_repeat([], 5) is None\n"
        "assert first_repeat([4, 6, 6, 4], 5) == 4",
    ),
    bug(
        "wrap-method",
        """
        def is_palindrome(text):
            letters = [c for c in text if c.isalpha()]
            return letters == letters[::-1]
        """,
        "assert is_palindrome('Never odd or even')\nassert not is_palindrome('abc')",
        "assert is_palindrome('Aa')\nassert not is_palindrome('Ab')\nassert is_palindrome('')",
    ),
    bug(
        "early-return",
        """
        def mean(values):
            return sum(values) / len(values)
        """,
        "assert mean([2, 4]) == 3\nassert mean([]) == 0",
        "assert mean([7]) == 7",
    ),
    bug(
        "raise-guard",
        """
        def withdraw(balance, amount):
            if amount > balance:
                raise ValueError("too much")
            return balance - amount
        """,
        "import pytest\nassert withdraw(10, 4) == 6\nwith pytest.raises(ValueError): withdraw(10, -1)",
        "assert withdraw(5, 5) == 0\nwith pytest.raises(ValueError): withdraw(10, -20)",
    ),
    bug(
        "exception-type",
        """
        def lookup(table, name):
            if name not in table:
                raise ValueError(name)
            return table[name]
        """,
        "import pytest\nassert lookup({'a': 1}, 'a') == 1\nwith pytest.raises(KeyError): lookup({}, 'b')",
        "with pytest.raises(KeyError): lookup({'x': 2}, 'y')",
    ),
    bug(
        "mutable-default",
        """
        def collect(item, bag=[]):
            bag.append(item)
            return bag
        """,
        "assert collect(1) == [1]\nassert collect(2) == [2]",
        "assert collect(3, [1]) == [1, 3]\nassert collect(4) == [4]",
    ),
    bug(
        "super-init",
        """
        class Base:
            def __init__(self, name):
                self.name = name
                self.log = []

        class Child(Base):
            def __init__(self, name, size):
                self.size = size

            def describe(self):
                self.log.append(self.name)
                return f"{self.name}:{self.size}"
        """,
        "assert Child('a', 3).describe() == 'a:3'",
        "child = Child('b', 1); child.describe()\nassert child.log == ['b']",
    ),
    bug(
        "insert-attribute",
        """
        class Account:
            def __init__(self, owner, balance):
                self.owner = owner

            def pay(self, amount):
                self.balance -= amount
                return self.balance
        """,
        "assert Account('me', 10).pay(3) == 7",
        "assert Account('you', 5).pay(5) == 0",
    ),
    bug(
        "move-out",
        """
        def count_words(lines):
            counts = {}
            for line in lines:
                for word in line.split():
                    counts[word] = counts.get(word, 0) + 1
                return counts
        """,
        "assert count_words(['a b', 'a']) == {'a': 2, 'b': 1}",
        "assert count_words(['x', 'y', 'x']) == {'x': 2, 'y': 1}",
    ),
    bug(
        "return-expression",
        """
        def depth(tree):
            if not isinstance(tree, list):
                return 0
            1 + max((depth(branch) for branch in tree), default=0)
        """,
        "assert depth([1, [2]]) == 2\nassert depth(3) == 0",
        "assert depth([]) == 1\nassert depth([[[]]]) == 3",
    ),
    bug(
        "insert-step",
        """
        def merge(a, b):
            i = j = 0
            merged = []
            while i < len(a) and j < len(b):
                if a[i] <= b[j]:
                    merged.append(a[i])
                    i += 1
                else:
                    merged.append(b[j])
            return merged + a[i:] + b[j:]
        """,
        "assert merge([1, 4], [2, 3]) == [1, 2, 3, 4]",
        "assert merge([], [1]) == [1]\nassert merge([2, 2], [1, 2]) == [1, 2, 2, 2]",
    ),
    bug(
        "initial-value",
        """
        def largest(values):
            best = 0
            for value in values:
                if value > best:
                    best = value
            return best
        """,
        "assert largest([3, 8, 1]) == 8\nassert largest([-5, -2]) == -2",
        "assert largest([-9]) == -9\nassert largest([-3, 0, -1]) == 0",
    ),
    bug(
        "method",
        """
        def flatten_once(groups):
            result = []
            for group in groups:
                result.append(group)
            return result
        """,
        "assert flatten_once([[1, 2], [3]]) == [1, 2, 3]",
        "assert flatten_once([[], ['a']]) == ['a']",
    ),
    bug(
        "inner-guard",
        """
        def ratios(pairs):
            result = []
            for top, bottom in pairs:
                result.append(top / bottom)
            return result
        """,
        "assert ratios([(4, 2), (1, 0), (9, 3)]) == [2, 3]",
        "assert ratios([(0, 5)]) == [0]\nassert ratios([(1, 0)]) == []",
    ),
    bug(
        "swap-statements",
        """
        def running(values):
            total = 0
            totals = []
            for value in values:
                totals.append(total)
                total += value
            return totals
        """,
        "assert running([1, 2, 3]) == [1, 3, 6]",
        "assert running([]) == []\nassert running([5]) == [5]",
    ),
    bug(
        "sub-expression",
        """
        def edit_distance(a, b):
            if not a or not b:
                return len(a) + len(b)
            if a[0] == b[0]:
                return 1 + edit_distance(a[1:], b[1:])
            return 1 + min(edit_distance(a[1:], b), edit_distance(a, b[1:]), edit_distance(a[1:], b[1:]))
        """,
        "assert edit_distance('cat', 'cut') == 1\nassert edit_distance('', 'ab') == 2",
        "assert edit_distance('same', 'same') == 0\nassert edit_distance('abc', 'ac') == 1",
    ),
    bug(
        "two edits",
        """
        def window_sums(values, width):
            sums = []
            for start in range(len(values) - width):
                sums.append(sum(values[start:width]))
            return sums
        """,
        "assert window_sums([1, 2, 3], 3) == [6]\nassert window_sums([1, 2, 3, 4], 2) == [3, 5, 7]",
        "assert window_sums([5, 5], 1) == [5, 5]\nassert window_sums([1], 2) == []",
    ),
    bug(
        "two edits",
        """
        def clean(names):
            result = []
            for name in names:
                if name in result:
                    continue
                result.append(name.strip())
            return result
        """,
        "assert clean([' ann', 'bob ']) == ['ann', 'bob']\nassert clean(['ann', ' ann']) == ['ann']\n"
        "assert clean(['b', 'a']) == ['a', 'b']",
        "assert clean([' z', 'z ', 'y']) == ['y', 'z']",
    ),
)
