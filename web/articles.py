"""Articles of Chinese law, cited in the language of the page: 第十七条第一款第三项 is “art. 17(1)(3)” in English."""

import re

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_PLACE = re.compile(
    r"第([零一二三四五六七八九十百]+)条(之一)?(?:第([一二三四五六七八九十]+)款)?(?:第([一二三四五六七八九十]+)项)?"
)
_OTHER = re.compile(r"第([一二三四五六七八九十]+)(款|项|节|问|个区分)")
_KINDS = {"款": "para. ", "项": "item ", "节": "section ", "问": "question ", "个区分": "distinction "}
_MARKS = str.maketrans({"、": ", ", "；": "; ", "（": " (", "）": ")", "和": ", ", "与": ", ", "至": " to "})
_TITLE = re.compile(r"《[^》]*》")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What stands where a text was read without its article numbers, in the packs on complaints and returns to office.
_HEADINGS = {
    "与纪检监察机关处理检举控告工作规则第五十条并读": "read with art. 50 of the rules on complaints",
    "依一省规定类推：中管干部": "by analogy with one province: cadres managed by the centre",
    "依一省规定：省管干部报省级": "as in one province: cadres managed by the province",
    "判断基准日在2019年4月1日以前": "judged as of a day before 1 April 2019",
    "启动情形": "when it is started",
    "应当澄清的情形": "when a name is to be cleared",
    "报上级组织人事部门批准": "approval of the personnel department above",
    "按身份分流": "by who the person is",
    "未列条号": "article number not known",
    "村（社区）、企业、事业单位人员依各自规定": "staff of villages, enterprises and institutions by their own texts",
    "澄清方式": "forms of clearance",
    "留党察看、开除党籍先看党员权利": "probation and expulsion: Party rights first",
    "组织人事部门问答第四十四问": "personnel departments’ answers, question 44",
    "表现一般不等于表现好": "fair is not good",
    "诬告与错告分开": "false is not mistaken",
    "降级、降职、撤职分别适用专门规定": "demotion and removal have texts of their own",
    "降职的期限（待核）": "period of a demotion (not verified)",
}


def article_words(article: str, lang: str) -> str:
    """The article in that language; one that is more than numbers and titles stays in Chinese, as the text has it."""
    if lang != "en":
        return article
    if article in _HEADINGS:
        return _HEADINGS[article]
    words = _PLACE.sub(_place, article)
    words = _OTHER.sub(lambda found: _KINDS[found[2]] + str(chinese_number(found[1])), words)
    words = words.translate(_MARKS)
    return article if _CHINESE.search(_TITLE.sub("", words)) else words.replace("》a", "》 a")


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


def _place(found: re.Match) -> str:
    article, inserted, paragraph, item = found.groups()
    words = f"art. {chinese_number(article)}" + ("-1" if inserted else "")
    if paragraph or item:
        words += f"({chinese_number(paragraph or '一')})"
    return words + (f"({chinese_number(item)})" if item else "")
