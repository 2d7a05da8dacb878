"""What attackers and unlucky customers write. A selection of what circulates (the Big List of Naughty Strings,
sqlmap's first tries), one of each kind."""

SLEEP = "pg_sleep(60)"
MARK = "set_config('app.injected', 'yes', false)"
"""Tells that it was run, however long that took."""
INJECTIONS = (
    "'",
    '"',
    "\\'",
    "' OR '1'='1",
    "' OR 1=1 --",
    "') OR ('1'='1",
    '" OR ""="',
    "1 OR 1=1",
    "1; DROP TABLE billing_invoice; --",
    f"'; SELECT {SLEEP}; --",
    f"' || (SELECT {SLEEP}) || '",
    f"' || {MARK} || '",
    f"'; SELECT {MARK}; --",
    f"1, {MARK}",
    f"1 AND 1=(SELECT 1 FROM {SLEEP})",
    f"$$; SELECT {SLEEP}; $$",
    "' UNION SELECT id, name, email, 1, 1, 1 FROM billing_organization --",
    "%' OR name LIKE '%",
    "%%s%(name)s%s",
    "organization__name",
    "-id; --",
    "$.data[*] ? (@.x == 1)",
    '{"a": {"$ne": null}}',
    "__class__",
    "id__in=1,2",
    "\u02bc OR 1=1",  # becomes an apostrophe where somebody folds to ASCII
    "\uff07 OR 1=1",
)

NAMES = (
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "javascript:alert(1)",
    '<a href="javas\\x00cript:alert(1)">x</a>',
    "</title><script>alert(1)</script>",
    '<!--<img src="--><img src=x onerror=alert(1)//">',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "{{ 7*7 }}{% debug %}${7*7}<%= 7*7 %>#{7*7}",
    "{{ settings.SECRET_KEY }}",
    "%s%n%x %(x)s {0.__class__}",
    "$(touch /tmp/x)`id`",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c",
    "\u2066abc\u2069 \u200f",
    "الكل في المجمو عة (5)",
    "הָיְתָהtestالصفحات التّحول",
    "zero\u200bwidth\ufeffjoin\u200d",
    "田中さんにあげて下さい",
    "👩‍👩‍👧‍👦 🏳️‍🌈 ❤️",
    "Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮",
    "İ ı ſ ß ﷽",
    "𝕿𝖍𝖊 𝖖𝖚𝖎𝖈𝖐",
    "NULL",
    "undefined",
    "0",
    "-1",
    "1e1000",
    "NaN",
    "O'Neil & Söhne <Ltd>",
    "tab\there \u2028 line \u2029 and \x7f",
    "w" * 255,
)
"""At most 255 characters each, without NUL and lone surrogates: PostgreSQL can store them."""

NO_NAMES = ("\x00", "a\x00b", "w" * 256, "😀" * 256, " ", "")
"""Nobody is called that: 400."""
