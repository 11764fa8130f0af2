from hanoi import hanoi


def play(height, start, end):
    """Carry out the moves and check the rules; return the pegs."""
    pegs = {1: [], 2: [], 3: []}
    pegs[start] = list(range(height, 0, -1))
    for source, target in hanoi(height, start, end):
        disk = pegs[source].pop()
        assert not pegs[target] or pegs[target][-1] > disk
        pegs[target].append(disk)
    return pegs


def test_default_pegs():
    assert hanoi(1) == [(1, 3)]
    assert hanoi(2) == hanoi(2, 1, 3)


def test_all_pairs_of_pegs():
    for start in (1, 2, 3):
        for end in (1, 2, 3):
            if start != end:
                assert hanoi(1, start, end) == [(start, end)]


def test_rules():
    for height in range(7):
        for start, end in ((1, 3), (3, 1), (2, 3), (1, 2)):
            assert play(height, start, end)[end] == list(range(height, 0, -1))


def test_shortest():
    for height in range(8):
        assert len(hanoi(height, 2, 1)) == 2 ** height - 1
