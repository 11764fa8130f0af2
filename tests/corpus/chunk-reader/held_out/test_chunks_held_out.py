from chunks import chunked, records, split_stream


def test_separator_split_between_pieces():
    assert list(split_stream(["a\r", "\nb\r\n"], "\r\n")) == ["a", "b"]


def test_long_separator():
    assert list(split_stream(["1<sep>2<sep><sep>3"], "<sep>")) == ["1", "2", "", "3"]


def test_single_characters_pieces():
    assert list(split_stream("ab--cd--e", "--")) == ["ab", "cd", "e"]


def test_no_separator():
    assert list(split_stream(["ab", "cd"], "::")) == ["abcd"]


def test_only_separators():
    assert list(split_stream(["::::"], "::")) == ["", ""]


def test_records_with_long_separator():
    assert list(records([" a ;;# b;;", " c"], ";;")) == ["a", "c"]


def test_nothing():
    assert list(split_stream([])) == [] and list(chunked([], 3)) == []


def test_single_newline_records():
    assert list(split_stream(["\n\nx\n"])) == ["", "", "x"]
