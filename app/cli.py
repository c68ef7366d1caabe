"""The command `layerlab`. It begins anew for the memory's sake, so it loads little before that."""

import sys

from app.serving.glibc import begin_with_glibc_told


def serve() -> int:
    """Serve until a signal; return the exit status."""
    from app.runtime.installed import complaint, installed_runtimes
    from app.settings import settings

    said = complaint(installed_runtimes())
    if said:
        sys.stderr.write(said)
        return 1
    from app.serving.server import run

    return run(settings())


def main() -> int:
    """Run the command; return the exit status."""
    if sys.argv[1:] == ["serve"]:
        begin_with_glibc_told()
    from app.serving.arguments import parser

    parser().parse_args()
    return serve()


if __name__ == "__main__":
    sys.exit(main())
