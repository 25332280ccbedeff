"""`python -m mock_portal`: the portal alone, for looking at it."""

import argparse
from datetime import date
from pathlib import Path

from mock_portal.app import create_app
from mock_portal.faults.description import FaultError
from mock_portal.rounds import load_rounds
from mock_portal.sample import sample_agency
from mock_portal.second_step import SECOND_STEPS
from mock_portal.server import serve


def main() -> None:
    """Read the arguments and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="mock_portal", description="ระบบ e-SAR จำลองสำหรับซ้อมบันทึก")
    parser.add_argument("--data", type=Path, default=Path("mock-portal-data"), help="where its state is kept")
    parser.add_argument("--workspace", type=Path, default=sample_agency(), help="folder with agreement.yaml")
    parser.add_argument("--port", type=int, default=8365)
    parser.add_argument("--today", type=date.fromisoformat, help="let windows open and close as on this day")
    parser.add_argument(
        "--closed",
        action="append",
        default=[],
        choices=[known.key for known in load_rounds()],
        help="close a round",
    )
    parser.add_argument("--delay-ms", type=int, default=0, help="let every answer wait")
    parser.add_argument("--second-step", choices=SECOND_STEPS, help="what the login asks besides")
    parser.add_argument("--test-api", action="store_true", help="serve /__test__/ as well")
    parser.add_argument(
        "--fault", action="append", default=[], metavar='"KIND KEY=VALUE …"', help="switch a fault on"
    )
    parser.add_argument("--fault-seed", type=int, default=0, help="the luck of faults with a probability")
    args = parser.parse_args()
    try:
        app = create_app(
            args.data,
            args.workspace,
            test_api=args.test_api,
            today=args.today,
            closed=frozenset(args.closed),
            delay_ms=args.delay_ms,
            second_step=args.second_step,
            faults=args.fault,
            fault_seed=args.fault_seed,
        )
    except FaultError as error:
        parser.error(f"--fault: {error}")
    code = f"  OTP {app.state.portal.code}" if args.second_step == "otp" else ""
    serve(app, port=args.port, on_ready=lambda url: print(f"{url}{code}  (Ctrl-C ends)", flush=True))  # noqa: T201  says where it is


if __name__ == "__main__":
    main()
