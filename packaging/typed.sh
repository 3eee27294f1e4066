# shellcheck shell=sh
# For transcripts; to be sourced. `typed LINE` runs LINE by `as_newcomer` and prints it, the first and last of what it said, and
# its time. What it said in full is added to $said.
typed() {
    echo "$ $1"
    typed_begun=$(date +%s.%N)
    typed_status=0
    as_newcomer "$1" >"$said.now" 2>&1 </dev/null || typed_status=$?
    typed_spent=$(date +%s.%N | awk -v begun="$typed_begun" '{printf "%.1f", $1 - begun}')
    { echo "$ $1"; cat "$said.now"; } >>"$said"
    shortened <"$said.now"
    if [ $typed_status = 0 ]; then echo "[$typed_spent s]"; else echo "[$typed_spent s, status $typed_status]"; fi
    echo
}

shortened() { # at most 22 lines of at most 140 characters
    cut -c 1-140 | awk '{ line[NR] = $0 } END {
        for (n = 1; n <= NR; n++) if (NR <= 22 || n <= 10 || n > NR - 10) print line[n]; else if (n == 11) print "… (" NR - 20 " lines)"
    }'
}
