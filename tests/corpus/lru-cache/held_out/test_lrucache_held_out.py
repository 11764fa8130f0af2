from lrucache import LRUCache


def test_hits_are_counted():
    cache = LRUCache(3)
    cache.put("a", 1)
    for _ in range(4):
        cache.get("a")
    assert (cache.hits, cache.misses) == (4, 0)


def test_compute_refreshes():
    cache = LRUCache(2)
    cache.get_or_compute(1, str)
    cache.get_or_compute(2, str)
    cache.get_or_compute(1, str)
    cache.get_or_compute(3, str)
    assert cache.keys() == [1, 3]


def test_compute_counts():
    cache = LRUCache(2)
    for key in (1, 2, 1, 1, 2):
        cache.get_or_compute(key, str)
    assert (cache.hits, cache.misses) == (3, 2)


def test_order_after_gets():
    cache = LRUCache(4)
    for key in "abcd":
        cache.put(key, 0)
    for key in "bda":
        cache.get(key)
    assert cache.keys() == ["c", "b", "d", "a"]


def test_overwrite_refreshes():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 1)
    cache.put("a", 2)
    assert cache.keys() == ["b", "a"] and cache.get("a") == 2


def test_capacity_one():
    cache = LRUCache(1)
    cache.put("a", 1)
    cache.get("a")
    cache.put("b", 2)
    assert cache.keys() == ["b"]


def test_missing_get_keeps_order():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("zzz")
    assert cache.keys() == ["a", "b"]
