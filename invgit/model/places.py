"""Codes of the wider world, and the scalars that know them: countries, currencies, time zones."""

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from invgit.model.marks import Scalar
from invgit.model.scalars import shown, wrong

# ISO 3166-1, alpha-2 and alpha-3 of each of the 249 entries
_COUNTRIES = """
AD AND AE ARE AF AFG AG ATG AI AIA AL ALB AM ARM AO AGO AQ ATA AR ARG AS ASM AT AUT AU AUS AW ABW AX ALA AZ AZE BA BIH
BB BRB BD BGD BE BEL BF BFA BG BGR BH BHR BI BDI BJ BEN BL BLM BM BMU BN BRN BO BOL BQ BES BR BRA BS BHS BT BTN BV BVT
BW BWA BY BLR BZ BLZ CA CAN CC CCK CD COD CF CAF CG COG CH CHE CI CIV CK COK CL CHL CM CMR CN CHN CO COL CR CRI CU CUB
CV CPV CW CUW CX CXR CY CYP CZ CZE DE DEU DJ DJI DK DNK DM DMA DO DOM DZ DZA EC ECU EE EST EG EGY EH ESH ER ERI ES ESP
ET ETH FI FIN FJ FJI FK FLK FM FSM FO FRO FR FRA GA GAB GB GBR GD GRD GE GEO GF GUF GG GGY GH GHA GI GIB GL GRL GM GMB
GN GIN GP GLP GQ GNQ GR GRC GS SGS GT GTM GU GUM GW GNB GY GUY HK HKG HM HMD HN HND HR HRV HT HTI HU HUN ID IDN IE IRL
IL ISR IM IMN IN IND IO IOT IQ IRQ IR IRN IS ISL IT ITA JE JEY JM JAM JO JOR JP JPN KE KEN KG KGZ KH KHM KI KIR KM COM
KN KNA KP PRK KR KOR KW KWT KY CYM KZ KAZ LA LAO LB LBN LC LCA LI LIE LK LKA LR LBR LS LSO LT LTU LU LUX LV LVA LY LBY
MA MAR MC MCO MD MDA ME MNE MF MAF MG MDG MH MHL MK MKD ML MLI MM MMR MN MNG MO MAC MP MNP MQ MTQ MR MRT MS MSR MT MLT
MU MUS MV MDV MW MWI MX MEX MY MYS MZ MOZ NA NAM NC NCL NE NER NF NFK NG NGA NI NIC NL NLD NO NOR NP NPL NR NRU NU NIU
NZ NZL OM OMN PA PAN PE PER PF PYF PG PNG PH PHL PK PAK PL POL PM SPM PN PCN PR PRI PS PSE PT PRT PW PLW PY PRY QA QAT
RE REU RO ROU RS SRB RU RUS RW RWA SA SAU SB SLB SC SYC SD SDN SE SWE SG SGP SH SHN SI SVN SJ SJM SK SVK SL SLE SM SMR
SN SEN SO SOM SR SUR SS SSD ST STP SV SLV SX SXM SY SYR SZ SWZ TC TCA TD TCD TF ATF TG TGO TH THA TJ TJK TK TKL TL TLS
TM TKM TN TUN TO TON TR TUR TT TTO TV TUV TW TWN TZ TZA UA UKR UG UGA UM UMI US USA UY URY UZ UZB VA VAT VC VCT VE VEN
VG VGB VI VIR VN VNM VU VUT WF WLF WS WSM YE YEM YT MYT ZA ZAF ZM ZMB ZW ZWE
""".split()
_ALPHA3 = dict(zip(_COUNTRIES[::2], _COUNTRIES[1::2], strict=True))

# ISO 4217, active codes of money people pay with (funds, metals and test codes left out)
_CURRENCIES = frozenset("""
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR
IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR
MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG
XOF XPF YER ZAR ZMW ZWG
""".split())


def _country(value: str) -> str:
    code = value.upper()
    if code not in _ALPHA3 and code not in _ALPHA3.values():
        raise wrong("bad-country", f"`{shown(value)}` is not a country of ISO 3166 such as US or USA")
    return _ALPHA3.get(code, code)


def _currency(value: str) -> str:
    if value not in _CURRENCIES:
        raise wrong("bad-currency", f"`{shown(value)}` is not a currency of ISO 4217 such as USD or EUR")
    return value


def _timezone(value: str) -> str:
    if zones().get(value.lower()) != value:
        message = f"`{shown(value)}` is not a time zone of the IANA database such as America/Los_Angeles"
        raise wrong("bad-timezone", message)
    return value


@cache
def zones() -> Mapping[str, str]:
    """Every time zone's name by its lower-case form.

    The list is the package's: a look into files finds `america/new_york` where file names have no case, and what else
    a system keeps beside the zones.
    """
    spec = find_spec("tzdata")
    assert spec, "a dependency of invgit"
    assert spec.origin
    names = Path(spec.origin).with_name("zones").read_text(encoding="utf-8").split()
    return {name.lower(): name for name in names}


def country_of(timezone: str) -> str | None:
    """The country, ISO 3166-1 alpha-3, of a time zone (zone.tab of the IANA database); None where there is no one."""
    spec = find_spec("tzdata")
    assert spec, "a dependency of invgit"
    assert spec.origin
    table = Path(spec.origin).with_name("zoneinfo") / "zone.tab"
    for row in table.read_text(encoding="utf-8").splitlines():
        code, *rest = row.split("\t")
        if rest[1:2] == [timezone]:
            return _ALPHA3.get(code)
    return None


Country = Annotated[
    str, Scalar("a country", "varchar(3)", {"type": "string", "pattern": "^[A-Za-z]{2,3}$"}, _country, example="USA")
]
"""ISO 3166-1 alpha-2 or alpha-3, kept as alpha-3."""
Currency = Annotated[str, Scalar("a currency", "varchar(3)", {"enum": sorted(_CURRENCIES)}, _currency, example="USD")]
"""ISO 4217."""
Timezone = Annotated[
    str, Scalar("a time zone", "varchar(50)", {"type": "string", "maxLength": 50}, _timezone, example="America/Chicago")
]
"""A name of the IANA time zone database."""
