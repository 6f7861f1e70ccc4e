"""docs/workflow.md is what the code prints, and names every stage, step and person of the table."""

import re
import subprocess
import sys
from pathlib import Path

import casebook
from casebook.models import Part, Stage
from casebook.procedure.diagram import COMMAND, WHO, markdown
from casebook.procedure.workflow import CHIEF, OFFICER, STAGES, STEPS, SUPERIOR

ROOT = Path(casebook.__file__).parent.parent
PRINTED = markdown()
MOVES = re.findall(r"^    (\w+) --> (\w+): ", PRINTED, re.MULTILINE)


def test_the_page_is_what_the_code_prints():
    kept = (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8")

    assert kept == PRINTED, f"docs/workflow.md is behind the code; run: {COMMAND}"


def test_the_command_in_the_page_prints_it():
    assert f"`{COMMAND}`" in PRINTED
    printed = subprocess.run(
        [sys.executable, *COMMAND.split(" >")[0].split()[1:]], capture_output=True, check=True, cwd=ROOT
    )

    assert printed.stdout.decode() == PRINTED


def test_the_diagram_has_every_stage_and_exactly_the_moves_of_the_table():
    for stage, name in STAGES.items():
        assert f'state "{name.zh} / {name.en}" as {stage}' in PRINTED
    assert sorted(MOVES) == sorted(
        (str(stage), str(step.to)) for step in STEPS.values() if step.to for stage in step.stages
    )


def test_every_stage_is_reached_from_the_first_and_leads_to_the_last():
    def reached(first: str, moves: list) -> set[str]:
        found, seen = {first}, set()
        while found != seen:
            seen = set(found)
            found |= {to for origin, to in moves if origin in seen}
        return found

    every = {str(stage) for stage in Stage}
    assert reached("intake", MOVES) == every
    assert reached("closed", [(to, origin) for origin, to in MOVES]) == every


def test_every_step_has_one_row_with_who_takes_it_and_its_provision():
    rows = [line for line in PRINTED.splitlines() if line.startswith("| ") and "(`" in line]

    assert [re.search(r"\(`(\w+)`\)", row).group(1) for row in rows] == list(STEPS)
    for row, step in zip(rows, STEPS.values(), strict=True):
        assert row.count("|") == 6
        assert step.law.zh in row
        assert step.law.en in row
        for part in step.by:
            assert WHO[part].zh in row
            assert WHO[part].en in row


def test_every_part_that_the_table_may_name_has_its_words():
    assert WHO.keys() == {OFFICER, CHIEF, SUPERIOR, *Part}
