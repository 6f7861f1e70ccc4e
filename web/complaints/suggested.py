"""Words for the author to start from: no more than the result, in the language of the author, which is Chinese."""

from casebook.models import Complaint, Finding

_RESULT = {
    Finding.SUBSTANTIATED: "经核查，您反映的问题属实，已依规依纪依法处理。",
    Finding.PARTLY: "经核查，您反映的问题部分属实，对属实的问题已依规依纪依法处理。",
    Finding.UNSUBSTANTIATED: "经核查，未发现您反映的问题属实的证据，不予认定。",
    Finding.CANNOT_VERIFY: "经核查，现有证据尚不能证实您反映的问题，也不能排除。您如有具体线索或者证据，可以继续提供。",
    Finding.NO_VIOLATION: "经核查，您反映的情况存在，但不构成违纪或者职务违法。",
}


def accepted_words(complaint: Complaint) -> str:
    """That it is accepted (CHG2020 26)."""
    return (
        "您好。您反映的问题，本机关已经受理，将依照规定办理。"
        "办理情况可以凭查询码查询；有补充的情况或者证据，也可以通过查询码提供。"
    )


def result_words(complaint: Complaint) -> str:
    """The result and nothing else (CHG2020 27, SEC-12)."""
    return "您好。您反映的问题已经办结。" + _RESULT[complaint.finding or Finding.UNSUBSTANTIATED]
