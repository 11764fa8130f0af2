import pytest

from outline import MarkupError, is_well_formed, max_depth, outline, strip_tags


def test_nested():
    assert outline("<a><b><c></c></b><d/></a>") == [(0, "a"), (1, "b"), (2, "c"), (1, "d")]


def test_max_depth():
    assert max_depth("<a><b></b><b><c/></b></a>") == 3


def test_well_formed():
    assert is_well_formed("<p>one <b>two</b> three</p>")


def test_wrong_order():
    assert not is_well_formed("<a><b></a></b>")


def test_closed_twice():
    assert not is_well_formed("<a></a></a>")


def test_closing_first():
    with pytest.raises(MarkupError, match="unexpected </p>"):
        outline("</p>")


def test_same_tag_nested():
    assert outline("<x><x></x></x><x></x>") == [(0, "x"), (1, "x"), (0, "x")]


def test_unclosed_names_the_innermost():
    with pytest.raises(MarkupError, match="unclosed <b>"):
        outline("<a><b><c></c>")
