/* Products whose left factor has few rows: to lay the right one out anew, as
 * dense.h's products want it, would cost more than they do. */
#pragma once

#include "isize.h"

/* y [rows, width] = x [rows, depth] · w [depth, width] + bias, or y += that
 * with `adds`; rows lie x_stride, w_stride and y_stride numbers apart. width
 * is a multiple of 16, bias [width] or null. Each result is the sum that
 * superb_dense makes, to the bit. */
void superb_few(isize rows, isize depth, isize width, const float *x,
                isize x_stride, const float *w, isize w_stride,
                const float *bias, int adds, float *y, isize y_stride);
