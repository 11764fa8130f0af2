"""The books, with real processes that race for the day's cap."""

import subprocess
import sys
from pathlib import Path

from testtime_server.ledger import Ledger
from testtime_strategies.budget import Refusal, Spend

RACER = """
import sys
from pathlib import Path
from testtime_server.ledger import Ledger
from testtime_strategies.budget import Refusal, Spend
books = Ledger(Path(sys.argv[1]))
allowance = books.allowance(sys.argv[2], 0.10)
granted = 0
for _ in range(40):
    ticket = allowance.reserve(0.003)
    if not isinstance(ticket, Refusal):
        granted += 1
        allowance.settle(ticket, Spend(input_tokens=10, usd=0.003))
books.close()
print(granted)
"""


def test_racing_processes_never_pass_the_cap(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, str(path), f"r{n}"], stdout=subprocess.PIPE, text=True)
        for n in range(4)
    ]
    granted = [int(racer.communicate(timeout=120)[0]) for racer in racers]
    assert sum(granted) == 33  # 33 x $0.003 = $0.099; another would pass $0.10
    books = Ledger(path)
    assert books.today().usd <= 0.10
    answer = books.allowance("r9", 0.10).reserve(0.003)
    assert isinstance(answer, Refusal)
    assert "maxUsdPerDay" in answer.reason
    assert isinstance(books.allowance("r9", 0.10).reserve(0.0), int)
    books.close()


def test_what_a_dead_process_set_aside_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom testtime_server.ledger import Ledger\n"
        "Ledger(Path(sys.argv[1])).allowance('dead', 0.10).reserve(0.10)\nos._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=False, timeout=120)
    books = Ledger(path)
    assert books.today().reserved == 0.0
    ticket = books.allowance("next", 0.10).reserve(0.10)
    assert isinstance(ticket, int)
    assert books.today().unpriced == 1
    books.allowance("next", 0.10).settle(ticket, Spend(usd=0.01))
    assert books.today().usd == 0.01
    books.close()


def test_a_damaged_file_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database at all " * 500)
    books = Ledger(path)
    assert books.entries() == []
    assert "damaged" in books.trouble
    assert books.kept
    assert list(tmp_path.glob("ledger.damaged-*"))
    books.close()


def test_where_nothing_can_be_written_the_books_are_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    books = Ledger(tmp_path / "file" / "ledger.sqlite")
    allowance = books.allowance("r", 0.01)
    assert isinstance(allowance.reserve(0.01), int)
    assert isinstance(allowance.reserve(0.01), Refusal)
    assert "maxUsdPerDay holds for this process alone" in books.trouble
    assert not books.kept
    books.close()
