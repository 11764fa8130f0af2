import math

from neuron import classify, predict, sigmoid


def test_limits():
    assert sigmoid(30) > 0.999999
    assert 0 < sigmoid(-30) < 0.000001


def test_symmetry():
    for x in (0.5, 1, 2, 5):
        assert round(sigmoid(x) + sigmoid(-x), 9) == 1


def test_values():
    assert round(sigmoid(2), 4) == 0.8808
    assert round(sigmoid(-1), 4) == 0.2689


def test_logit():
    assert round(sigmoid(math.log(3)), 9) == 0.75
    assert round(sigmoid(math.log(0.25)), 9) == 0.2


def test_predict():
    assert predict([0, 0], [5, 5], 0) == 0.5
    assert round(predict([2], [-1], 1.5), 4) == 0.3775


def test_or_gate():
    outputs = [classify([a, b], [1, 1], -0.5) for a in (0, 1) for b in (0, 1)]
    assert outputs == [0, 1, 1, 1]
