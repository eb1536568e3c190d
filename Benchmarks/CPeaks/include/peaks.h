#ifndef FAKEGEN_PEAKS_H
#define FAKEGEN_PEAKS_H

enum fakegen_peak_level { FAKEGEN_PEAK_AVX2, FAKEGEN_PEAK_AVXVNNI, FAKEGEN_PEAK_AVX512 };

// Billions of multiply-adds a second that one core makes in a loop over registers alone: of int16
// with the instructions of a level (AVX2: vpmaddwd and an addition; AVX-VNNI and AVX-512: vpdpwssd), of int8 with
// vpdpbusd; 0 without them.
double fakegen_int16_peak(enum fakegen_peak_level level);
double fakegen_int8_peak(void);

#endif
