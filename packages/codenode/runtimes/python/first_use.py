"""Uses packages as programs do, so that what they load and build at their first use is there before the fork."""
from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable


def use_packages() -> list[dict[str, str]]:
    """In the zygote, after the packages; returns which could not be used. Nothing here leaves a thread, an open file or a
    random number that was drawn."""
    failed = []
    for name, use in _USES.items():
        if name not in sys.modules:
            continue
        try:
            use(sys.modules[name])
        except Exception as error:  # an operator may have other versions
            failed.append({"name": name, "message": f"{type(error).__name__}: {error}"[:500]})
    return failed


def _pydantic(pydantic) -> None:
    class Row(pydantic.BaseModel):
        id: int
        tags: list[str] = []
        more: dict[str, float | None] = pydantic.Field(default_factory=dict)

        @pydantic.field_validator("id")
        @classmethod
        def check(cls, value: int) -> int:
            return value

    row = Row.model_validate({"id": "1"})
    Row.model_validate_json(row.model_dump_json())
    Row.model_json_schema()
    pydantic.TypeAdapter(list[int]).validate_python(["1"])
    pydantic.validate_call(lambda value: value)(1)
    try:
        Row(id="x")  # type: ignore[arg-type]  what is wrong is told by code that is loaded then
    except pydantic.ValidationError as error:
        str(error)


def _pandas(pandas) -> None:
    table = pandas.read_csv(io.StringIO("day,name,n\n2024-01-01,a,1\n2024-01-02,b,2.5\n,,"))
    table["day"] = pandas.to_datetime(table["day"])
    table.groupby("name").agg({"n": ["sum", "mean"]})
    table.merge(table, on="name").sort_values("n_x").pivot_table(index="name", values="n_x", aggfunc="sum")
    table.fillna(0).astype({"n": int})["name"].astype(str).str.upper()
    table.to_dict("records")
    pandas.json_normalize([{"a": {"b": 1}}])
    for text in (table.to_csv(), table.to_json(), table.describe().to_string()):
        assert text
    if "openpyxl" in sys.modules:
        book = io.BytesIO()
        table.to_excel(book)
        pandas.read_excel(book)


def _openpyxl(openpyxl) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append([1, "x"])
    book.save(file)
    openpyxl.load_workbook(file)


def _xlsxwriter(xlsxwriter) -> None:
    with xlsxwriter.Workbook(io.BytesIO()) as book:
        book.add_worksheet().write(0, 0, 1, book.add_format({"bold": True}))


def _bs4(bs4) -> None:
    for parser in ("html.parser", "lxml"):
        page = bs4.BeautifulSoup("<html><body><p class='x'>text <b>bold</b></p></body></html>", parser)
        page.select("p.x > b")
        page.find("p").get_text()
        page.prettify()


def _httpx(httpx) -> None:
    """Its clients share the certificates, which each would read anew."""
    from httpx._transports import default

    make = default.create_ssl_context
    usual = make()

    def create_ssl_context(verify=True, cert=None, trust_env: bool = True):
        is_usual = verify is True and not cert and not (trust_env and {"SSL_CERT_FILE", "SSL_CERT_DIR"} & os.environ.keys())
        return usual if is_usual else make(verify, cert, trust_env)

    default.create_ssl_context = create_ssl_context
    httpx.Client().close()


_USES: dict[str, Callable] = {
    "pydantic": _pydantic,
    "xlsxwriter": _xlsxwriter,
    "openpyxl": _openpyxl,
    "pandas": _pandas,
    "bs4": _bs4,
    "httpx": _httpx,
    "jinja2": lambda jinja2: jinja2.Template("{% for x in rows if x %}{{ x | upper }}{% endfor %}").render(rows=["a"]),
    "markdown": lambda markdown: markdown.markdown("# a\n\n|b|\n|-|\n|1|\n\n```\nc\n```", extensions=["tables", "fenced_code"]),
    "charset_normalizer": lambda detector: detector.from_bytes("na\u00efve caf\u00e9, ".encode("latin-1") * 9).best(),
    "yaml": lambda yaml: yaml.safe_dump(yaml.safe_load("a: [1, {b: 2024-01-01}]")),
    "jsonschema": lambda jsonschema: jsonschema.validate({"a": 1}, {"type": "object", "properties": {"a": {"type": "integer"}}}),
    "lxml.html": lambda html: html.fromstring("<p>x <b>y</b></p>").xpath("//b"),
    "pytz": lambda pytz: pytz.timezone("Asia/Shanghai"),
    "zoneinfo": lambda zoneinfo: zoneinfo.ZoneInfo("UTC"),
    "dateutil.parser": lambda parser: parser.parse("2024-01-02 10:00"),
}
