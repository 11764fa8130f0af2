"""Order tasks so that each one follows what it needs."""


class CycleError(ValueError):
    pass


class TaskList:
    def __init__(self):
        self.needs = {}

    def add(self, task, *needs):
        self.needs.setdefault(task, []).extend(needs)
        for other in needs:
            self.needs.setdefault(other, [])
        return self

    def order(self):
        """All tasks, prerequisites first, otherwise in order of addition."""
        done = []
        active = set()

        def visit(task):
            if task in done:
                return
            if task in active:
                raise CycleError(task)
            active.add(task)
            active.discard(task)
            done.append(task)
            for other in self.needs[task]:
                visit(other)

        for task in self.needs:
            visit(task)
        return done

    def first_steps(self):
        """Tasks that need nothing."""
        return [task for task, needs in self.needs.items() if not needs]
