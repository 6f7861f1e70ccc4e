"""Articles of Chinese law, cited in the language of the reader: 第十七条第一款第三项 is “art. 17(1)(3)” in English."""

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_PLACE = re.compile(
    r"第([零一二三四五六七八九十百]+)条(之一)?(?:第([一二三四五六七八九十]+)款)?(?:第([一二三四五六七八九十]+)项)?"
)
_OTHER = re.compile(r"第([一二三四五六七八九十]+)(款|项|节|问|个区分)")
_KINDS = {"款": "para. ", "项": "item ", "节": "section ", "问": "question ", "个区分": "distinction "}
_MARKS = str.maketrans({"、": ", ", "；": "; ", "（": " (", "）": ")", "和": ", ", "与": ", ", "至": " to "})
_TITLE = re.compile(r"(《[^》]*》)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ITEMS = re.compile(r"(?<=\))(?:, item \d+)+")
_CLOSED = re.compile(r"(?<=[》)a-z])(?=art\.)")
_YEAR = re.compile(r"（(\d{4})年）")
# Words that stand beside numbers in many places: instruments without title marks, the document on method, and what of a
# place is meant.
_WORDS = {
    "行政机关公务员处分条例第": "Regulation on sanctions for administrative civil servants, 第",
    "国有企业管理人员处分条例第": "Regulation on sanctions for managers of state-owned enterprises, 第",
    "中国共产党问责条例第": "Regulation on Party accountability, 第",
    "政务处分法第": "Law on Administrative Discipline, 第",
    "处理阶梯 ": "ladder of outcomes, step ",
    "推理设计第七节": "section 7 of the design",
    "§8 一律提交": "§8 always referred",
    "（后果）": " (consequences)",
    "（对抗）": " (obstruction)",
    "（故意与责任）": " (intent and responsibility)",
    "（职责与责任）": " (duties and responsibility)",
    "（提醒后的改正）": " (correction after a warning)",
    "（重复）": " (repetition)",
    "（隐瞒）": " (concealment)",
    "（独断专行）": " (arbitrary decisions)",
}
# What texts name another instrument within their own place; a title not listed stays in Chinese.
_TITLES = {
    "《中国共产党问责条例》": "Regulation on Party accountability",
    "《中国共产党纪律处分条例》": "Regulation on Party disciplinary action",
    "《关于对党员领导干部进行诫勉谈话和函询的暂行办法》": "Interim measures on admonition talks and written inquiries",
    "《行政机关公务员处分条例》": "Regulation on sanctions for administrative civil servants",
    "《国有企业管理人员处分条例》": "Regulation on sanctions for managers of state-owned enterprises",
    "《国务院关于特大安全事故行政责任追究的规定》": "Provisions on administrative responsibility for especially grave safety accidents",
    "《政务处分法》": "Law on Administrative Discipline for Public Officials",
    "《刑法》": "Criminal Law",
}
# ruff: noqa: E501 - one heading a line
# What stands where a text was read without its article numbers, in the packs on complaints and returns to office.
_HEADINGS = {
    "与纪检监察机关处理检举控告工作规则第五十条并读": "read with art. 50 of the rules on complaints",
    "依一省规定类推：中管干部": "by analogy with one province: cadres managed by the centre",
    "依一省规定：省管干部报省级": "as in one province: cadres managed by the province",
    "判断基准日在2019年4月1日以前": "judged as of a day before 1 April 2019",
    "启动情形": "when clearance is started",
    "应当澄清的情形": "when a name is to be cleared",
    "报上级组织人事部门批准": "approval of the personnel department above",
    "按身份分流": "by who the person is",
    "未列条号": "article number not known",
    "村（社区）、企业、事业单位人员依各自规定": "staff of villages, enterprises and institutions by their own texts",
    "澄清方式": "forms of clearance",
    "留党察看、开除党籍先看党员权利": "probation and expulsion: Party rights first",
    "组织人事部门问答第四十四问": "personnel departments’ answers, question 44",
    "表现一般不等于表现好": "ordinary conduct is not good conduct",
    "诬告与错告分开": "a false accusation is not a mistaken one",
    "降级、降职、撤职分别适用专门规定": "demotion and removal have texts of their own",
    "降职的期限（待核）": "period of a demotion (not verified)",
    # the packs of the disposition
    "§4.4（三个区分开来）": "§4.4 (the Three Distinctions)",
    "§4.1（三个区分开来）": "§4.1 (the Three Distinctions)",
    "§5.6（第八条原文待核，沿用2016年条例第七条）": "§5.6 (art. 8 not verified; art. 7 of the regulation of 2016 is kept to)",
    "§2.7（履职事项清单）": "§2.7 (the list of duties)",
    "§4.3 G2（依《中国共产党纪律处分条例》第十九条第三款）": "§4.3 G2 (by art. 19(3) of the Regulation on Party disciplinary action)",
    "推理设计第七节（依《中国共产党纪律处分条例》第十九条第三款、《公职人员政务处分法》第五条）": "section 7 of the design "
    "(by art. 19(3) of the Regulation on Party disciplinary action and art. 5 of the Law on Administrative Discipline)",
    "§8 C-01；三个区分第二项与地方条例的禁止性、强制性规定": "§8 C-01; the second distinction and prohibitions in local regulations",
    "§8 C-02；三个区分第一项与已公布案例": "§8 C-02; the first distinction and published cases",
    "§8 C-02（范围）": "§8 C-02 (its scope)",
    "§8 C-04；《公务员法》第八十七条与问责条例第十七条": "§8 C-04; Civil Servants Law art. 87 and accountability regulation art. 17",
    "§8 C-08；《国有企业管理人员处分条例》第十一条与问责条例第十七条": "§8 C-08; regulation on enterprise managers art. 11 and "
    "accountability regulation art. 17",
    "§8 C-13；问责条例第五条、第十七条": "§8 C-13; accountability regulation arts. 5 and 17",
    "§8 C-19；问责条例第十七条与《重大行政决策程序暂行条例》第三十八条": "§8 C-19; accountability regulation art. 17 and "
    "regulation on major decisions art. 38",
    "§8 C-20；问责条例第十七条第二款与《公务员法》第六十条": "§8 C-20; accountability regulation art. 17(2) and Civil Servants Law art. 60",
    "§8 C-23；问责条例第六条": "§8 C-23; accountability regulation art. 6",
    "§2.8 前提": "§2.8, premise",
    "§2.8 H（全部挽回的，视为挽回；条文没有比例）": "§2.8 H (wholly made good; the text names no share)",
    "容纠并举": "tolerance and correction together",
    "处分影响期的规定（条号待核）": "on the period of effect (article not verified)",
    "处分种类的规定（条号待核）": "on the kinds of sanction (article not verified)",
    "对应条文未读（参照2024年修正文本第五十二条）": "article not read (compare art. 52 as amended in 2024)",
    "组织处理种类与期限": "kinds and periods of organisational handling",
    "组织处理五种类型": "five kinds of organisational handling",
    "管理人员的处分种类（条号待核）": "sanctions of managers (article not verified)",
    "其他工作人员的处分种类（条号待核）": "sanctions of other staff (article not verified)",
    "容错的条件与综合分析六要件": "conditions of tolerance and the six elements",
    "容错的条件（政策界限）": "conditions of tolerance (limits of policy)",
    "容错的条件（突发临机处置）": "conditions of tolerance (emergencies)",
    "容错的条件（事前报备，参照已公布案例）": "conditions of tolerance (filing in advance; compare published cases)",
    "容错的条件（科学民主决策）": "conditions of tolerance (sound and democratic decisions)",
    "容错条件（不为单位谋私）": "conditions of tolerance (no gain for the unit)",
    "负面清单": "negative list",
    "容错情形": "cases of tolerance",
    "六项条件": "six conditions",
    "八项措施": "eight measures",
    "八项措施（政策不明、先行先试、非主观故意）": "eight measures (unclear policy, pilots, no intent)",
    "八项措施的其余各项": "the rest of the eight measures",
    "触及固有利益引发非议": "touching vested interests and being criticised for it",
    "八种不作为、七种不担当情形": "eight kinds of inaction and seven of shirking",
    "十六种为官不为情形": "sixteen kinds of officials’ inaction",
    "原第四条": "former art. 4",
    # the tables: measures, limits, channels, factors, corrections
    "条号待核": "article not verified",
    "条号、施行日期待核": "article and commencement not verified",
    "期限待核": "period not verified",
    "种类见学术文献，期限待核": "its kinds are known from a paper; period not verified",
    "处分种类的规定": "on the kinds of sanction",
    "处分种类的规定（期间未见原文）": "on the kinds of sanction (their periods were not read)",
    "沿用2016年问责条例第七条（2019年条例第八条原文待核）": "art. 7 of the accountability regulation of 2016 is kept to "
    "(art. 8 of that of 2019 not verified)",
    "期间起算": "when a period begins",
    "期间计算": "how a period is counted",
    "未核": "not verified",
    "未核对条文": "article not verified",
    "未核（两处转载不一：一个月或30日）": "not verified (two reprints differ: one month or 30 days)",
    "未见期限规定": "no period was found",
    "嵩明县": "Songming County",
    "处理方式部分": "the part on how matters are handled",
    "报备情形": "cases of filing in advance",
    "容错条件（突发临机处置）": "conditions of tolerance (emergencies)",
    "三张清单": "the three lists of duties",
}


