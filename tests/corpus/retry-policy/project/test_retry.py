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


def test_success():
    assert RetryPolicy().call(Flaky(0)) == "ok"


def test_second_attempt():
    flaky = Flaky(1)
    assert RetryPolicy().call(flaky) == "ok"
    assert flaky.calls == 2


def test_gives_up():
    with pytest.raises(OSError):
        RetryPolicy(2).call(Flaky(5))


def test_fatal_is_not_retried():
    flaky = Flaky(5, Fatal)
    with pytest.raises(Fatal):
        RetryPolicy().call(flaky)
    assert flaky.calls == 1


def test_delays():
    assert RetryPolicy(4).delays() == [1, 2, 4]
