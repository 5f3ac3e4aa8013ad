import bk_realtime  # noqa: F401  (says where compiled code is kept, before numba is imported)
