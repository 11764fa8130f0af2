import pytest

from thermostat import Thermostat, duty_cycle, simulate


def test_full_cycle():
    t = Thermostat(20, 2)
    assert simulate(t, [17, 19, 21, 22, 22.5, 21, 19, 18, 17.9]) == [
        True, True, True, True, False, False, False, False, True]
    assert t.switches == 3


def test_zero_band():
    assert simulate(Thermostat(10, 0), [9, 10, 11, 10]) == [True, True, False, False]


def test_upper_edge_keeps_state():
    assert simulate(Thermostat(20, 1), [10, 21]) == [True, True]


def test_lower_edge_keeps_state_off():
    assert simulate(Thermostat(20, 1), [19]) == [False]


def test_negative_target():
    assert simulate(Thermostat(-5, 1), [-7, -5, -4, -3.5]) == [True, True, True, False]


def test_negative_band():
    with pytest.raises(ValueError):
        Thermostat(20, -1)


def test_empty_duty_cycle():
    assert duty_cycle([]) == 0.0
