import pytest

from taskorder import CycleError, TaskList


def test_independent():
    assert TaskList().add("a").add("b").order() == ["a", "b"]


def test_needs_come_first():
    assert TaskList().add("bake", "mix").add("mix").order() == ["mix", "bake"]


def test_added_in_right_order():
    assert TaskList().add("mix").add("bake", "mix").order() == ["mix", "bake"]


def test_cycle():
    with pytest.raises(CycleError):
        TaskList().add("a", "b").add("b", "a").order()


def test_first_steps():
    assert TaskList().add("a", "b", "c").first_steps() == ["b", "c"]
