/* Products with weights that are packed once and used ever after.
 *
 * BLAS copies its operands on every call, which for a few dozen rows costs as
 * much as the product; and it refuses rows that overlap, which is what a
 * convolution over channels-last frames reads: with x_stride = stride ·
 * channels and depth = kernel · channels it is a product, without a copy. */
#pragma once

#include "isize.h"

/* Numbers that weights of this size fill once packed. */
isize superb_dense_room(isize depth, isize width);
/* Packs w, whose number for input k and output n lies at
 * w[k · depth_stride + n · width_stride]. */
void superb_dense_pack(isize depth, isize width, const float *w,
                       isize depth_stride, isize width_stride, float *packed);

/* Packs the weights of a convolution, [taps · depth, width], of which the
 * number for input k of tap t lies t · tap_stride further on. */
void superb_dense_pack_taps(isize taps, isize depth, isize width,
                            const float *w, isize tap_stride,
                            isize depth_stride, isize width_stride,
                            float *packed);

/* y [rows, width] = x [rows, depth] · W + bias + residual, whose rows lie
 * y_stride (y and residual) and x_stride numbers apart. bias [width] and
 * residual may be null; y may be the residual. With `gelu`, y = gelu(…),
 * with erf. Each result is one sum in one order, however many rows there
 * are. */
void superb_dense(isize rows, isize depth, isize width, const float *x,
                  isize x_stride, const float *packed, const float *bias,
                  const float *residual, int gelu, float *y, isize y_stride);

/* superb_dense over the rows of a convolution: each is `taps` stretches of
 * `depth` numbers that lie tap_stride numbers apart, backwards if that is
 * negative. W [taps · depth, width] is packed by superb_dense_pack_taps. */
void superb_dense_taps(isize rows, isize taps, isize depth,
                       isize width, const float *x, isize x_stride,
                       isize tap_stride, const float *packed,
                       const float *bias, const float *residual, int gelu,
                       float *y, isize y_stride);
