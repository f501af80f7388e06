#!/bin/sh
# Line and branch coverage of lib and bin from the gcov data of a build:
# coverage.sh BUILD. Floors: 80 % of lines.
set -eu
find "$1/obj/lib" "$1/obj/bin" -name '*.gcda' -exec gcov -b -n {} + 2>/dev/null | awk '
	/^File / {f = $2; gsub(/\047/, "", f); ours = f ~ /^(lib|bin)\//}
	ours && /^Lines executed/ {split($2, a, /[:%]/); split($4, b, " "); n[f] = $4; hit[f] = a[2] * $4 / 100}
	ours && /^Branches executed/ {split($2, a, /[:%]/); bn += $4; bh += a[2] * $4 / 100}
	END {
		for (f in n) {printf "%6.1f%% %5d  %s\n", 100 * hit[f] / n[f], n[f], f | "sort -n"; t += n[f]; h += hit[f]}
		close("sort -n")
		if (!t) {print "no coverage data"; exit 1}
		printf "%6.1f%% of %d lines, %.1f%% of %d branches\n", 100 * h / t, t, 100 * bh / (bn ? bn : 1), bn
		exit 100 * h / t < 80
	}'
