#!/bin/bash
# Stands in for Slurm in tests: sbatch, squeue, scontrol and scancel by the
# name that it is called by, and `turn`, which has the elements of an array do
# something. State lies in the folder FAKE_SLURM: ID.array (name, size), ID.sh,
# ID.after, and ID.state with a line "place state restarts" an element.
set -u
cd_state() { cd "$FAKE_SLURM" || exit 1; }
largest=${FAKE_SLURM_MAX_ARRAY:-1001}

locked() {
  exec 9>"$FAKE_SLURM/lock"
  flock 9
}

# set_state ID FIRST LAST STATE [restarts are raised by]
set_state() {
  awk -v a="$2" -v b="$3" -v s="$4" -v r="${5:-0}" \
    '$1 >= a && $1 <= b { $2 = s; $3 += r } { print }' \
    "$1.state" >"$1.new" && mv "$1.new" "$1.state"
}

case ${0##*/} in
sbatch)
  after= script=
  for word; do
    case $word in
    --dependency=*) after=${word#*=} ;;
    --parsable) ;;
    *) script=$(realpath "$word") ;;
    esac
  done
  cd_state; locked
  last=$(sed -n 's/^#SBATCH --array=0-\([0-9]*\).*/\1/p' "$script")
  if [ "$last" -ge "$largest" ]; then
    echo "sbatch: error: Batch job submission failed: Invalid job array specification" >&2
    exit 1
  fi
  if [ -n "${FAKE_SLURM_MAX_JOBS:-}" ] &&
    [ "$(cat ./*.state 2>/dev/null | wc -l)" -gt "$FAKE_SLURM_MAX_JOBS" ]; then
    echo "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit)" >&2
    exit 1
  fi
  id=$(($(cat last 2>/dev/null || echo 100) + 1))
  echo "$id" >last
  cp "$script" "$id.sh"
  echo "$after" >"$id.after"
  seq 0 "$last" | sed 's/$/ PENDING 0/' >"$id.state"
  echo "$id;fake"
  ;;
squeue)
  cd_state; locked
  [ -e down ] && { echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1; }
  for word; do case $word in --jobs=*) jobs=${word#*=} ;; esac; done
  found=
  for id in ${jobs//,/ }; do
    [ -e "$id.state" ] || continue
    found=1
    # What waits is told in ranges, the rest by itself.
    awk -v id="$id" '
      function flush() {
        if (n) list = list (list == "" ? "" : ",") (first == last ? first : first "-" last)
        n = 0
      }
      $2 == "PENDING" && $3 == 0 {
        if (n && $1 == last + 1) last = $1; else { flush(); first = last = $1 }
        n = 1; next
      }
      $2 == "PENDING" { printf "%s_%s|PENDING||BeginTime\n", id, $1 }
      $2 == "HELD" { printf "%s_%s|PENDING||JobHeldUser\n", id, $1 }
      $2 == "RUNNING" { printf "%s_%s|RUNNING|node%s|None\n", id, $1, $1 % 7 }
      END { flush(); if (list != "") printf "%s_[%s%%50]|PENDING||Priority\n", id, list }
    ' "$id.state"
  done
  [ -n "$found" ] || { echo "slurm_load_jobs error: Invalid job id specified" >&2; exit 1; }
  ;;
scontrol)
  cd_state
  case $1 in
  show) printf 'Configuration data as of today\nMaxArraySize            = %s\n' "$largest" ;;
  update) ;;
  requeue)
    [ -n "${FAKE_SLURM_NO_REQUEUE:-}" ] && { echo "Requested operation is presently disabled" >&2; exit 1; }
    locked
    echo "$2" >>requeued
    set_state "${2%_*}" "${2#*_}" "${2#*_}" PENDING 1
    ;;
  esac
  ;;
scancel)
  cd_state; locked
  for job; do
    echo "$job" >>cancelled
    set_state "${job%_*}" "${job#*_}" "${job#*_}" CANCELLED
  done
  ;;
# turn ID FIRST LAST STATE, or turn ID PLACE run [FILE]: its time is up once
# the file is there
turn)
  id=$1
  if [ "$3" = run ]; then
    cd_state
    locked; set_state "$id" "$2" "$2" RUNNING; exec 9>&-
    restarts=$(awk -v a="$2" '$1 == a { print $3 }' "$id.state")
    export SLURM_ARRAY_JOB_ID=$id SLURM_ARRAY_TASK_ID=$2 SLURM_JOB_ID=9$id$2
    export SLURMD_NODENAME=node$(($2 % 7)) SLURM_RESTART_COUNT=$restarts
    bash "$id.sh" &
    job=$!
    if [ -n "${4:-}" ]; then
      until [ -e "$4" ] || ! kill -0 "$job" 2>/dev/null; do sleep 0.02; done
      kill -USR1 "$job"
    fi
    wait "$job"; code=$?
    locked
    state=$(awk -v a="$2" '$1 == a { print $2 }' "$id.state")
    [ "$state" = RUNNING ] && set_state "$id" "$2" "$2" "ENDED$code"
    exit "$code"
  fi
  cd_state; locked
  set_state "$id" "$2" "$3" "$4"
  ;;
esac
