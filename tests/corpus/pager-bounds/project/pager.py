"""Paginate a list; pages are numbered from 1."""


class Pager:
    def __init__(self, items, per_page=10):
        if per_page < 1:
            raise ValueError("per_page must be at least 1")
        self.items = list(items)
        self.per_page = per_page

    @property
    def page_count(self):
        """There is always at least one page, even if empty."""
        return max(1, -(-len(self.items) // self.per_page))

    def page(self, number):
        self._check(number)
        start = number * self.per_page
        end = start + self.per_page - 1
        return self.items[start:end]

    def has_next(self, number):
        self._check(number)
        return number < self.page_count

    def has_previous(self, number):
        self._check(number)
        return number > 1

    def _check(self, number):
        if not 1 <= number <= self.page_count:
            raise IndexError("no page {}".format(number))

    def label(self, number):
        return "page {} of {}".format(number, self.page_count)
