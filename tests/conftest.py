"""What every test may ask for."""

from tests.support.corpus import CORPUS

pytest_plugins = ["tests.support.stack"]


def pytest_report_header() -> str:
    """Which of the two the policies and chains are compared with."""
    told = "beside the clone, compared too" if CORPUS.exists() else "not beside the clone"
    return f"corpus: {told}; its facts are committed"
