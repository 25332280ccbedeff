"""Faults in what becomes of uploaded files."""

import re
import secrets
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import Field
from starlette.requests import Request

from mock_portal import uploads
from mock_portal.faults.fault import FORM, Fault
from mock_portal.portal import Portal, Scan, portal_of
from mock_portal.reports import Card, Evidence
from mock_portal.thai import BANGKOK


class MishandlesFiles(Fault):
    """A fault in the files of one save. It strikes only where files were sent."""

    path: re.Pattern[str] = FORM

    def concerns(self, kept: list[Evidence]) -> bool:
        """Whether there is a file for it to strike at."""
        return bool(kept)

    def mishandle(self, portal: Portal, kept: list[Evidence]) -> list[Evidence]:
        """The files that are attached instead."""
        raise NotImplementedError


class IgnoreFile(MishandlesFiles):
    """The second file of a save is not kept."""

    kind = "ignore-file"

    def concerns(self, kept: list[Evidence]) -> bool:
        """Only a save of two or more."""
        return len(kept) > 1

    def mishandle(self, portal: Portal, kept: list[Evidence]) -> list[Evidence]:
        """All but the second."""
        uploads.discard(portal.store.evidence_folder, [kept[1].file])
        return [kept[0], *kept[2:]]


class MangleName(MishandlesFiles):
    """Files get the moment and a number into their names: report_202707201004051.pdf."""

    kind = "mangle-name"

    def mishandle(self, portal: Portal, kept: list[Evidence]) -> list[Evidence]:
        """The same files under such names."""
        moment = f"{portal.clock().astimezone(BANGKOK):%Y%m%d%H%M%S}"
        names = [Path(evidence.name) for evidence in kept]
        return [
            replace(evidence, name=f"{name.stem}_{moment}{n}{name.suffix}")
            for n, (evidence, name) in enumerate(zip(kept, names, strict=True), 1)
        ]


class DoubleEvidence(MishandlesFiles):
    """Every file of a save is attached twice."""

    kind = "double-evidence"

    def mishandle(self, portal: Portal, kept: list[Evidence]) -> list[Evidence]:
        """Each file, and a copy of it."""
        folder = portal.store.evidence_folder
        both = []
        for evidence in kept:
            copy = secrets.token_hex(16)
            shutil.copyfile(folder / evidence.file, folder / copy)
            both += [evidence, replace(evidence, file=copy)]
        return both


class VirusScan(MishandlesFiles):
    """Stored files are not listed until they have been scanned, `seconds` later; silent: no page says so."""

    kind = "scan"
    seconds: float = Field(3, gt=0, le=600)
    silent: bool = False

    def mishandle(self, portal: Portal, kept: list[Evidence]) -> list[Evidence]:
        """The same files, hidden for a while."""
        scan = Scan(portal.clock() + timedelta(seconds=self.seconds), self.silent)
        portal.scans |= {evidence.file: scan for evidence in kept}
        return kept


def mishandled(request: Request, kept: list[Evidence]) -> list[Evidence]:
    """What is attached in place of the files that were sent."""
    portal = portal_of(request)
    for fault in portal.faults.of(MishandlesFiles, request.scope):
        if fault.concerns(kept) and portal.faults.strikes(fault, request.scope):
            kept = fault.mishandle(portal, kept)
    return kept


def listed(portal: Portal, card: Card) -> Card:
    """The card as pages show it: without the files that are still being scanned."""
    now = portal.clock()
    scans = {e.id: scan for e in card.evidence if (scan := portal.scans.get(e.file)) and scan.until > now}
    if not scans:
        return card
    shown = tuple(e for e in card.evidence if e.id not in scans)
    return replace(card, evidence=shown, scanning=sum(not scan.silent for scan in scans.values()))


KINDS: tuple[type[Fault], ...] = (IgnoreFile, MangleName, DoubleEvidence, VirusScan)
