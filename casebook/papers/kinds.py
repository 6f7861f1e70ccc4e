"""The kinds of official papers: their names, what each is about, and the provision that asks for it."""

from dataclasses import dataclass

from casebook.errors import Problem


@dataclass(frozen=True)
class Kind:
    """One kind of paper. `about` names the record it is of, as in "decision:3"; empty: of the case as a whole."""

    code: str
    zh: str
    en: str
    law: str
    red: bool = True
    about: str = ""

    def label(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


KINDS = {
    kind.code: kind
    for kind in (
        Kind("recommendation_report", "处理建议报告", "Recommendation report", "本系统办案流程"),
        Kind("notice", "拟处理事实及依据告知书", "Notice of facts and grounds",
             "公职人员政务处分法第四十三条", about="notice"),
        Kind("hearing_record", "听取陈述申辩笔录", "Record of the hearing",
             "公职人员政务处分法第四十三条", red=False, about="notice"),
        Kind("tolerance_decision", "容错认定书", "Decision on tolerance",
             "公职人员政务处分法第四条", about="decision"),
        Kind("decision", "处理决定书", "Decision", "公职人员政务处分法第四十五条", about="decision"),
        Kind("correction_order", "责令纠错通知书", "Correction order", "本系统办案流程", about="correction"),
        Kind("appeal_result", "申诉处理结果告知书", "Notice of the result of an appeal",
             "公职人员政务处分法第五十五条", about="appeal"),
        Kind("similar_case_report", "类案检索报告", "Similar-case report",
             "最高人民法院关于统一法律适用加强类案检索的指导意见（试行，参照）", about="consultation"),
        Kind("filing_form", "备案表", "Filing form", "本系统办案流程", red=False, about="decision"),
    )
}  # fmt: skip


def unknown_kind(code: str) -> Problem:
    return Problem(
        f"没有“{code}”这一文种。请从所列文种中选择。",
        f"There is no kind of paper “{code}”. Choose one of those listed.",
    )
