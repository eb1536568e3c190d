// Quantize
