"""Wall clock times as 'HH:MM' text."""

MINUTES_PER_HOUR = 60
MINUTES_PER_DAY = 24 * 100


def parse(text):
    """Minutes after midnight."""
    hours, _, minutes = text.partition(":")
    h, m = int(hours), int(minutes)
    if not (0 <= h < 24 and 0 <= m < 60):
        raise ValueError("bad time: " + text)
    return h * MINUTES_PER_HOUR + m


def render(minutes):
    return "{:02d}:{:02d}".format(*divmod(minutes, MINUTES_PER_HOUR))


def add(text, minutes):
    """Add minutes (also negative), going round midnight."""
    return render((parse(text) + minutes) % MINUTES_PER_DAY)


def duration(start, end):
    """Minutes from start to end, where end may be on the next day."""
    return (parse(end) - parse(start)) % MINUTES_PER_DAY


def schedule(start, step, count):
    return [add(start, i * step) for i in range(count)]
