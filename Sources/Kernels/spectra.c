#include "spectra.h"

#include <math.h>

#include "simd.h"

#pragma STDC FP_CONTRACT OFF

typedef double f64x4 __attribute__((vector_size(32), aligned(8)));
typedef double f64x8 __attribute__((vector_size(64), aligned(8)));
typedef float f32x4 __attribute__((vector_size(16), aligned(4), may_alias));

/* Means of `FRAMES` frames at a time: one addition need not wait for that of
 * another frame. */
#define FRAMES SUPERB_FRAMES_PER_BLOCK

INLINE void means_of(isize frames, isize shift, isize length, const float *x,
                     float *mean) {
  f64x4 sum[FRAMES] = {0};
  isize whole = length - length % 4;
  if (frames == FRAMES) {
    for (isize k = 0; k < whole; k += 4)
      for (int f = 0; f < FRAMES; f++)
        sum[f] += __builtin_convertvector(
            *(const f32x4 *)(x + f * shift + k), f64x4);
  } else {
    for (isize f = 0; f < frames; f++)
      for (isize k = 0; k < whole; k += 4)
        sum[f] += __builtin_convertvector(
            *(const f32x4 *)(x + f * shift + k), f64x4);
  }
  for (isize f = 0; f < frames; f++) {
    double total = sum[f][0] + sum[f][1] + sum[f][2] + sum[f][3];
    for (isize k = whole; k < length; k++) total += (double)x[f * shift + k];
    mean[f] = (float)(total / (double)length);
  }
}

KERNEL(void, superb_kaldi_frames,
       (isize frames, isize shift, isize length, const float *x,
        const float *window, float emphasis, isize stride, float *out,
        double *energy),
       (frames, shift, length, x, window, emphasis, stride, out, energy)) {
  for (isize f = 0; f < frames; f += FRAMES) {
    isize n = least(FRAMES, frames - f);
    float mean[FRAMES];
    means_of(n, shift, length, x + f * shift, mean);
    for (isize i = 0; i < n; i++) {
      const float *in = x + (f + i) * shift;
      float *row = out + (f + i) * stride, m = mean[i];
      row[0] = ((in[0] - m) - emphasis * (in[0] - m)) * window[0];
      for (isize k = 1; k < length; k++)
        row[k] = ((in[k] - m) - emphasis * (in[k - 1] - m)) * window[k];
      if (energy) {
        double sum = 0;
        for (isize k = 0; k < length; k++) {
          double centred = (double)(in[k] - m);
          sum += centred * centred;
        }
        energy[f + i] = sum;
      }
    }
  }
}

KERNEL(void, superb_power_spectra,
       (isize frames, isize bins, isize stride, const float *spectrum,
        isize power_stride, float *power),
       (frames, bins, stride, spectrum, power_stride, power)) {
  for (isize f = 0; f < frames; f++) {
    const float *in = spectrum + f * 2 * stride;
    float *out = power + f * power_stride;
    for (isize b = 0; b < bins; b++)
      out[b] = in[2 * b] * in[2 * b] + in[2 * b + 1] * in[2 * b + 1];
  }
}

KERNEL(void, superb_filter_spectra,
       (isize frames, isize filters, const int32_t *first,
        const int32_t *count, const double *weights, isize power_stride,
        const float *power, float *scratch, isize stride, float *out),
       (frames, filters, first, count, weights, power_stride, power, scratch,
        stride, out)) {
  /* A lane for each frame: [bins, 8]. */
  for (isize b = 0; b < power_stride; b += 8)
    transpose8(power + b, power_stride, scratch + b * 8, 8);
  for (isize i = 0; i < filters; i++) {
    const float *in = scratch + (isize)first[i] * 8;
    f64x8 sum = {0};
    for (isize b = 0; b < count[i]; b++)
      sum += __builtin_convertvector(*(const f32x8 *)(in + b * 8), f64x8) *
             weights[b];
    weights += count[i];
    for (isize f = 0; f < frames; f++) out[f * stride + i] = (float)sum[f];
  }
}

KERNEL(void, superb_cepstra,
       (isize frames, isize inputs, isize count, const double *basis,
        isize x_stride, const float *x, isize stride, float *out),
       (frames, inputs, count, basis, x_stride, x, stride, out)) {
  isize width = (count + 7) / 8 * 8;
  for (isize f = 0; f < frames; f++, x += x_stride, out += stride)
    for (isize c = 0; c < count; c += 8) {
      f64x8 sum = {0};
      for (isize n = 0; n < inputs; n++)
        sum += *(const f64x8 *)(basis + n * width + c) * (double)x[n];
      isize left = least(8, count - c);
      for (isize k = 0; k < left; k++) out[c + k] = (float)sum[k];
    }
}

INLINE const float *row_at(isize frame, isize frames, isize stride,
                           const float *x) {
  return x + (frame < 0 ? 0 : frame < frames ? frame : frames - 1) * stride;
}

KERNEL(void, superb_deltas,
       (isize frames, isize dim, isize stride, const float *x, float *out),
       (frames, dim, stride, x, out)) {
  for (isize t = 0; t < frames; t++) {
    const float *before2 = row_at(t - 2, frames, stride, x);
    const float *before1 = row_at(t - 1, frames, stride, x);
    const float *after1 = row_at(t + 1, frames, stride, x);
    const float *after2 = row_at(t + 2, frames, stride, x);
    float *to = out + t * stride;
    for (isize c = 0; c < dim; c++) {
      float near = after1[c] - before1[c], far = after2[c] - before2[c];
      to[c] = (near + 2 * far) / 10;
    }
  }
}

/* Columns whose sums stay in registers. */
#define COLUMNS 64

INLINE void standardize(isize frames, isize n, isize dim, double epsilon,
                        float *x) {
  double mean[COLUMNS] = {0}, scale[COLUMNS] = {0};
  for (isize t = 0; t < frames; t++)
    for (isize i = 0; i < n; i++) mean[i] += (double)x[t * dim + i];
  for (isize i = 0; i < n; i++) mean[i] /= (double)frames;
  for (isize t = 0; t < frames; t++)
    for (isize i = 0; i < n; i++) {
      double centred = (double)x[t * dim + i] - mean[i];
      scale[i] += centred * centred;
    }
  for (isize i = 0; i < n; i++)
    scale[i] = 1 / (epsilon + sqrt(scale[i] / (double)(frames - 1)));
  for (isize t = 0; t < frames; t++)
    for (isize i = 0; i < n; i++) {
      double centred = (double)x[t * dim + i] - mean[i];
      x[t * dim + i] = (float)(centred * scale[i]);
    }
}

KERNEL(void, superb_standardize_columns,
       (isize frames, isize dim, double epsilon, float *x),
       (frames, dim, epsilon, x)) {
  isize c = 0;
  for (; c + COLUMNS <= dim; c += COLUMNS)
    standardize(frames, COLUMNS, dim, epsilon, x + c);
  standardize(frames, dim - c, dim, epsilon, x + c);
}

KERNEL(uint32_t, superb_peak_bits, (isize n, const float *x), (n, x)) {
  uint32_t peak = 0;
  for (isize i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7fffffff;
    peak = bits > peak ? bits : peak;
  }
  return peak;
}
