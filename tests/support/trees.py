"""Files for tests: made, compared, and given to the account that the servers under test run as."""

import os
import pathlib
import random
import tempfile

IS_ROOT = os.geteuid() == 0
UID, GID = (65534, 65534) if IS_ROOT else (os.geteuid(), os.getegid())


def own(path):
    """Gives a tree to the account the servers' sessions run as; returns the path."""
    path = pathlib.Path(path)
    if IS_ROOT:
        for item in (path, *path.rglob("*")):
            os.chown(item, UID, GID, follow_symlinks=False)
    return path


def temp_dir(prefix="ferry-test-"):
    """A new directory that the servers' account can reach and write. The caller removes it."""
    path = pathlib.Path(tempfile.mkdtemp(prefix=prefix))
    path.chmod(0o755)
    return own(path)


def bytes_of(size, seed=1):
    """`size` bytes that are the same each time and do not repeat in a pattern."""
    return random.Random(seed).randbytes(size)


def make_tree(root, files):
    """Writes {relative path: bytes, text, or None for a directory} below root, and owns it."""
    root = pathlib.Path(root)
    for name, content in files.items():
        path = root / name
        (path if content is None else path.parent).mkdir(parents=True, exist_ok=True)
        if content is not None:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    return own(root)


def same_bytes(left, right):
    """None if two files are alike, else where they differ, for the message of an assertion."""
    with open(left, "rb") as a, open(right, "rb") as b:
        at = 0
        while True:
            x, y = a.read(1 << 20), b.read(1 << 20)
            if x != y:
                first = next((i for i, (p, q) in enumerate(zip(x, y)) if p != q),
                             min(len(x), len(y)))
                return f"{left} and {right} differ at byte {at + first}"
            if not x:
                return None
            at += len(x)


def tree_of(root):
    """{relative path: bytes, or None for a directory} of a tree, to compare two."""
    root = pathlib.Path(root)
    return {str(path.relative_to(root)): None if path.is_dir() else path.read_bytes()
            for path in sorted(root.rglob("*"))}
