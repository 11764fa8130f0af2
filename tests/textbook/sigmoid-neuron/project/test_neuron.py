from neuron import classify, predict, relu, sigmoid, weighted_sum


def test_relu():
    assert relu(-3) == 0
    assert relu(2) == 2


def test_middle():
    assert sigmoid(0) == 0.5


def test_values():
    assert round(sigmoid(1), 4) == 0.7311
    assert round(sigmoid(-2), 4) == 0.1192


def test_weighted_sum():
    assert weighted_sum([1, 2], [3, 4], 5) == 16


def test_predict():
    assert round(predict([1, 1], [2, 1], 0), 4) == 0.9526


def test_classify():
    assert classify([1, 1], [1, 1], -1.5) == 1
    assert classify([0, 1], [1, 1], -1.5) == 0
