#!/bin/sh
# What a grid of learning rates costs beside one rate: keyword spotting over
# noise of a base model's shape, all features stored, by turns. Prints seconds
# on the clock of the cell with 1, 2 and 4 rates, medians, and their ratios.
# Run it where benchmark.yaml and its corpora are.
#
#   Benchmarks/rates.sh [TURNS [STEPS]]
set -eu
turns=${1:-5}
steps=${2:-2000}
superb=${SUPERB:-.build/release/superb}
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT

cell() {
  "$superb" run --fresh --runs "$runs" --name "rates-$1" \
    --upstream random:13x768 --tasks ks --jobs 1 -o \
    "config.runner.total_steps=$steps,,config.runner.eval_step=$steps,,config.runner.lr_grid=$2" \
    >/dev/null 2>&1
  sed -n 's/.*"wallSeconds" *: *\([0-9.e+-]*\).*/\1/p' \
    $(find "$runs/rates-$1" -name result.json) | tail -n 1
}
cell warm '[1.0e-3]' >/dev/null
for turn in $(seq "$turns"); do
  echo "1 $(cell 1 '[1.0e-3]')"
  echo "2 $(cell 2 '[1.0e-4,1.0e-3]')"
  echo "4 $(cell 4 '[1.0e-5,1.0e-4,1.0e-3,1.0e-2]')"
done | sort -k1,1n -k2,2g | awk '
  { all[$1, ++count[$1]] = $2 }
  END {
    for (n = 1; n <= 4; n *= 2) {
      middle = all[n, int(count[n] / 2) + 1]
      if (n == 1) one = middle
      printf "%d rates: %.2f s, %.2f times one\n", n, middle, middle / one
    }
  }'
