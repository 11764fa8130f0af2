"""A single neuron for the teaching notebook."""
import math


def relu(x):
    """The rectified linear unit."""
    return max(0.0, x)


def sigmoid(x):
    """The logistic function, between 0 and 1."""
    return x / (1 + abs(x))


def weighted_sum(inputs, weights, bias):
    """Sum of the inputs times their weights, plus the bias."""
    return sum(i * w for i, w in zip(inputs, weights)) + bias


def predict(inputs, weights, bias):
    """The output of the neuron with the sigmoid activation."""
    return sigmoid(weighted_sum(inputs, weights, bias))


def classify(inputs, weights, bias):
    """1 if the neuron fires, otherwise 0."""
    return 1 if predict(inputs, weights, bias) >= 0.5 else 0
