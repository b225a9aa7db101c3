"""What is written in a format is read back: each amount, day and text, and no other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from providers.receipts import Entry, Statement
from tests.providers.bank.shelf import only

Movement = tuple[date, Decimal, str]
WORDS = st.text("ABCDEFGHIJ0123456789-. ", min_size=1, max_size=40).map(
    lambda text: " ".join(f"X{text}".split())
)
MOVEMENTS = st.lists(
    st.tuples(
        st.dates(date(2000, 1, 1), date(2060, 12, 31)),
        st.decimals(Decimal("-99999.99"), Decimal("99999.99"), places=2, allow_nan=False),
        WORDS,
    ),
    max_size=8,
)
OPENING = Decimal("1000.00")


def told(statement: Statement) -> list[Movement]:
    return [_movement(entry) for entry in statement.entries]


def _movement(entry: Entry) -> Movement:
    return entry.day, entry.amount.amount, entry.reference


def _sum(movements: list[Movement]) -> Decimal:
    return OPENING + sum((amount for _, amount, _ in movements), Decimal(0))


@settings(deadline=None)
@given(MOVEMENTS)
def test_camt(movements: list[Movement]) -> None:
    entries = "".join(
        f'<Ntry><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{_side(amount)}</CdtDbtInd>'
        f"<Sts>BOOK</Sts><BookgDt><Dt>{day}</Dt></BookgDt><NtryDtls><TxDtls><RmtInf><Ustrd>"
        f"{escape(text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for day, amount, text in movements
    )
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{abs(amount)}</Amt>'
        f"<CdtDbtInd>{_side(amount)}</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>"
        for code, amount in (("OPBD", OPENING), ("CLBD", _sum(movements)))
    )
    content = (
        "<Document><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>X</IBAN></Id></Acct>"
        f"{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    )
    assert told(only(content.encode())) == movements


def _side(amount: Decimal) -> str:
    return "CRDT" if amount >= 0 else "DBIT"


@settings(deadline=None)
@given(MOVEMENTS)
def test_mt940_with_sub_fields_cut_after_27_signs_and_lines_after_65(
    movements: list[Movement],
) -> None:
    lines = [":20:X", ":25:ACC", ":28C:1", _balance("60F", OPENING)]
    for day, amount, text in movements:
        written = f"{abs(amount)}".replace(".", ",")
        lines.append(f":61:{day:%y%m%d%m%d}{'C' if amount >= 0 else 'D'}{written}NTRFNONREF")
        purpose = f"SVWZ+{text}"
        cut = [purpose[start : start + 27] for start in range(0, len(purpose), 27)]
        flat = "166?00TEXT" + "".join(f"?{20 + n}{part}" for n, part in enumerate(cut))
        folded = [flat[start : start + 65] for start in range(0, len(flat), 65)]
        lines += [f":86:{folded[0]}", *folded[1:]]
    lines += [_balance("62F", _sum(movements)), "-"]
    read = told(only("\n".join(lines).encode()))
    assert [one[:2] for one in read] == [one[:2] for one in movements]
    assert [one[2] for one in read] == [one[2] for one in movements]


def _balance(tag: str, amount: Decimal) -> str:
    return f":{tag}:{'C' if amount >= 0 else 'D'}260101EUR{abs(amount)}".replace(".", ",")


@settings(deadline=None)
@given(MOVEMENTS)
def test_bai2(movements: list[Movement]) -> None:
    day = date(2026, 3, 2)
    opening, closing = int(OPENING * 100), int(_sum(movements) * 100)
    records = [f"03,ACC,USD,010,{opening},,,015,{closing},,/"]
    records += [
        f"16,{195 if amount >= 0 else 495},{abs(int(amount * 100))},Z,,,{text}"
        for _, amount, text in movements
    ]
    total = opening + closing + sum(abs(int(amount * 100)) for _, amount, _ in movements)
    count = len(records) + 1
    content = "\n".join([
        "01,A,B,260303,0200,1,,,2/", "02,A,B,1,260302,,USD,2/", *records, f"49,{total},{count}/",
        f"98,{total},1,{count + 2}/", f"99,{total},1,{count + 4}/",
    ])  # fmt: skip
    assert told(only(content.encode())) == [(day, amount, text) for _, amount, text in movements]


@settings(deadline=None)
@given(MOVEMENTS)
def test_ofx(movements: list[Movement]) -> None:
    rows = "".join(
        f"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>{day:%Y%m%d}<TRNAMT>{amount}<FITID>{n}"
        f"<MEMO>{escape(text)}</STMTTRN>"
        for n, (day, amount, text) in enumerate(movements)
    )
    content = (
        "OFXHEADER:100\n<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><ACCTID>1</BANKACCTFROM>"
        f"<BANKTRANLIST>{rows}</BANKTRANLIST></STMTRS></OFX>"
    )
    assert told(only(content.encode())) == movements


@settings(deadline=None)
@given(MOVEMENTS)
def test_csv_with_a_comma_and_days_first(movements: list[Movement]) -> None:
    rows = [f"{day:%d.%m.%Y};{text};{_german(amount)}" for day, amount, text in movements]
    content = "\n".join(("Datum;Verwendungszweck;Betrag", *rows))
    assert told(only(content.encode(), currency="EUR")) == movements


def _german(amount: Decimal) -> str:
    return f"{amount:,}".translate(str.maketrans(",.", ".,"))
