"""Markdown as answers bring it, and as they shouldn't: what must look the same while it comes and when it is stored."""

from __future__ import annotations

from typing import Final

FENCE: Final = "```"

SAMPLES: Final[dict[str, str]] = {
    "paragraphs": "One paragraph.\n\nAnother one\nover two lines.\n\nA third.",
    "emphasis": "**Bold**, *italic*, ***both***, ~~struck~~ and `code`.\n\nAn unclosed **bold\n\nand `code",
    "headings": "# One\n\n## Two\n\ntext\n\n### Three\n\n#### Four\n\n##### Five\n\n###### Six\n\ntext",
    "headings without blank lines": "# One\ntext below\n## Two\nmore text\n\nthe end",
    "setext headings": "One\n===\n\ntext\n\nTwo\n---\n\ntext",
    "rule": "above\n\n---\n\nbelow\n\n***\n\nend",
    "hard breaks": "a line  \nanother\\\nthird\n\nend",
    "tight list": "Before:\n\n- one\n- two\n- three\n\nAfter.",
    "loose list": "- one\n\n- two\n\n  with a paragraph\n\n- three\n\nAfter.",
    "list that turns loose": "- one\n- two\n- three\n\n- four\n\nAfter.",
    "nested list": "- one\n  - inner\n    - innermost\n  - inner\n- two\n\n  1. first\n  2. second\n\nAfter.",
    "numbered list": "1. one\n2. two\n3. three\n\nAfter.",
    "numbered list of paragraphs": "1. **One**\n\n   text\n\n2. **Two**\n\n   text\n\n3. Three\n\n   text\n\nAfter.",
    "numbered from seven": "7. seven\n8. eight\n\n9. nine",
    "list after list": "- one\n- two\n\n* three\n* four\n\n1. five\n\n1) six",
    "list and code": f"1. Install:\n\n   {FENCE}bash\n   pip install\n\n   x --help\n   {FENCE}\n\n2. Run it.\n\nDone.",
    "task list": "- [x] done\n- [ ] open\n\nAfter.",
    "quote": "Before\n\n> quoted\n> more\n>\n> a second paragraph\n\nAfter",
    "quote with list and code": f"> - one\n> - two\n>\n> {FENCE}\n> code\n> {FENCE}\n\nAfter",
    "quotes in a row": "> one\n\n> two\n\nlazy\n\n> three\ngoes on\n\nend",
    "fence": f"Before\n\n{FENCE}python\nfor n in range(3):\n\n    print(n)\n{FENCE}\n\nAfter",
    "fence with blank lines": f"{FENCE}\none\n\n\n\ntwo\n\n- no list\n\n# no heading\n{FENCE}\n\nAfter",
    "fence without end": f"Before\n\n{FENCE}python\nx = 1\n\ny = 2",
    "fence of tildes": "~~~\n" + f"{FENCE} not an end\n\nstill\n" + "~~~\n\nAfter",
    "long fence": f"{FENCE}`\n{FENCE}\ninner\n{FENCE}\n\nouter\n{FENCE}`\n\nAfter",
    "fence after text": f"See:\n{FENCE}js\nlet a = 1\n\nlet b = 2\n{FENCE}\nand so on\n\nend",
    "indented code": "Before\n\n    indented\n\n    code\n\nAfter",
    "table": "| a | b |\n|---|--:|\n| 1 | 2 |\n| 3 | 4 |\n\nAfter",
    "table after text": "Here:\n| a | b |\n|---|---|\n| `x` | **y** |\n\nAfter",
    "wide table": "| " + " | ".join(f"column {n}" for n in range(12)) + " |\n" + "|---" * 12 + "|\n| 1 |\n\nAfter",
    "formula": "Before\n\n$$\nt = t_1 + \\frac{n}{r}\n$$\n\nAfter $x^2$ inline.",
    "formula with blank lines": "$$\na = b\n\n+ c\n$$\n\nAfter",
    "prices": "It costs $5 and $10, or $$ more.\n\nAnd $7.",
    "comment": "Before\n\n<!-- hidden\n\nstill hidden -->\n\nAfter",
    "html": "<details>\n<summary>More</summary>\n\ninside\n\n</details>\n\nAfter<br>end",
    "reference links": "See [docs][1], [more], [so][MORE].\n\ntext\n\n[1]: https://example.com/a\n[more]: /b 'Title'",
    "reference before use": "[1]: https://example.com/a\n\nSee [the docs][1].\n\nAnd [1] again.",
    "no references": "See [this] and [that][1].\n\n- [ ] open\n\nArray[0] and x[i][j].",
    "footnotes": "A claim.[^1] Another.[^note]\n\ntext\n\n[^1]: The source.\n\n[^note]: Longer.\n\n    A second one.",
    "footnotes in a row": "One[^a] two[^b] `[^a]`.\n\nmore[^a]\n\n[^a]: first\n[^b]: second\n\nAfter",
    "footnote without a note": "A claim.[^9]\n\nA class [^abc] of characters.",
    "links": "<https://example.com> and [a link](https://example.com 'title').\n\nwww.example.com",
    "escapes": "\\*not italic\\* \\# no heading\n\n\\- no list\n\n1\\. no list",
    "entities": "&copy; &amp; &#12354;\n\n2 < 3 > 1",
    "arrows": "a -> b <- c -- d >= e\n\n:material/home: :smile: :red[red] :unknown[x]",
    "long words": "x" * 300 + "\n\n" + "https://example.com/" + "a" * 200,
    "emoji": "👩‍👩‍👧‍👦 and 🇯🇵\n\n🎉 end",
    "japanese": "せせらぎは、小さな流れの音です。\n\n**太字**と*斜体*、`コード`。\n\n終わり。",
    "japanese list": "まとめ：\n\n- 一つ目\n- 二つ目\n  - 内側\n\n1. 手順一\n\n   説明\n\n2. 手順二\n\n以上です。",
    "japanese table": "| 項目 | 値 |\n|---|---|\n| 最初のトークン | 250 ミリ秒 |\n| 間隔 | 33 ミリ秒 |\n\n以上です。",
    "japanese code": f"次です。\n\n{FENCE}python\n# 表示する\nf()\n\nprint('おわり')\n{FENCE}\n\n以上です。",
    "japanese full-width": "　字下げの段落です。\n\n　次の段落。\n\n「引用」と（括弧）。",
    "japanese footnote": "出典があります。[^1]\n\n本文。\n\n[^1]: 青空文庫。",
    "line ends of windows": "One\r\n\r\n- two\r\n- three\r\n\r\nFour\r\n",
    "many blank lines": "\n\n\nOne\n\n\n\n\nTwo\n\n\n",
    "everything": (
        "# Title\n\nIntro with [a link](/x).\n\n1. **First**\n   - a\n   - b\n\n2. Second\n\n> quote\n\n"
        f"| a | b |\n|---|---|\n| 1 | 2 |\n\n{FENCE}py\nx = 1\n\n{FENCE}\n\n$$\nx\n$$\n\nEnd.[^1]\n\n[^1]: note"
    ),
}
