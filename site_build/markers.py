"""The markers in a snippet's file that pages quote its sections by: `# --8<-- [start:name]`."""


def without_markers(lines: list[str]) -> str:
    """A file's text without the markers that pages quote by."""
    return "\n".join(lines[n] for n in kept(lines)) + "\n"


def kept(lines: list[str]) -> list[int]:
    """The indexes of the lines that stay when the markers go, and what they leave of blank lines.

    The formatter sets blank lines round markers, too: at most two stay.
    """
    left: list[int] = []
    for n, line in enumerate(lines):
        blank = not line and all(not lines[last] for last in left[-2:])
        if "--8<--" not in line and not blank:
            left.append(n)
    while left and not lines[left[-1]]:
        left.pop()
    return left
