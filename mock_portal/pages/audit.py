"""The audit log."""

from starlette.requests import Request
from starlette.responses import Response

from mock_portal import audit
from mock_portal.guards import signed_in
from mock_portal.portal import portal_of
from mock_portal.rendering import page


async def show(request: Request) -> Response:
    """One page of the log, newest first; a page number that makes no sense means the nearest one."""
    signed_in(request)
    wanted = request.query_params.get("page", "1")
    with portal_of(request).store.transaction() as db:
        last = audit.pages(db)
        number = min(last, max(1, int(wanted[:6]))) if wanted.isascii() and wanted.isdigit() else 1
        entries = audit.page(db, number)
    crumbs = [("/", "หน้าหลัก"), ("", "บันทึกการใช้งานระบบ")]
    return page(request, "audit.html", crumbs=crumbs, entries=entries, number=number, last=last)
