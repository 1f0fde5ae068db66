"""`check`: can every file be read, and can the policies stand together?"""

from typing import Any

from services.policy.offline.asked import Asked
from services.policy.offline.folder import File, read_folder
from services.policy.offline.problems import problem_out
from services.policy.rules import Vocabulary

Json = dict[str, Any]


def check(asked: Asked, vocabulary: Vocabulary) -> tuple[Json, bool]:
    """The answer, and whether nothing is wrong."""
    folder = read_folder(asked.policies, vocabulary)
    problems = sorted(folder.problems, key=lambda each: (each.file, each.mark.line))
    files = [_file_out(each) for each in folder.files]
    return {"policies": files, "problems": list(map(problem_out, problems))}, not problems


def _file_out(file: File) -> Json:
    policy = file.policy
    return {
        "file": file.at.document.file,
        "policy_id": policy.policy_id,
        "version": policy.version,
        "digest": policy.digest,
    }
