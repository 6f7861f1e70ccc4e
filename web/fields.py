"""Fields that the form library lacks: numbers as officers type them, dates in three boxes, a number of choices."""

import calendar
import re
import unicodedata
from datetime import date

from flask_babel import gettext as _
from wtforms import Field
from wtforms.fields import SelectMultipleField, StringField
from wtforms.validators import StopValidation

from web.widgets import DateInput

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def normal_digits(text: str) -> str:
    """Full-width digits and signs as plain ones, without outer spaces."""
    return unicodedata.normalize("NFKC", text).strip()


def plain_lines(text: str | None) -> str:
    """What was typed into a box, with the ends of its lines as the record keeps them."""
    return (text or "").replace("\r\n", "\n")


class NumberField(StringField):
    """A number, kept as typed beside its value. Grouping commas and full-width digits are understood, words are not."""

    def process_data(self, value: object) -> None:
        self.number = value
        self.data = (
            ""
            if value is None
            else f"{value:f}".rstrip("0").rstrip(".")
            if isinstance(value, float)
            else str(value)
        )

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
        self.number = None
        text = normal_digits(self.data)
        if _GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if not text:
            return
        if not re.fullmatch(r"[+-]?\d{1,18}(\.\d{1,6})?", text):
            raise ValueError(
                _(
                    "Found “%(found)s”. Write a number in digits only; the unit is beside the box.",
                    found=self.data.strip()[:40],
                )
            )
        self.number = int(text) if "." not in text else float(text)


class DateField(Field):
    """A date in three boxes. `data` is "2020-03-01", or "2020-03" or "2020" where `partial` allows it, or None."""

    widget = DateInput()

    def __init__(self, *args, partial: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.partial = partial

    def process(self, formdata, data=None, extra_filters=None) -> None:
        self.process_errors = []
        self.raw_data = None
        typed = dict.fromkeys(("year", "month", "day"), "")
        if formdata is not None and f"{self.name}-year" in formdata:
            typed = {part: formdata.get(f"{self.name}-{part}", "").strip() for part in typed}
            self.raw_data = list(typed.values())
            self.typed, self.data = typed, None
            try:
                self.data = self._read()
            except ValueError as error:
                self.process_errors.append(str(error))
            return
        for part, text in zip(typed, str(data or "").split("-"), strict=False):
            typed[part] = text.lstrip("0")
        self.typed, self.data = typed, data or None

    @property
    def blank(self) -> bool:
        return not any(self.typed.values())

    @property
    def day(self) -> date | None:
        """The whole date, or None."""
        return date.fromisoformat(self.data) if self.data else None

    def _read(self) -> str | None:
        if self.blank:
            return None
        texts = {part: normal_digits(text) for part, text in self.typed.items()}
        if bad := next(
            (self.typed[part] for part, text in texts.items() if text and not text.isdecimal()), None
        ):
            raise ValueError(_("Found “%(found)s”. Write year, month and day in digits.", found=bad[:20]))
        if len(texts["year"]) != 4:
            raise ValueError(_("Write the year in four digits, as in 2020."))
        if texts["day"] and not texts["month"]:
            raise ValueError(_("The month is missing."))
        if not self.partial and not (texts["month"] and texts["day"]):
            raise ValueError(_("Write year, month and day in full."))
        year, month, day = (int(texts[part]) if texts[part] else None for part in ("year", "month", "day"))
        self._check_calendar(year, month, day)
        return "-".join([f"{year:04d}"] + [f"{number:02d}" for number in (month, day) if number is not None])

    @staticmethod
    def _check_calendar(year: int, month: int | None, day: int | None) -> None:
        if not 1900 <= year <= date.max.year:
            raise ValueError(_("The year must be 1900 or later."))
        if month is not None and not 1 <= month <= 12:
            raise ValueError(_("The month must be 1 to 12; found %(found)s.", found=month))
        if day is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
            raise ValueError(
                _("There is no such day in the calendar: %(found)s.", found=f"{year}-{month:02d}-{day:02d}")
            )


class ChoicesField(SelectMultipleField):
    """Several of the listed values; none ticked is not established."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(list(dict.fromkeys(valuelist)))


class Filled:
    """The box must not be empty; the message names what to fill in."""

    def __init__(self, message):
        self.message = message

    def __call__(self, form, field) -> None:
        blank = field.blank if isinstance(field, DateField) else not (field.data or "").strip()
        if blank:  # a date that cannot be read is not empty, and says itself what is wrong with it
            field.errors[:] = []
            raise StopValidation(str(self.message))
