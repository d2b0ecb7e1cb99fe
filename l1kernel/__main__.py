"""``python -m l1kernel -f CONNECTION_FILE``: what a kernelspec starts."""

if __name__ == "__main__":
    from l1kernel.kernel.app import main

    main()
