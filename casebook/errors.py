"""What may go wrong in the record, each with a message in Chinese and in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from rules.vocabulary import BadValue

if TYPE_CHECKING:
    from casebook.models import Case


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one field, in both languages."""

    zh: str
    en: str

    def message(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def by(self, law: "Problem") -> "Problem":
        """The same with the provision behind it."""
        return Problem(
            f"{self.zh.rstrip('。')}（依据：{law.zh}）。", f"{self.en.rstrip('.')} (basis: {law.en})."
        )


_CASE = Problem("案件", "case")


class CasebookError(Exception):
    """Something the person using the site or the command line can be told; `message(lang)` is for them."""

    zh = "操作未完成。"
    en = "The action was not completed."

    def __init__(self, **found):
        self.found = found
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        return (self.zh if lang == "zh" else self.en).format(**self.found)


class CaseNotFound(CasebookError):
    """No such case, or none that this person may see: they cannot tell which. `refused` is for the log only."""

    zh = "没有找到案件 {number}，或者您无权查看。请核对案号。"
    en = "Case {number} was not found, or you may not see it. Check the case number."

    def __init__(self, number: str, *, refused: bool = False):
        self.refused = refused
        super().__init__(number=number)


class ComplaintNotFound(CasebookError):
    """No such complaint, clearance, filing or return, or none that this person may see: they cannot tell which.

    `refused`: it was asked for by a number, and the log says so; for one never given, too, or the log would tell.
    """

    zh = "没有找到编号 {number}，或者您无权查看。请核对编号。"
    en = "{number} was not found, or you may not see it. Check the number."

    def __init__(self, number: str, *, refused: bool = False):
        self.refused = refused
        super().__init__(number=number)


class RecommendationNotFound(CasebookError):
    zh = "案件 {number} 没有第 {seq} 号处理建议。"
    en = "Case {number} has no recommendation number {seq}."


class PrecedentNotFound(CasebookError):
    """No such precedent, or none that this person may see: they cannot tell which."""

    zh = "没有找到先例 {code}，或者您无权查看。请核对编号。"
    en = "Precedent {code} was not found, or you may not see it. Check its code."


class PackNotFound(CasebookError):
    """No such version of a rule pack, or none that this person may see: they cannot tell which."""

    zh = "没有找到第 {number} 号规则包，或者您无权查看。请核对编号。"
    en = "Rule pack number {number} was not found, or you may not see it. Check its number."

    def __init__(self, number: int, *, refused: bool = False):
        self.refused = refused
        super().__init__(number=number)


class ProofNotFound(PackNotFound):
    """No such proof, or none that this person may see: they cannot tell which."""

    zh = "没有找到第 {number} 号证明，或者您无权查看。请从“本站规则包”页面打开。"
    en = "Proof number {number} was not found, or you may not see it. Open it from “Rule packs of this site”."


class StalePack(CasebookError):
    """The text is no longer the one that was shown; nothing was written."""

    zh = "您打开本页之后，该规则包已在其他窗口被修改或者办理。没有保存；请刷新页面，核对后再操作。"
    en = (
        "Since you opened this page the rule pack was changed or dealt with in another window. "
        "Nothing was saved; reload the page and look at it again."
    )


class ConsultationNotFound(CasebookError):
    zh = "案件 {number} 没有第 {seq} 次先例查阅记录。"
    en = "Case {number} has no consultation number {seq}."


class AttachmentNotFound(CasebookError):
    zh = "案件 {number} 没有这份材料。"
    en = "Case {number} has no such file."


class DamagedFile(CasebookError):
    zh = "材料“{filename}”的内容与入卷时的校验值不一致或已缺失。请联系管理员从备份恢复。"
    en = (
        "The file “{filename}” is missing or differs from what was kept. Ask the administrator to restore it."
    )


class NotAllowed(CasebookError):
    zh = "您的角色或单位不允许此操作。"
    en = "Your role or organisation does not allow this action."

    def __init__(self, action: str):
        self.action = action
        super().__init__()


class WrongStage(CasebookError):
    """A step out of order. `what` is the thing it is a step of; without it, a case. Nothing was written."""

    zh = "{what}现处于“{stage}”阶段，不能“{step}”。该步骤应在“{wanted}”阶段进行（依据：{law}）。"
    en = (
        "The {what} is at the stage “{stage}”; “{step}” belongs to the stage {wanted} (basis: {law}). "
        "Take the steps before it first."
    )

    def __init__(
        self, *, stage: Problem, step: Problem, wanted: Sequence[Problem], law: Problem, what: Problem = _CASE
    ):
        self.stage, self.step, self.wanted, self.law, self.what = stage, step, list(wanted), law, what
        super().__init__()

    def message(self, lang: str) -> str:
        words = [stage.message(lang) for stage in self.wanted]
        wanted = "”或“".join(words) if lang == "zh" else " or ".join(f"“{word}”" for word in words)
        text = self.zh if lang == "zh" else self.en
        return text.format(
            what=self.what.message(lang),
            stage=self.stage.message(lang),
            step=self.step.message(lang),
            wanted=wanted,
            law=self.law.message(lang),
        )


class NotReady(CasebookError):
    """A step whose conditions are not met; `missing` says what is missing and, where a provision asks it, which one.

    Nothing was written.
    """

    def __init__(self, missing: Sequence[Problem]):
        self.missing = list(missing)
        super().__init__()

    def message(self, lang: str) -> str:
        return " ".join(problem.message(lang) for problem in self.missing)


@dataclass(frozen=True)
class Conflict:
    """One fact (or field of the case, as "case.title") that another person has changed meanwhile."""

    fact_id: str
    theirs: object  # casebook.intake.FactEntry
    by_name: str
    at: datetime


class StaleCase(CasebookError):
    """Another person changed the same facts; nothing was written. `conflicts` lists what they entered."""

    zh = "您填写期间，{names} 修改了同样的内容。您的填写没有丢失，请核对后再保存。"
    en = "While you were typing, {names} changed the same items. Nothing you typed is lost; compare and save again."

    def __init__(self, conflicts: Sequence[Conflict]):
        self.conflicts = list(conflicts)
        super().__init__(names="、".join(sorted({conflict.by_name for conflict in self.conflicts})))


class BadFacts(CasebookError):
    """Values that their facts do not take; `errors` has a rules.vocabulary.BadValue by fact id. Nothing was written."""

    zh = "有 {count} 项事实填写有误，尚未保存。"
    en = "{count} of the facts are not valid; nothing has been saved."

    def __init__(self, errors: Mapping[str, BadValue]):
        self.errors = dict(errors)
        super().__init__(count=len(self.errors))


class BadFields(CasebookError):
    """Fields of a case, an account or an organisation that cannot be kept; `errors` has a Problem by field."""

    def __init__(self, errors: Mapping[str, Problem]):
        self.errors = dict(errors)
        super().__init__()

    def message(self, lang: str) -> str:
        return " ".join(problem.message(lang) for problem in self.errors.values())


class BadUpload(CasebookError):
    """A file that is not kept; `reason` is one of the keys below."""

    reasons = {  # noqa: RUF012 - a table of texts, never changed
        "empty": Problem("文件是空的。", "The file is empty."),
        "too_large": Problem("文件超过 {limit_mb} MB 的上限。", "The file is larger than {limit_mb} MB."),
        "type": Problem(
            "不接受此类文件。请上传 {allowed}。", "Files of this type are not accepted. Upload {allowed}."
        ),
        "content": Problem(
            "文件内容与扩展名 {extension} 不符。请确认文件没有损坏。",
            "The content of the file is not that of a {extension} file. Check that it is not damaged.",
        ),
        "macros": Problem("文件含有宏，不予接受。", "The file contains macros and is not accepted."),
        "name": Problem("文件名不能为空。", "The file has no name."),
        "too_many": Problem("最多附 {most} 个文件。", "At most {most} files may be attached."),
        "too_much": Problem(
            "各文件合计超过 {limit_mb} MB 的上限。", "Together the files are larger than {limit_mb} MB."
        ),
        "letters": Problem(
            "留言已达上限，请等待办理机关答复，或者另行检举控告。",
            "No more letters can be kept here. Wait for the answer of the organ, or hand in another report.",
        ),
        "busy": Problem(
            "目前待寄送的文件过多，请稍后再传，或者先不附文件寄送。",
            "Too many files wait to be sent at present. Try again later, or send without this one.",
        ),
    }

    def __init__(self, reason: str, **found):
        self.reason = reason
        self.zh, self.en = self.reasons[reason].zh, self.reasons[reason].en
        super().__init__(**found)


class Withheld(CasebookError):
    """The two readers of the rules disagree, so there is no recommendation. Commit: the event must stay.

    `rules` names the rules they differ in; it is empty where one of them did not answer at all.
    """

    zh = "案件 {number} 暂不出具处理建议：两套独立计算的结果不一致或不完整{rules}。已记录，请联系管理员。"
    en = (
        "Case {number} gets no recommendation: two independent evaluations differ or are incomplete{rules}. "
        "This is recorded; tell the administrator."
    )

    def __init__(self, case: "Case", rules: Sequence[str] = ()):
        self.case, self.rules = case, list(rules)
        super().__init__(number=case.number, rules=f" ({', '.join(self.rules)})" if rules else "")


class StoreNotReady(CasebookError):
    zh = "数据尚未初始化或版本不符。请先运行：casebook init"
    en = "The store is not initialised or not up to date. Run first: casebook init"


class StoreTooNew(CasebookError):
    zh = "数据由更新版本的容错纠错案簿创建。请使用该版本，或从备份恢复。"
    en = "The store was made by a newer version of Casebook. Use that version, or restore a backup."


class SealKeysMissing(CasebookError):
    """The sealed store has no key ring: what it holds can be neither read nor added to."""

    zh = (
        "找不到密封库的密钥文件：{place}。没有它，已密封的内容无法读取。请从备份恢复该文件，不要另建新密钥；"
        "尚未初始化的，请运行：casebook init"
    )
    en = (
        "The key ring of the sealed store was not found: {place}. Nothing sealed can be read without it. "
        "Restore the file from a backup and do not make a new one; if the store is new, run: casebook init"
    )


class SealKeysUnfit(CasebookError):
    """The key ring is there and cannot be used; the reason never tells a key."""

    zh = "密封库的密钥文件或设置不可用：{why}。请核对文件是否完整、是否仅属主可读（0600）。"
    en = (
        "The key ring of the sealed store, or a setting of it, cannot be used: {why}. "
        "Check that the file is whole and readable by its owner only (0600)."
    )


class SealKeyGone(CasebookError):
    """Something was sealed with a key that is no longer on the ring."""

    zh = "密封内容“{name}”所用的密钥 {key} 已不在密钥文件中，无法读取。请从备份恢复密钥文件。"
    en = (
        "“{name}” was sealed with the key {key}, which is no longer on the key ring. "
        "Restore the key ring from a backup."
    )


class SealBroken(CasebookError):
    """What is sealed was altered, moved to another place or cut: nothing of it is shown."""

    zh = "密封内容“{name}”与封存时不一致（被改动、调换或者截断），不予显示。请立即报告主要负责人并核查。"
    en = (
        "“{name}” is not what was sealed: it was altered, exchanged or cut, and is not shown. "
        "Report it at once and look into it."
    )
