from nameindex import NameIndex, fold


def test_case():
    assert fold("Ann LEE") == "ann lee"


def test_blanks():
    assert fold("  Ann   Lee ") == "ann lee"


def test_find():
    assert NameIndex(["Bob", "BOB", "Al"]).find("bob") == ["Bob", "BOB"]


def test_accents():
    assert NameIndex(["Jos\u00e9"]).find("jose") == ["Jos\u00e9"]


def test_sharp_s():
    assert fold("Gro\u00df") == "gross"


def test_len():
    assert len(NameIndex(["a", "A", "b"])) == 3
