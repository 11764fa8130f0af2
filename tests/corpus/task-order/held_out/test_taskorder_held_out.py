import pytest

from taskorder import CycleError, TaskList


def test_chain():
    tasks = TaskList().add("d", "c").add("c", "b").add("b", "a")
    assert tasks.order() == ["a", "b", "c", "d"]


def test_diamond():
    tasks = TaskList().add("top", "left", "right").add("left", "base").add("right", "base")
    assert tasks.order() == ["base", "left", "right", "top"]


def test_self_cycle():
    with pytest.raises(CycleError):
        TaskList().add("a", "a").order()


def test_long_cycle():
    tasks = TaskList()
    for i in range(10):
        tasks.add(i, (i + 1) % 10)
    with pytest.raises(CycleError):
        tasks.order()


def test_every_task_once_and_after_its_needs():
    tasks = TaskList()
    for i in range(2, 40):
        tasks.add(i, *[d for d in range(2, i) if i % d == 0])
    order = tasks.order()
    assert sorted(order) == list(range(2, 40))
    for i in range(2, 40):
        for d in tasks.needs[i]:
            assert order.index(d) < order.index(i)


def test_empty():
    assert TaskList().order() == []


def test_shared_need_is_not_a_cycle():
    assert TaskList().add("x", "z").add("y", "z").order() == ["z", "x", "y"]