def article_words(article: str, lang: str) -> str:
    """The article in that language; one that is more than numbers and titles stays in Chinese, as the text has it."""
    if lang != "en":
        return article
    if article in _HEADINGS:
        return _HEADINGS[article]
    parts = _TITLE.split(article)  # every second one a title
    parts[::2] = [_outside_titles(part) for part in parts[::2]]
    if _CHINESE.search("".join(parts[::2])):
        return article
    parts[1::2] = [_TITLES.get(part, part) for part in parts[1::2]]
    return _CLOSED.sub(" ", "".join(parts))


def chinese_number(text: str) -> int:
    """The value of a Chinese numeral below one thousand, as articles are numbered."""
    total = digit = 0
    for sign in text:
        if sign in "十百":
            total += (digit or 1) * (10 if sign == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def article_order(article: str) -> tuple[int, ...]:
    """Where an article stands in its instrument: by the numbers in it, and what has none before all others."""
    found = _PLACE.search(article)
    numbers = found.group(1, 3, 4) if found else ("", "", "")
    return tuple(chinese_number(one) if one else 0 for one in numbers)


def _outside_titles(text: str) -> str:
    for chinese, english in _WORDS.items():
        text = text.replace(chinese, english)
    text = _PLACE.sub(_place, _YEAR.sub(r" (\1)", text))
    text = _OTHER.sub(lambda found: _KINDS[found[2]] + str(chinese_number(found[1])), text)
    return _ITEMS.sub(lambda found: re.sub(r"item (\d+)", r"(\1)", found[0]), text.translate(_MARKS))


def _place(found: re.Match) -> str:
    article, inserted, paragraph, item = found.groups()
    words = f"art. {chinese_number(article)}" + ("-1" if inserted else "")
    if paragraph or item:
        words += f"({chinese_number(paragraph or '一')})"
    return words + (f"({chinese_number(item)})" if item else "")
