"""One decoder step captured once and replayed: TorchScript trace on the CPU, CUDA graph on a card."""
