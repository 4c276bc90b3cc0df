#include "statistics.h"

#include "simd.h"

/* Columns are taken this many at a time: their sums stay in registers or
 * close by. */
#define BLOCK 64

KERNEL(void, superb_column_moments,
       (isize rows, isize width, isize stride, isize correction, const float *x,
        float *mean, float *variance),
       (rows, width, stride, correction, x, mean, variance)) {
  for (isize c = 0; c < width; c += BLOCK) {
    isize n = least(BLOCK, width - c);
    double sum[BLOCK] = {0}, square[BLOCK] = {0};
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) sum[i] += (double)x[r * stride + c + i];
    for (isize i = 0; i < n; i++) sum[i] /= (double)rows;
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) {
        double d = (double)x[r * stride + c + i] - sum[i];
        square[i] += d * d;
      }
    for (isize i = 0; i < n; i++) {
      mean[c + i] = (float)sum[i];
      variance[c + i] = (float)(square[i] / (double)(rows - correction));
    }
  }
}

KERNEL(void, superb_column_squares,
       (isize rows, isize width, isize stride, const float *x,
        const float *mean, float *out), (rows, width, stride, x, mean, out)) {
  for (isize c = 0; c < width; c += BLOCK) {
    isize n = least(BLOCK, width - c);
    double square[BLOCK] = {0};
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) {
        double d = (double)x[r * stride + c + i] - (double)mean[c + i];
        square[i] += d * d;
      }
    for (isize i = 0; i < n; i++) out[c + i] += (float)square[i];
  }
}

KERNEL(void, superb_deviation_backward,
       (isize rows, isize dim, const float *x, const float *mean,
        const float *deviation, const float *d_mean, const float *d_deviation,
        float *dx), (rows, dim, x, mean, deviation, d_mean, d_deviation, dx)) {
  for (isize c = 0; c < dim; c += BLOCK) {
    isize n = least(BLOCK, dim - c);
    float share[BLOCK], slope[BLOCK];
    for (isize i = 0; i < n; i++) {
      float d = deviation[c + i];
      share[i] = d_mean[c + i] / (float)rows;
      slope[i] = d == 0.0f ? 0.0f
                           : d_deviation[c + i] / (d * (float)(rows - 1));
    }
    for (isize r = 0; r < rows; r++) {
      const float *in = x + r * dim + c;
      float *out = dx + r * dim + c;
      for (isize i = 0; i < n; i++)
        out[i] += share[i] + slope[i] * (in[i] - mean[c + i]);
    }
  }
}

KERNEL(void, superb_normalize_columns,
       (isize rows, isize width, isize stride, const float *x,
        const float *mean, const float *inverse, const float *gamma,
        const float *beta, float *y),
       (rows, width, stride, x, mean, inverse, gamma, beta, y)) {
  for (isize r = 0; r < rows; r++, x += stride, y += stride)
    for (isize i = 0; i < width; i++)
      y[i] = (x[i] - mean[i]) * inverse[i] * gamma[i] + beta[i];
}

KERNEL(void, superb_column_standard_dots,
       (isize rows, isize width, isize stride, const float *x,
        const float *mean, const float *inverse, const float *dy, float *out),
       (rows, width, stride, x, mean, inverse, dy, out)) {
  for (isize c = 0; c < width; c += BLOCK) {
    isize n = least(BLOCK, width - c);
    double sum[BLOCK] = {0};
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) {
        isize at = r * stride + c + i;
        sum[i] += ((double)x[at] - (double)mean[c + i]) * (double)dy[at];
      }
    for (isize i = 0; i < n; i++)
      out[c + i] += (float)(sum[i] * (double)inverse[c + i]);
  }
}

KERNEL(void, superb_batch_norm_backward,
       (isize rows, isize width, isize stride, const float *x,
        const float *mean, const float *inverse, const float *gamma,
        const float *sum, const float *dot, const float *dy, float *dx),
       (rows, width, stride, x, mean, inverse, gamma, sum, dot, dy, dx)) {
  float share = 1.0f / (float)rows;
  for (isize r = 0; r < rows; r++, x += stride, dy += stride, dx += stride)
    for (isize i = 0; i < width; i++) {
      float h = (x[i] - mean[i]) * inverse[i];
      dx[i] += gamma[i] * inverse[i]
               * (dy[i] - (sum[i] + h * dot[i]) * share);
    }
}

