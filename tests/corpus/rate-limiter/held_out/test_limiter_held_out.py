from limiter import RateLimiter


def test_remaining_counts_down():
    limiter = RateLimiter(3, 10)
    limiter.allow("a", 0)
    limiter.allow("a", 4)
    assert limiter.remaining("a", 5) == 1
    assert limiter.remaining("a", 10) == 2


def test_retry_after():
    limiter = RateLimiter(1, 10)
    limiter.allow("a", 3)
    assert limiter.retry_after("a", 5) == 8
    assert limiter.retry_after("a", 13) == 0


def test_sliding():
    limiter = RateLimiter(2, 10)
    times = (0, 6, 8, 10, 11, 16)
    assert [limiter.allow("a", t) for t in times] == [True, True, False, True, False, True]


def test_denied_calls_do_not_count():
    limiter = RateLimiter(1, 10)
    assert [limiter.allow("a", t) for t in range(0, 21, 5)] == [True, False, True, False, True]


def test_just_before_expiry():
    limiter = RateLimiter(1, 10)
    limiter.allow("a", 0)
    assert not limiter.allow("a", 9.99)


def test_zero_limit():
    limiter = RateLimiter(0, 10)
    assert limiter.remaining("a", 0) == 0
    assert not limiter.allow("a", 0)


def test_asking_does_not_consume():
    limiter = RateLimiter(1, 10)
    for _ in range(5):
        assert limiter.remaining("a", 0) == 1
    assert limiter.allow("a", 0)
