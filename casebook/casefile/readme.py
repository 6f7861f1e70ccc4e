"""What a stranger reads first."""

README = """\
容错纠错案簿 · 案卷文件                                   Casebook · case file
======================================================================

【这是什么】
本文件是一件案件的完整导出：事实及其每次修改、处理建议、所用规则全文、办案记录、类案检索和所引先例、文书、材料、
签署和操作日志。
文件是普通的 zip 压缩包，可用任何解压软件打开。

【怎样核验】
安装同一产品后运行（不需要数据库，不需要联网）：

    casebook file verify 文件名.casefile

全部相符时退出码为 0；否则指出第一处不符之处，退出码为 1。已另行记下根校验值的，可加 --expect 一并核对。
不用本产品也可核对：manifest.json 列有每一部分的大小和 SHA-256；manifest.json 去掉 root 后按键名排序、
不留空格写成一行，其 SHA-256 就是 root。

【核验能说明什么】
1. 每一部分与清单一致，没有缺少，也没有添加。
2. 本案每条操作日志的内容与其哈希值一致；相邻的两条前后衔接。
3. 事实的每次修改、每份处理建议、每条办案记录、每份材料和文书，与写入它的那条日志所记校验值一致。
4. 用案卷中的规则全文、按当时的事实重新推算，处理建议逐字节相同。
5. 类案检索和偏离所引的先例都在文件中，内容与检索时相同，逐项比对成立。

【核验不能说明什么】
1. 能重写整个文件的人，可以造出一份自身一致的文件，也可以删去没有写入内容的日志条目（如查看记录）。请把根校验值
   （root）与导出单位日志中“导出案卷”一条所记的核对，或者与导出当时另行记下的核对。
2. 日志在全单位范围内逐条相连。其他案件的日志不在本文件内，本文件只能证明相邻条目的衔接；全链的衔接由导出单位运行
   casebook audit verify 证明，本文件记有导出时的条数和链头（head）。不附其他案件日志的哈希值，是因为由它可以猜出
   谁在何时办理了哪件案件。
3. 人员姓名、单位名称、材料文件名按导出时的登记，只由根校验值担保。

【不包含什么】
举报人、控告人的任何信息，所引先例出自哪一案件，当事人的专用链接和验证码，账户口令和登录记录。可能显示举报人的
记录，以及尚未定稿的内容（未提交的审核意见、未结束会议的表决、未签署的决定稿）逐条留下，withheld.json 只列其表名
和编号。

----------------------------------------------------------------------

WHAT THIS IS
One case, whole: facts and every change of them, recommendations, the full texts of the rules they were made with, the
records of the procedure, searches of similar cases with the precedents they cite, papers, files, signatures and the
log. It is a plain zip archive.

HOW TO VERIFY IT
Install the product and run (no database, no network):

    casebook file verify NAME.casefile

Exit status 0 if everything matches; otherwise the first part that does not is named, exit status 1. With --expect, the
root digest that you noted elsewhere is compared as well. Without the product: manifest.json names the size and the
SHA-256 of every part; manifest.json without "root", keys sorted, no spaces, on one line, has the SHA-256 "root".

WHAT VERIFICATION SHOWS
1. Every part is as listed; none is missing, none was added.
2. Every entry of the log of this case has the content its hash says; neighbouring entries are linked.
3. Every change of a fact, recommendation, record, file and paper is what the entry that wrote it sealed.
4. The recommendation comes out again, byte for byte, from the facts of its day and the texts of the rules in here.
5. Every precedent that a search or a departure cites is here, says what it said then, and binds row by row.

WHAT IT CANNOT SHOW
1. Whoever can rewrite all of the file can make one that agrees with itself, or leave out entries of the log that wrote
   nothing, such as readings. Compare the root digest with the one in the log of the organ that exported it ("Case file
   exported"), or with one noted when it was exported.
2. The log links the entries of all cases of the store. Those of other cases are not in here, so this file proves only
   the links between neighbours; the organ proves the whole chain with casebook audit verify. The number of entries and
   the head at the time of export are in the manifest. The bare hashes of other entries are left out because who worked
   on which case when could be guessed from them.
3. Names of persons, organs and files are as they stood in the store; only the root digest vouches for them.

WHAT IS NOT IN HERE
Anything about who complained; whose case a precedent was; personal links of respondents and their codes; passwords and
sign-ins. Records that could show who complained, and what is not finished (reviews not handed in, votes of a meeting
still open, decisions not signed), stay behind one by one; withheld.json lists their table and number only.
"""
