"""What would tell who a case was about: names, units, posts, numbers and codes, gathered from everything kept of it."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casebook.errors import Problem
from casebook.models import (
    Case,
    Correction,
    Event,
    Meeting,
    Notice,
    Role,
    Service,
    Talk,
    User,
)
from casebook.precedents.folding import bare
from casebook.recommend import read_facts

RESPONDENT = Problem("当事人", "the respondent")
SOMEBODY = Problem("有关人员", "a person concerned")
THIS_CASE = Problem("本案", "this case")
AN_ORGAN = Problem("某机关", "an organ")
NOTHING = Problem("删去", "leave it out")
# What an official of each tier is called where the post itself would tell who it was.
POSTS = {
    "main_leader": Problem("主要负责人", "the main leader"),
    "deputy_in_charge": Problem("分管负责人", "the leader in charge"),
    "other_team_member": Problem("班子成员", "a member of the leadership"),
    "linked_leader": Problem("联系领导", "the leader linked to it"),
    "middle_manager": Problem("中层负责人", "a middle manager"),
    "staff": Problem("工作人员", "a member of staff"),
}
AN_OFFICIAL = Problem("负责人", "an official")
_GENERIC_POSTS = frozenset(
    ("干部 党员干部 领导干部 工作人员 科员 职工 公务员 员工 负责人 主要负责人 official staff").split()
)
_GENERIC_LOGINS = {*Role, "member", "superior", "admin", "user", "staff", "system"}
_UNIT_ENDS = ("自治县", "开发区", "街道", "省", "市", "县", "区", "乡", "镇", "村", "旗")
_HOUSES = tuple(
    ("人民政府 委员会 办事处 管理局 监督局 服务中心 局 厅 院 所 站 中心 公司 学校 医院 办公室").split()
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易"
    "乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管"
    "柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟"
    "邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚"
)
_BETWEEN = re.compile(r"[、，,;；:：\s（）()]+")
COMPOUND = tuple(("欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 长孙 夏侯 宇文 南宫").split())


@dataclass(frozen=True)
class Marker:
    """Something that tells who a case was about: what it is, as it is written, and what to write instead."""

    kind: str  # name, person, unit, post, login, number, code, organ
    text: str
    instead: Problem


def markers_of(session: Session, case: Case) -> list[Marker]:
    """Everything in the record of a case that would name somebody, a unit or the case itself; the longest first."""
    found: dict[tuple[str, str], Marker] = {}

    def add(kind: str, text: str, instead: Problem, shortest: int = 2) -> None:
        if len(bare(text)) >= shortest:
            found.setdefault((kind, bare(text)), Marker(kind, text.strip(), instead))

    tier = str(read_facts(session, case).get("office_tier", ""))
    for one in case.respondents:
        add("name", one.name, RESPONDENT)
        if one.post.strip() and bare(one.post) not in _GENERIC_POSTS:
            add("post", one.post, POSTS.get(tier, AN_OFFICIAL))
        for unit in _units(one.unit):
            add("unit", unit, general_unit(unit))
    for user in _people(session, case):
        add("person", user.name, SOMEBODY)
        if user.login.casefold() not in _GENERIC_LOGINS:
            add("login", user.login, NOTHING, 3)
    for name in _named(session, case):
        add("person", name, SOMEBODY)
    for unit in _bodies(session, case):
        for part in _units(unit):
            add("unit", part, general_unit(part))
    for organ in case.organisation.and_above():
        add("organ", organ.name_zh, AN_ORGAN)
        add("organ", organ.name_en, AN_ORGAN)
        add("code", organ.code, NOTHING)
    add("number", case.number, THIS_CASE)
    return sorted(found.values(), key=lambda one: -len(one.text))


def surname(name: str) -> str:
    """The surname of a Chinese name; "" of any other."""
    plain = bare(name)
    if not plain or not "一" <= plain[0] <= "鿿":
        return ""
    return next((two for two in COMPOUND if plain.startswith(two)), plain[0])


def general_unit(unit: str) -> Problem:
    """A unit as it may be written: only what kind of unit it is."""
    for end in _UNIT_ENDS:
        if unit.endswith(end):
            return Problem(f"某{end}", "a place")
    for end in _HOUSES:
        if unit.endswith(end):
            place = next((one for one in _UNIT_ENDS if one in unit), "")
            return Problem(f"某{place}{end}", "a unit")
    return Problem("某单位", "a unit")


def _units(unit: str) -> list[str]:
    """A unit as it is named, with its place alone, and the bare name of that place."""
    unit = unit.strip()
    if not unit:
        return []
    found = [unit]
    for end in _UNIT_ENDS:
        if (at := unit.find(end)) > 1:
            found.append(unit[: at + len(end)])
            if at >= 2:
                found.append(unit[:at])
    return list(dict.fromkeys(found))


def _people(session: Session, case: Case) -> list[User]:
    """Everybody of an office who ever did anything in the case."""
    ids = set(session.scalars(select(Event.by_id).where(Event.case_id == case.id, Event.by_id.is_not(None))))
    ids |= {
        case.officer_id,
        *(row.user_id for row in case.assignments),
        *(row.user_id for row in case.recusals),
    }
    return list(session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id)))


def _named(session: Session, case: Case) -> list[str]:
    """People outside the offices whose names somebody typed: who was present, responsible, talked to or served."""
    texts = [*session.scalars(select(Notice.present).where(Notice.case_id == case.id))]
    texts += session.scalars(select(Meeting.others).where(Meeting.case_id == case.id))
    texts += session.scalars(select(Correction.responsible).where(Correction.case_id == case.id))
    texts += session.scalars(select(Talk.person).where(Talk.case_id == case.id))
    texts += session.scalars(
        select(Service.recipient).where(Service.case_id == case.id, Service.kind == "person")
    )
    words = {word for text in texts for word in _BETWEEN.split(text or "")}
    return sorted(word for word in words if _is_name(word))


def _is_name(word: str) -> bool:
    plain = bare(word)
    if plain.isascii():
        return len(plain) > 3 and not plain.isdecimal()
    return 2 <= len(plain) <= 4 and (plain[0] in _SURNAMES or plain.startswith(COMPOUND))


def _bodies(session: Session, case: Case) -> list[str]:
    units = list(session.scalars(select(Correction.unit).where(Correction.case_id == case.id)))
    served = select(Service.recipient).where(Service.case_id == case.id, Service.kind != "person")
    return [unit for unit in (*units, *session.scalars(served)) if unit and unit.strip()]
