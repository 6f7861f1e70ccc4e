"""The stages and steps of a case as Markdown, printed from the table that the code obeys (`docs/workflow.md`)."""

from collections.abc import Iterator

from casebook.errors import Problem
from casebook.models import Part, Stage
from casebook.procedure.workflow import CHIEF, OFFICER, STAGES, STEPS, SUPERIOR, Step

COMMAND = "python -m casebook.procedure.diagram > docs/workflow.md"
WHO = {
    OFFICER: Problem("承办机关的承办人", "officer of the organ"),
    CHIEF: Problem("本机关主要负责人", "chief of the organ"),
    SUPERIOR: Problem("上级机关主要负责人", "chief of an organ above"),
    Part.REVIEWER: Problem("审核人", "reviewer"),
    Part.SECOND_REVIEWER: Problem("复评人", "second reviewer"),
    Part.PANEL: Problem("审议成员", "panel member"),
    Part.CHAIR: Problem("主持人", "chair"),
    Part.APPEAL_HANDLER: Problem("申诉承办人", "who handles the appeal"),
    Part.APPEAL_DECIDER: Problem("申诉决定人", "who decides the appeal"),
}
ANY = Problem("各阶段", "any stage")
_ORDER = tuple(Stage)
NOT_CLOSED = Problem("结案前各阶段", "any stage before the end")


def markdown() -> str:
    """The whole of `docs/workflow.md`."""
    return "\n".join((*_head(), *_diagram(), "", *_steps())) + "\n"


def _head() -> Iterator[str]:
    yield "# 办案流程 / The way of a case"
    yield ""
    yield "本文件由 `casebook/procedure/workflow.py` 生成，请勿手工修改。表中没有列出的，一律不准办理。"
    yield "Printed from `casebook/procedure/workflow.py`; do not edit. Whatever is not granted here is refused."
    yield ""
    yield f"重新生成 / Print it again: `{COMMAND}`"
    yield ""


def _diagram() -> Iterator[str]:
    yield "## 阶段 / Stages"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for stage, name in STAGES.items():
        yield f'    state "{_both(name)}" as {stage}'
    yield f"    [*] --> {next(iter(STAGES))}"
    for step in STEPS.values():
        if step.to is not None:
            for stage in step.stages:
                yield f"    {stage} --> {step.to}: {step.zh} / {step.en}"
    yield f"    {Stage.CLOSED} --> [*]"
    yield "```"


def _steps() -> Iterator[str]:
    yield "## 步骤 / Steps"
    yield ""
    yield "| 阶段 / Stage | 步骤 / Step | 办理人 / Who | 进入阶段 / Leads to | 依据 / Provision |"
    yield "| --- | --- | --- | --- | --- |"
    for step in STEPS.values():
        who = (
            "、".join(WHO[part].zh for part in step.by) + " / " + ", ".join(WHO[part].en for part in step.by)
        )
        to = _both(STAGES[step.to]) if step.to is not None else ""
        cells = (_stages(step), f"{step.zh} / {step.en} (`{step.code}`)", who, to, _both(step.law))
        yield f"| {' | '.join(cells)} |"


def _stages(step: Step) -> str:
    if set(step.stages) == set(Stage):
        return _both(ANY)
    if set(step.stages) == set(Stage) - {Stage.CLOSED}:
        return _both(NOT_CLOSED)
    names = [STAGES[stage] for stage in step.stages]
    first = _ORDER.index(step.stages[0])
    if len(names) > 2 and step.stages == _ORDER[first : first + len(names)]:
        return f"“{names[0].zh}”至“{names[-1].zh}” / “{names[0].en}” to “{names[-1].en}”"
    return "；".join(name.zh for name in names) + " / " + "; ".join(name.en for name in names)


def _both(name: Problem) -> str:
    return f"{name.zh} / {name.en}"


if __name__ == "__main__":
    print(markdown(), end="")
