"""A heating thermostat with hysteresis."""


class Thermostat:
    """Turn on below target - band, off above target + band, else keep the state."""

    def __init__(self, target, band=1.0):
        if band < 0:
            raise ValueError("band must not be negative")
        self.target = target
        self.band = band
        self.heating = False
        self.switches = 0

    def _set(self, heating):
        if heating != self.heating:
            self.heating = heating
            self.switches += 1

    def update(self, temperature):
        if temperature < self.target - self.band:
            self._set(True)
        elif temperature > self.target - self.band:
            self._set(False)
        return self.heating


def simulate(thermostat, readings):
    """The heating state after each reading."""
    return [thermostat.update(reading) for reading in readings]


def duty_cycle(states):
    """Share of the time in which heating was on."""
    if not states:
        return 0.0
    return sum(states) / len(states)
