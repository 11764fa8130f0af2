from nameindex import NameIndex, fold


def test_several_accents():
    assert fold("\u00c5ngstr\u00f6m") == "angstrom"


def test_combining_input():
    assert fold("Jose\u0301") == "jose"


def test_composed_and_decomposed_meet():
    index = NameIndex(["Zo\u00eb", "Zoe\u0308"])
    assert index.find("ZOE") == ["Zo\u00eb", "Zoe\u0308"]


def test_full_width_letters():
    assert fold("\uff21\uff22\uff23") == "abc"


def test_ligature():
    assert fold("Scho\ufb03eld") == "schoffield"


def test_final_sigma():
    assert fold("\u03a3\u03c2") == fold("\u03c3\u03c3")


def test_upper_sharp_s():
    assert NameIndex(["Wei\u00df"]).find("WEISS") == ["Wei\u00df"]


def test_prefix():
    index = NameIndex(["\u00c9mile", "Emma", "Ute"])
    assert index.starting_with("em") == ["\u00c9mile", "Emma"]


def test_not_found():
    assert NameIndex(["Ann"]).find("Anna") == []
