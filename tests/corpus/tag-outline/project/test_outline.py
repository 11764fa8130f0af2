import pytest

from outline import MarkupError, is_well_formed, max_depth, outline, strip_tags


def test_flat():
    assert outline("<a>x</a><b>y</b>") == [(0, "a"), (0, "b")]


def test_empty_elements():
    assert outline("<br/><hr/>") == [(0, "br"), (0, "hr")]


def test_unclosed():
    with pytest.raises(MarkupError):
        outline("<a><b></b>")


def test_strip_tags():
    assert strip_tags("<a>x<b/>y</a>") == "xy"


def test_no_tags():
    assert max_depth("just text") == 0
