#!/bin/sh
# Training steps here and in PyTorch by turns, so that what else happens to the
# machine happens to both. Prints each turn's JSON lines into a folder, and then
# a table of medians, in seconds.
#
#   Benchmarks/turns.sh FOLDER [TURNS [CASES]]
#
# CASES are names of steps.yaml; sd,asv,sf-8,asr if none are given. A step of
# PyTorch's that has not ended after ten minutes (asr may not) is left out.
# SUPERB names the program, PYTHON one that has torch, THREADS the cores.
set -eu
folder=$1
turns=${2:-5}
cases=${3:-sd,asv,sf-8,asr}
superb=${SUPERB:-.build/release/superb}
python=${PYTHON:-python3}
threads=${THREADS:-$(nproc)}
mkdir -p "$folder"
: >"$folder/ours.jsonl"
: >"$folder/peer.jsonl"

for turn in $(seq "$turns"); do
  for name in $(echo "$cases" | tr , ' '); do
    echo "turn $turn of $turns: $name" >&2
    "$superb" bench --only "peak,sgemm,$name" --threads "$threads" \
      --seconds 2 >>"$folder/ours.jsonl"
    # What takes longer than ten minutes once is not tried again.
    if [ ! -e "$folder/$name.skipped" ]; then
      timeout 600 "$python" Benchmarks/peers/torch_steps.py \
        --only "$name" --threads "$threads" --steps 1 --seconds 2 \
        >>"$folder/peer.jsonl" || : >"$folder/$name.skipped"
    fi
  done
done

# A column of one field of the lines of one name, as a median.
median() {
  sed -n "s/.*\"name\": *\"$2\".*/&/p" "$folder/$1.jsonl" |
    sed -n "s/.*\"$3\": *\([0-9.e+-]*\).*/\1/p" | sort -g |
    awk '{ all[NR] = $1 } END { if (NR) print all[int(NR / 2) + 1]; else print "nan" }'
}
printf '%-6s %10s %10s %7s %14s %14s\n' \
  case ours PyTorch ratio share_of_peak share_of_sgemm
for name in $(echo "$cases" | tr , ' '); do
  printf '%s %s %s %s %s\n' "$name" "$(median ours "$name" median_s)" \
    "$(median peer "$name" median_s)" \
    "$(median ours "$name" share_of_peak)" \
    "$(median ours "$name" share_of_sgemm)"
done | awk '{ printf "%-6s %10.3f %10.3f %7.2f %14.2f %14.2f\n", $1, $2, $3, $3 / $2, $4, $5 }'
