"""How dates, times and sizes are written on the portal: Thai months, Buddhist years, the time of Bangkok."""

from datetime import date, datetime, timedelta, timezone

from mock_portal.rounds import BUDDHIST_ERA

# Thailand keeps UTC+7 all year, so no time zone data base is needed.
BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")
MONTHS = ("มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม").split()
SHORT_MONTHS = "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.".split()
KILOBYTE = 1024


def long_date(day: date) -> str:
    """31 กรกฎาคม 2570."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def short_date(day: date) -> str:
    """31 ก.ค. 2570."""
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {day.year + BUDDHIST_ERA}"


def moment(stamp: str) -> str:
    """A stored instant as 31 ก.ค. 2570 14.05 น."""
    local = datetime.fromisoformat(stamp).astimezone(BANGKOK)
    return f"{short_date(local.date())} {local:%H.%M} น."


def formal_moment(stamp: str) -> str:
    """A stored instant as วันที่ 31 กรกฎาคม 2570 เวลา 14.05.09 น."""
    local = datetime.fromisoformat(stamp).astimezone(BANGKOK)
    return f"วันที่ {long_date(local.date())} เวลา {local:%H.%M.%S} น."


def human_size(size: int) -> str:
    """A number of bytes as people say it."""
    if size < KILOBYTE:
        return f"{size} ไบต์"
    if size < KILOBYTE**2:
        return f"{size / KILOBYTE:.1f} KB"
    return f"{size / KILOBYTE**2:.1f} MB"
