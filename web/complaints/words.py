"""Words for the codes of complaints that pages show."""

from casebook.errors import Problem
from casebook.models import Channel, ComplaintState, Naming

CHANNELS = {
    Channel.WEB: Problem("网上", "Online"),
    Channel.LETTER: Problem("来信", "Letter"),
    Channel.VISIT: Problem("来访", "Visit"),
    Channel.CALL: Problem("来电", "Call"),
    Channel.TRANSFER: Problem("转来、交办", "Transferred or assigned"),
}
NAMINGS = {
    Naming.REAL_NAME: Problem("实名", "Real name"),
    Naming.UNVERIFIABLE: Problem("署名无法验证", "Name cannot be verified"),
    Naming.ANONYMOUS: Problem("匿名", "Anonymous"),
}
COLOURS = {
    ComplaintState.REGISTERED: "blue",
    ComplaintState.ACCEPTED: "blue",
    ComplaintState.HANDLING: "amber",
    ComplaintState.CONCLUDED: "green",
}
