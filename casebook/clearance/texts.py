"""What no text of a clearance may say: anything of whoever complained, and any appraisal of the person as a whole.

A letter tells only the points found untrue (RTS2020 34); neither it nor any other text of the file tells that somebody
wrote, by which way, or on which day (CHG2020 47). Spaces, signs between and look-alikes are seen through.
"""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session, object_session

from casebook.complaints import leaks, log, secrecy
from casebook.complaints.marks import secret_problem
from casebook.errors import BadFields, Problem
from casebook.fields import check_text
from casebook.models import Case, Clearance, Complaint, User
from casebook.precedents.folding import fold, with_digits
from casebook.procedure.dates import day_of
from casebook.seal.store import Seal

_AUTHOR = re.compile(
    r"举报|检举|控告|告发|揭发|投诉|告状|诬告|诬陷|错告|信访|来信|来访|来电|来件|信件|书信|写信|寄信|邮寄|投递|匿名|实名|署名"
    r"|具名|舉報|檢舉|告發|實名|來信|反映人|写信人|来信人|知情人|线索来源|线索提供|查询码|12388|上访|网上留言|网络留言"
    r"|complain|whistle|informant|informer|denounc|anonymous|tipoff|accuser|sender|petition"
)
_APPRAISAL = re.compile(
    r"一贯|一向|历来|始终如一|一直以来|清廉|清正|廉洁奉公|廉洁自律|两袖清风|清白|品行端正|品行良好|品德高尚|德才兼备|作风正派|作风优良"
    r"|作风扎实|作风过硬|(?:表现|工作|业绩|成绩|政绩|品行|品德|素质|能力)(?:一直|十分|非常|较为|很|均|都){0,3}"
    r"(?:优秀|良好|突出|出色|优异|显著|过硬|较好|很好)"
    r"|(?:优秀|好|模范|先进)(?:干部|党员|领导|公务员|同志)|勤政|勤勉尽责|忠诚干净|敢于担当|担当作为|政治(?:上)?(?:可靠|坚定|过硬)"
    r"|值得信(?:任|赖)|经得起考验|综合评价|总体(?:上|评价|看)|(?:没有|不存在|未发现|并无|无)(?:有)?(?:任何|其他|其它|别的)"
    r"(?:违纪|违法|违规|职务|廉洁)?(?:违法|违纪)?(?:的)?(?:问题|行为|情形)"
    r"|cleanrecord|honestofficial|alwaysbeen|excellent|outstanding|exemplary|integrity|goodcadre|beyondreproach|"
    r"noother(?:wrong|violation|breach|problem|misconduct)"
)
# Bodies that are named after what they receive: their name alone tells of nobody, where it is the whole of a field.
_BODY = re.compile(
    r"(?P<whose>.*?)(?:(?:人民|群众)?(?:信访|来访|控告申诉|控告|举报|投诉)(?:接待|工作|受理|举报|检察|事项)*"
    r"(?:局|厅|处|科|股|室|办|办公室|中心|大厅|部门|委员会|联席会议|联席会议办公室|领导小组|领导小组办公室|工作站)"
    r"|(?:publiccomplaints|complaints?|petitions?)(?:and(?:petitions|proposals|complaints|appeals))?(?:reception)?"
    r"(?:office|bureau|department|division|cent(?:re|er)|administration))"
)
INSTEAD = Problem(
    "请只写被反映的具体问题和查明的情况", "write only the specific point and what was found of it"
)


@dataclass(frozen=True)
class Secret(Problem):
    """A text that told something of a complaint; roll back, then `note` it, so that nobody tries names unseen."""

    complaint_id: int


def note(session: Session, by: User, bad: BadFields) -> bool:
    """Log each text that was refused because it told of a complaint, once what had begun is rolled back."""
    found = {problem.complaint_id for problem in bad.errors.values() if isinstance(problem, Secret)}
    for complaint_id in sorted(found):
        log.record(session, secrecy.REFUSED, by, session.get_one(Complaint, complaint_id))
    return bool(found)


