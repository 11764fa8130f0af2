from thermostat import Thermostat, duty_cycle, simulate


def test_turns_on_when_cold():
    assert Thermostat(20).update(15) is True


def test_keeps_heating_inside_band():
    assert simulate(Thermostat(20), [15, 19.5, 20.5]) == [True, True, True]


def test_turns_off_when_hot():
    assert simulate(Thermostat(20), [15, 22]) == [True, False]


def test_duty_cycle():
    assert duty_cycle([True, False, False, True]) == 0.5