KERNEL(void, superb_group_norm,
       (isize rows, isize width, isize stride, double epsilon, const float *x,
        const float *gamma, const float *beta, float *y, float *mean,
        float *inverse),
       (rows, width, stride, epsilon, x, gamma, beta, y, mean, inverse)) {
  double sum = 0, square = 0, count = (double)rows * (double)width;
  for (isize r = 0; r < rows; r++) sum += sum_of(width, x + r * stride);
  double center = sum / count;
  for (isize r = 0; r < rows; r++)
    square += deviation_of(width, x + r * stride, center);
  float m = (float)center;
  float s = (float)(1.0 / __builtin_elementwise_sqrt(square / count + epsilon));
  *mean = m;
  *inverse = s;
  for (isize r = 0; r < rows; r++, x += stride, y += stride)
    for (isize i = 0; i < width; i++)
      y[i] = (x[i] - m) * s * gamma[i] + beta[i];
}

KERNEL(void, superb_group_norm_backward,
       (isize rows, isize width, isize stride, const float *x,
        const float *gamma, float mean, float inverse, const float *dy,
        float *dx), (rows, width, stride, x, gamma, mean, inverse, dy, dx)) {
  double sum = 0, dot = 0, count = (double)rows * (double)width;
  for (isize r = 0; r < rows; r++) {
    f64x16 a = {0}, b = {0};
    for (isize i = 0; i < width; i += 16) {
      f32x16 g, h, factor;
      load16(&g, dy + r * stride + i, width - i);
      load16(&h, x + r * stride + i, width - i);
      load16(&factor, gamma + i, width - i);
      g *= factor;
      h = (h - mean) * inverse;
      a += WIDEN(g);
      b += WIDEN(g) * WIDEN(h); /* g is 0 past the row's end */
    }
    sum += lane_sum(&a);
    dot += lane_sum(&b);
  }
  float a = (float)(sum / count), b = (float)(dot / count);
  for (isize r = 0; r < rows; r++, x += stride, dy += stride, dx += stride)
    for (isize i = 0; i < width; i++)
      dx[i] += inverse
               * (dy[i] * gamma[i] - a - (x[i] - mean) * inverse * b);
}

/* 1 / max(norm, epsilon) and its slope. */
INLINE void unit(double squares, double epsilon, float *inverse, float *slope) {
  double norm = __builtin_elementwise_sqrt(squares);
  float scale = (float)(1.0 / (norm < epsilon ? epsilon : norm));
  *inverse = scale;
  *slope = norm < epsilon ? 0.0f : scale;
}

KERNEL(void, superb_unit_rows,
       (isize rows, isize dim, double epsilon, const float *x, float *y,
        float *inverse, float *slope),
       (rows, dim, epsilon, x, y, inverse, slope)) {
  for (isize r = 0; r < rows; r++, x += dim, y += dim) {
    unit(dot_of(dim, x, x), epsilon, inverse + r, slope + r);
    float scale = inverse[r];
    for (isize i = 0; i < dim; i++) y[i] = x[i] * scale;
  }
}

KERNEL(void, superb_unit_rows_backward,
       (isize rows, isize dim, const float *y, const float *inverse,
        const float *slope, const float *dy, float *dx),
       (rows, dim, y, inverse, slope, dy, dx)) {
  for (isize r = 0; r < rows; r++, y += dim, dy += dim, dx += dim) {
    float scale = inverse[r], dot = slope[r] * (float)dot_of(dim, y, dy);
    for (isize i = 0; i < dim; i++) dx[i] += scale * dy[i] - dot * y[i];
  }
}

KERNEL(void, superb_unit_columns,
       (isize rows, isize width, isize stride, double epsilon, const float *x,
        float *y, float *inverse, float *slope),
       (rows, width, stride, epsilon, x, y, inverse, slope)) {
  for (isize c = 0; c < width; c += BLOCK) {
    isize n = least(BLOCK, width - c);
    double sum[BLOCK] = {0};
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) {
        double v = (double)x[r * stride + c + i];
        sum[i] += v * v;
      }
    for (isize i = 0; i < n; i++)
      unit(sum[i], epsilon, inverse + c + i, slope + c + i);
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++)
        y[r * stride + c + i] = x[r * stride + c + i] * inverse[c + i];
  }
}

KERNEL(void, superb_unit_columns_backward,
       (isize rows, isize width, isize stride, const float *y,
        const float *inverse, const float *slope, const float *dy, float *dx),
       (rows, width, stride, y, inverse, slope, dy, dx)) {
  for (isize c = 0; c < width; c += BLOCK) {
    isize n = least(BLOCK, width - c);
    double sum[BLOCK] = {0};
    float dot[BLOCK];
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) {
        isize at = r * stride + c + i;
        sum[i] += (double)y[at] * (double)dy[at];
      }
    for (isize i = 0; i < n; i++) dot[i] = slope[c + i] * (float)sum[i];
    for (isize r = 0; r < rows; r++)
      for (isize i = 0; i < n; i++) {
        isize at = r * stride + c + i;
        dx[at] += inverse[c + i] * dy[at] - dot[i] * y[at];
      }
  }
}
