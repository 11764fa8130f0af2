"""Plain text tables."""


def is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def widths(rows):
    """Widest cell of each column."""
    return [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]


def pad(cell, width):
    """Numbers go to the right, text to the left."""
    if is_number(cell):
        return cell.ljust(width)
    return cell.rjust(width)


def render(rows, header=True, gap=2):
    """Return the table as a list of lines without trailing blanks."""
    cells = [[str(c) for c in row] for row in rows]
    if not cells:
        return []
    size = widths(cells)
    space = " " * gap
    lines = [space.join(pad(c, w) for c, w in zip(row, size)).rstrip() for row in cells]
    if header:
        lines.insert(1, space.join("-" * w for w in size))
    return lines
