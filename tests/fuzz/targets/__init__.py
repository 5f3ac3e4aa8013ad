"""What is fuzzed: for each kind of input how it is drawn, and the reader of the product that it is given to.

An input is bytes. Where a reader takes a folder, its first line names the file that the rest replaces.
"""

from tests.fuzz.targets import hdf5, live, recordings, toml_files

TARGETS = {target.name: target for kind in (recordings, hdf5, toml_files, live) for target in kind.TARGETS}
