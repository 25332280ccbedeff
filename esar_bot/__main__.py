"""`python -m esar_bot` is `esar-bot`."""

from esar_bot.cli import main

if __name__ == "__main__":
    main()
