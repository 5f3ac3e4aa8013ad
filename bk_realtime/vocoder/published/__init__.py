"""Published vocoder networks, streamed: HiFi-GAN and WaveGlow from their checkpoints."""
