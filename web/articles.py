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


def article_words(article: str, lang: str) -> str:
    """The article in that language; one that is more than numbers and titles stays in Chinese, as the text has it."""
    if lang != "en":
        return article
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
