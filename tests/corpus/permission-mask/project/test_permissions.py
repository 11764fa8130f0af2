from permissions import ADMIN, EXECUTE, READ, WRITE, PermissionSet, parse


def test_add_single():
    assert PermissionSet().add(READ).names() == ["read"]


def test_add_twice_is_idempotent():
    assert PermissionSet().add(READ).add(READ).has(READ)


def test_add_several():
    assert PermissionSet().add(READ, WRITE).mask == 3


def test_remove():
    assert PermissionSet(7).remove(WRITE).names() == ["read", "execute"]


def test_parse():
    assert parse("read, write") == PermissionSet(3)
