"""Text as it is compared when somebody is looked for in it: full-width, hidden and look-alike signs folded.

Each folded sign remembers where it stood, so that what was found can be quoted as it was written.
"""

import unicodedata
from dataclasses import dataclass

_HIDDEN = {"Cf", "Cc", "Mn", "Me", "Cs"}  # zero-width signs, soft hyphens, marks laid over a letter
_SPACES = {"Zs", "Zl", "Zp"}
# Letters of other alphabets that look like Latin ones, and the older forms of what names and places are written with.
_ALIKE = str.maketrans(
    "авеёзікмнорстухѕјԁԛԝαβεζηικμνορτυχ"
    "張陳劉楊趙黃吳鄭許馮鄧葉蔣蘇盧鍾鐘譚陸範賈韋鄒閻龍萬錢湯孫馬羅謝韓蕭齊喬賀賴龔嚴顧譚"
    "縣鎮鄉區長書記號電郵員廳處鐵國東門華慶濱寧遼嶺廣龍島灣臺"
    "遠偉軍強麗紅勝傑飛鵬輝靜艷蘭鳳雲濤剛寶貴壽銀鋼鋒銳穎瑩瓊瑋蓮齡義愛聖權興達運進選遙鳴",
    "abeezikmhopctyxsjdqwabeznikmvoptux"
    "张陈刘杨赵黄吴郑许冯邓叶蒋苏卢钟钟谭陆范贾韦邹阎龙万钱汤孙马罗谢韩萧齐乔贺赖龚严顾谭"
    "县镇乡区长书记号电邮员厅处铁国东门华庆滨宁辽岭广龙岛湾台"
    "远伟军强丽红胜杰飞鹏辉静艳兰凤云涛刚宝贵寿银钢锋锐颖莹琼玮莲龄义爱圣权兴达运进选遥鸣",
)  # fmt: skip
_DIGITS = str.maketrans("〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖", "000123456789123456789")


@dataclass(frozen=True)
class Folded:
    """A text as it is compared; `places` has, for each of its signs, where it stood in the original."""

    text: str
    places: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the original."""
        return self.places[start], self.places[end - 1] + 1

    def quote(self, start: int, end: int) -> str:
        """A stretch as it was written."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold(text: str, *, signs: bool = True, spaces: bool = False, case: bool = False) -> Folded:
    """The text folded; without `signs` letters and digits alone, with `spaces` one space where there was any.

    With `case` capitals stay.
    """
    found: list[str] = []
    places: list[int] = []
    for place, original in enumerate(text):
        for sign in unicodedata.normalize("NFKC", original):
            kind = unicodedata.category(sign)
            if kind in _SPACES or sign in "\t\r\n":
                if spaces and (not found or found[-1] != " "):
                    found.append(" ")
                    places.append(place)
                continue
            if kind in _HIDDEN or not (signs or sign.isalnum()):
                continue
            for one in _folded(sign, case):
                found.append(one)
                places.append(place)
    return Folded("".join(found), tuple(places), text)


def bare(text: str) -> str:
    """Letters and digits alone, folded."""
    return fold(text, signs=False).text


def with_digits(folded: Folded) -> Folded:
    """The same with Chinese numerals of one sign as digits."""
    return Folded(folded.text.translate(_DIGITS), folded.places, folded.original)


def _folded(sign: str, case: bool) -> str:
    small = sign.casefold()
    alike = small.translate(_ALIKE)
    if case and sign != small:
        return alike.upper() if alike != small else sign
    return alike
