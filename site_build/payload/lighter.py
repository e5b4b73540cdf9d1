"""What FastAPI and pydantic do when they are imported, put off until somebody needs it.

Of the time that Python took to import FastAPI, two fifths went into what no example uses. What a
reader sees is the same. Where the code is no longer as this file expects it, a test fails, and the
payload is built without the change and starts later.
"""

# By file, what is there and what comes in its place; the lines stay the same.
CHANGES = {
    # A class cannot be derived from one of a module that nobody has imported.
    "fastapi/_compat/shared.py": [
        ("import warnings\n", "import sys, warnings\n"),
        ("from pydantic import v1\n", 'v1 = sys.modules.get("pydantic.v1")\n'),
        ("isinstance(obj, v1.BaseModel)", "v1 is not None and isinstance(obj, v1.BaseModel)"),
        ("lenient_issubclass(cls, v1.B", "v1 is not None and lenient_issubclass(cls, v1.B"),
    ],
    # The models of an OpenAPI document are completed by the first that is made.
    "fastapi/openapi/models.py": [
        ('{"extra": "allow"}', '{"extra": "allow", "defer_build": True}'),
        ("\nSchema.model_rebuild()\n", "\n\n"),
        ("\nOperation.model_rebuild()\n", "\n\n"),
        ("\nEncoding.model_rebuild()\n", "\n\n"),
    ],
    # There is none, and each look for one reads the metadata of every package.
    "pydantic/plugin/_loader.py": [
        ("os.getenv('PYDANTIC_DISABLE_PLUGINS')", "os.getenv('PYDANTIC_DISABLE_PLUGINS', '1')"),
    ],
}


def lighter(name: str, source: str) -> str:
    """The source of a file of the library, changed if it is one of those and as expected."""
    changes = CHANGES.get(name, [])
    if all(old in source for old, _ in changes):
        for old, new in changes:
            source = source.replace(old, new)
    return source
