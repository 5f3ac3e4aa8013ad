"""``python -m gui``: the window of a running session."""

from gui.app import main

if __name__ == "__main__":
    main()
