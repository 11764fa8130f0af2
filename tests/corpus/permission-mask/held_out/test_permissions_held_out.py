from permissions import ADMIN, EXECUTE, READ, WRITE, PermissionSet, parse


def test_add_three_at_once():
    assert PermissionSet().add(READ, EXECUTE, ADMIN).mask == 13


def test_add_overlapping_combination():
    assert PermissionSet(READ | WRITE).add(WRITE, EXECUTE).mask == 7


def test_add_same_bit_listed_twice():
    assert PermissionSet().add(WRITE, WRITE).mask == WRITE


def test_parse_with_repeats():
    assert parse("admin, read, admin").names() == ["read", "admin"]


def test_remove_missing_changes_nothing():
    assert PermissionSet(READ).remove(ADMIN).mask == READ


def test_has_requires_all_bits():
    assert not PermissionSet(READ).has(READ | WRITE)
    assert PermissionSet(READ | WRITE | ADMIN).has(READ | ADMIN)


def test_parse_empty():
    assert parse("  ,") == PermissionSet()
