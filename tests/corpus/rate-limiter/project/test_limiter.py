from limiter import RateLimiter


def test_first_call():
    assert RateLimiter(1, 10).allow("a", 0)


def test_limit_reached():
    limiter = RateLimiter(2, 10)
    assert [limiter.allow("a", t) for t in (0, 1, 2)] == [True, True, False]


def test_keys_are_separate():
    limiter = RateLimiter(1, 10)
    assert limiter.allow("a", 0) and limiter.allow("b", 0)


def test_window_passes():
    limiter = RateLimiter(1, 10)
    limiter.allow("a", 0)
    assert limiter.allow("a", 10)


def test_remaining_unused():
    assert RateLimiter(3, 10).remaining("a", 5) == 3
