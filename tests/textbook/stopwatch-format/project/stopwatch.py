"""Times of the stopwatch in whole seconds."""


def parse_time(text):
    """Seconds from text such as '01:02:03'."""
    hours, minutes, seconds = [int(part) for part in text.split(":")]
    return hours * 3600 + minutes * 60 + seconds


def format_time(seconds):
    """Text such as '01:02:03' with hours, minutes and seconds."""
    hours = seconds // 3600
    minutes = seconds // 60
    return "{:02d}:{:02d}:{:02d}".format(hours, minutes, seconds % 60)


def total_time(laps):
    """The sum of times given as text, as text."""
    return format_time(sum(parse_time(lap) for lap in laps))


def pace(seconds, kilometres):
    """Time for one kilometre, as text."""
    return format_time(round(seconds / kilometres))
