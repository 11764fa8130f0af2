import pytest

from retry import Fatal, RetryPolicy, with_default


class Flaky:
    def __init__(self, failures, error=OSError):
        self.failures = failures
        self.error = error
        self.calls = 0

    def __call__(self):
        self.calls += 1
        if self.calls <= self.failures:
            raise self.error("attempt {}".format(self.calls))
        return "ok"


def test_last_error_is_raised():
    with pytest.raises(OSError, match="attempt 3"):
        RetryPolicy(3).call(Flaky(9))


def test_succeeds_on_last_attempt():
    assert RetryPolicy(3).call(Flaky(2)) == "ok"


def test_single_attempt():
    flaky = Flaky(1, KeyError)
    with pytest.raises(KeyError):
        RetryPolicy(1).call(flaky)
    assert flaky.calls == 1


def test_sleeps():
    slept = []
    with pytest.raises(OSError):
        RetryPolicy(4, 5, 3).call(Flaky(9), sleep=slept.append)
    assert slept == [5, 15, 45]


def test_fatal_after_ordinary_error():
    errors = [OSError, Fatal, OSError]
    calls = []

    def function():
        calls.append(1)
        raise errors[len(calls) - 1]("x")

    with pytest.raises(Fatal):
        RetryPolicy(3).call(function)
    assert len(calls) == 2


def test_fatal_does_not_sleep():
    slept = []
    with pytest.raises(Fatal):
        RetryPolicy(3).call(Flaky(9, Fatal), sleep=slept.append)
    assert slept == []


def test_with_default():
    assert with_default(RetryPolicy(2), Flaky(9), "default") == "default"
    assert with_default(RetryPolicy(2), Flaky(1), "default") == "ok"


def test_function_that_returns_none():
    assert RetryPolicy().call(lambda: None) is None


def test_arguments():
    assert RetryPolicy().call(divmod, 7, 2) == (3, 1)