class Guard:
    """What is known of every complaint behind a clearance or a case, so that no text passes anything on.

    Whoever was refused too often writes nothing more here: trying names would be looking for the author.
    """

    def __init__(
        self, about: Clearance | Complaint | Case | None, seal: Seal | None = None, by: User | None = None
    ):
        """Raises NotReady for whoever was refused too often."""
        self.own = (
            about.complaint
            if isinstance(about, Clearance)
            else about
            if isinstance(about, Complaint)
            else None
        )
        self.complaints = {self.own.id: self.own} if self.own is not None else {}
        session = object_session(about) if about is not None else None
        if session is not None:
            self.complaints |= {one.id: one for one in secrecy.behind(session, about)}
        self._sealed: dict[int, dict[str, str]] = {}
        if seal is not None:
            for one in self.complaints.values():
                if one.handle:
                    self._sealed[one.id] = leaks.sealed_fields(seal, one.handle)
                    if by is not None:
                        secrecy.ensure_not_guessing(session, one, by)

    def reason(self, text: object, longest: int) -> str:
        """A reason that is all a step is told: the text without outer spaces. Raises BadFields for `reason`."""
        errors: dict[str, Problem] = {}
        text = self.check(errors, "reason", text, longest)
        if errors:
            raise BadFields(errors)
        return text

    def check(
        self,
        errors: dict[str, Problem],
        field: str,
        text: object,
        longest: int,
        *,
        required: bool = True,
        one_line: bool = False,
        appraisal: bool = False,
        body: bool = False,
        about: str = "",
    ) -> str:
        """The text without outer spaces; what it may not say goes into `errors` under the field, quoted.

        `appraisal`: this text goes into a letter, so that a word on the person as a whole is refused, too. `body`: it
        is the name of somebody to be told, and may be that of a petition office. `about`: such a name, already
        listed, that the text may repeat.
        """
        text = check_text(errors, field, text, longest, required=required, one_line=one_line)
        if field in errors or not text:
            return text
        told = _without_body(text, body, about)
        if problem := secret_problem(text) or self._leak(text) or self._told(told):
            errors[field] = problem
        elif appraisal and (found := told_overall(text)):
            errors[field] = Problem(
                f"“{found}”是对本人的全面评价，{INSTEAD.zh}（中国共产党党员权利保障条例第三十四条）。",
                f"“{found}” appraises the person as a whole; {INSTEAD.en} "
                "(regulation on safeguarding the rights of Party members, art. 34).",
            )
        return text

    def _leak(self, text: str) -> Problem | None:
        """That a text says what is sealed; not whether it was the author or the words, which nobody here has read."""
        for key, sealed in self._sealed.items():
            one = self.complaints[key]
            found = leaks.find(text, sealed, (one.respondent_name, one.respondent_unit, one.respondent_post))
            if found is not None:
                said = found.withheld
                return Secret(said.zh, said.en, key)
        return None

    def _told(self, text: str) -> Problem | None:
        """That a text tells that somebody wrote, how, or on which day."""
        if found := told_of_author(text, self.own):
            return Problem(
                f"“{found}”会透露有人反映问题或者反映的方式、时间，{INSTEAD.zh}"
                "（纪检监察机关处理检举控告工作规则第四十七条）。",
                f"“{found}” tells that somebody complained, or how or when; {INSTEAD.en} "
                "(rules on handling complaints of 2020, art. 47).",
            )
        for key, one in self.complaints.items():
            if found := told_of_author(text, one):
                said = _secret(found)
                return Secret(said.zh, said.en, key)
        return None


def _secret(said: str) -> Problem:
    return Problem(
        f"“{said}”属于依法应当保密的内容，请改写。", f"“{said}” is secret by law; write it differently."
    )


def is_channel(name: str) -> bool:
    """Whether a name is that of a body named after what it receives, as a petition office is."""
    found = _BODY.fullmatch(fold(name, signs=False).text)
    return found is not None and not _AUTHOR.search(found["whose"])


def told_of_author(text: str, complaint: Complaint | None = None) -> str:
    """What in a text tells of whoever complained, as it was written; '' nothing. Its days are looked for, too."""
    if found := _quoted(_AUTHOR, text):
        return found
    if complaint is None:
        return ""
    folded = with_digits(fold(text))
    days = {
        complaint.received_on, day_of(complaint.registered_at), complaint.screened_on, complaint.accepted_on,
        complaint.told_on,
    }  # fmt: skip
    for day in sorted(days - {None}):
        if match := _written(day).search(folded.text):
            return folded.quote(*match.span())
    return ""


def told_overall(text: str) -> str:
    """What in a text appraises the person as a whole, as it was written; '' nothing."""
    return _quoted(_APPRAISAL, text)


def _without_body(text: str, body: bool, about: str) -> str:
    """The text without what is the name of a petition office, where one may be named."""
    if body and is_channel(text):
        return ""
    if about and is_channel(about):
        return "，".join(text.split(about))
    return text


def _quoted(pattern: re.Pattern, text: str) -> str:
    folded = fold(text, signs=False)
    match = pattern.search(folded.text)
    return folded.quote(*match.span()) if match else ""


def _written(day: date) -> re.Pattern:
    """A day in the ways people write it, in text that is folded; not the same day of another year."""
    month, number, name = day.month, day.day, f"{day:%B}".casefold()
    year = f"(?:{day.year}|{day.year % 100:02d})"
    months = f"(?:0?{month}|{_chinese(month)})"
    numbers = f"(?:0?{number}|{_chinese(number)})"
    plain = (
        rf"{year}[-./]0?{month}[-./]0?{number}|{day:%Y%m%d}",
        rf"(?:{year}年|今年|去年|本年|当年|(?<!年)){months}月(?:份)?{numbers}[日号]",
        rf"{numbers}(?:st|nd|rd|th)?(?:of)?(?:{name}|{name[:3]}),?(?:{day.year}|(?!\d))",
        rf"(?:{name}|{name[:3]})\.?{numbers}(?:st|nd|rd|th)?,?(?:{day.year}|(?!\d))",
    )
    return re.compile(rf"(?<![\d十])(?:{'|'.join(plain)})(?![\d十])")


def _chinese(number: int) -> str:
    """A number up to 31 in Chinese numerals whose single signs were folded into digits, as 十1 for eleven."""
    tens, ones = divmod(number, 10)
    head = {0: "", 1: "十"}.get(tens, f"{tens}十")
    return f"{head}{ones or ''}"
