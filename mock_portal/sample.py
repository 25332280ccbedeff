"""Where the sample agency lives, in a checkout and in an installed wheel."""

from pathlib import Path


def sample_agency() -> Path:
    """The folder of the sample agency's workspace."""
    packed = Path(__file__).parent / "sample_agency"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "fixtures" / "sample_agency"
