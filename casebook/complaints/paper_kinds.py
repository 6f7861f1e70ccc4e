"""The kinds of papers about complaints, clearances and returns to office: what each is about and who reads it."""

from casebook.papers.kinds import Kind

KINDS = {
    kind.code: kind
    for kind in (
        Kind("acceptance_notice", "受理告知书", "Notice of acceptance",
             "纪检监察机关处理检举控告工作规则第二十六条", about="complaint"),
        Kind("result_feedback", "办理结果反馈", "Feedback of the result",
             "纪检监察机关处理检举控告工作规则第二十七条", about="complaint"),
        Kind("clearance_notice", "拟澄清告知书", "Notice of the proposed clearance",
             "中国共产党党员权利保障条例第三十四条", about="clearance"),
        Kind("clearance_letter", "澄清函", "Letter of clearance",
             "中国共产党党员权利保障条例第三十四条", about="clearance"),
        Kind("clearance_approval", "澄清审批表", "Approval form of a clearance",
             "纪检监察机关处理检举控告工作规则第五十条", red=False, about="clearance"),
        Kind("clearance_record", "澄清工作记录", "Record of a clearance",
             "本系统办理流程", red=False, about="clearance"),
        Kind("period_end_notice", "影响期满通知", "Notice that the influence period is over",
             "中华人民共和国公职人员政务处分法第二十六条", about="reinstatement"),
        Kind("return_form", "重新任职资格审核表", "Form on a return to office",
             "党政领导干部选拔任用工作条例", red=False, about="reinstatement"),
    )
}  # fmt: skip
TO_AUTHOR = frozenset({"acceptance_notice", "result_feedback"})
"""Papers to who complained: they say that there was a complaint, and nothing of the respondent."""
