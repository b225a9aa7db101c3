"""The product's commands: `ledgerhand`, and the same as `python -m connector`."""

from __future__ import annotations

from connector.coming_up import importing


def main() -> None:
    with importing():
        from connector import cli
    cli.main()


if __name__ == "__main__":
    main()
