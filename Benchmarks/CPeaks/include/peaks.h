#ifndef FAKEGEN_PEAKS_H
#define FAKEGEN_PEAKS_H

// Billions of multiply-adds a second that one core makes in a loop over registers alone: int16
// (vpdpwssd, or pmaddwd and an addition without AVX-512) and int8 (vpdpbusd; 0 without).
double fakegen_int16_peak(void);
double fakegen_int8_peak(void);

#endif
