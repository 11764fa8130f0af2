"""Pivot a list of dictionaries into a two-way table."""


def pivot(records, row_field, column_field, value_field, start=0):
    """Nested mapping: row -> column -> sum of the values."""
    table = {}
    for record in records:
        row = record[row_field]
        column = record[column_field]
        value = record[value_field]
        cells = table.setdefault(column, {})
        cells[row] = cells.get(row, start) + value
    return table


def columns(table):
    names = set()
    for cells in table.values():
        names.update(cells)
    return sorted(names)


def to_rows(table, missing=0):
    """List of lists with a header, rows and columns sorted by name."""
    header = columns(table)
    rows = [[""] + header]
    for name in sorted(table):
        rows.append([name] + [table[name].get(c, missing) for c in header])
    return rows


def row_totals(table):
    return {name: sum(cells.values()) for name, cells in table.items()}
