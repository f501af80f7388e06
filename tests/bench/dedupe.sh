#!/bin/bash
# crm-dedupe: quality on the labelled sets of $CRM_TESTDATA/dedupe and on
# generated people, speed and memory, beside the targets. $CRM_BENCHDATA holds
# the generator (people/gen.c and people/corpus.tsv: records with known
# duplicates); without it, or without $CRM_TESTDATA, that part is skipped.
# SIZES="50000 1000000" sets which sizes are timed (10000000 takes 20 GB of
# disk), QUALITY=no leaves the quality out.
set -eu
src=$(cd "${0%/*}/../.." && pwd)
BUILD=${BUILD:-$src/build}
. "$src/tests/dedupe-sets.sh"
dir=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PATH=$BUILD/bin:$PATH LC_ALL=C.UTF-8 CRM_NOW=2026-11-21T12:00:00Z
cd "$dir"
row() { printf '%-28s %9s %9s %9s %9s  %s\n' "$@"; }
# verdict GOT WANT: "ok", or by how much it is missed
verdict() {
	awk -v g="$1" -v w="$2" 'BEGIN { print(g >= w ? "ok" : \
		sprintf("MISSED by %.4f", w - g)) }'
}
# scored NAME TARGET CLUSTERS TRUTH
scored() {
	local p r f
	read -r p r f < <(dedupe_f1 "$3" "$4")
	row "$1" "$p" "$r" "$f" "$2" "$(verdict "$f" "$2")"
}
labelled() {
	dedupe_rules "$1" >rules.json
	csv_lines "$CRM_TESTDATA/dedupe/$1/records.csv" >in.jsonl
	# shellcheck disable=SC2046
	crm-dedupe --clusters --rules rules.json $(dedupe_link "$1") in.jsonl \
		>out.jsonl
	scored "$1" "$2" out.jsonl "$CRM_TESTDATA/dedupe/$1/truth.csv"
}
# Labelled pairs of names: judged one by one, as somebody would who has nothing
# but the two names.
name_pairs() {
	local set=$CRM_TESTDATA/dedupe/name_pairs
	dedupe_name_pairs "$set" >in.jsonl
	echo '{"fields":[{"field":"name","kind":"name"}]}' >rules.json
	crm-dedupe --compare --rules rules.json in.jsonl >out.jsonl
	local p r f
	read -r p r f < <(dedupe_pairs_f1 out.jsonl)
	row name_pairs "$p" "$r" "$f" "$1" "$(verdict "$f" "$1")"
}
# A name in another script finds its Latin form among 1,000 others.
cross_script() {
	local got
	got=$(dedupe_cross_script "$CRM_TESTDATA/names_cross_script/$1.tsv" 200)
	row "names_cross_script $1" - - "$got" "$2" "$(verdict "$got" "$2")"
}
generate() {
	[ -x gen ] || ${CC:-cc} -O2 -o gen "$CRM_BENCHDATA/people/gen.c" -lm
	./gen -n "$1" -s "$2" -H "$3" -C "$CRM_BENCHDATA/people/corpus.tsv" \
		-o g -f jsonl 2>/dev/null
}
generated() {
	generate "$1" "$2" "$3"
	dedupe_rules generator >rules.json
	crm-dedupe --clusters --rules rules.json g.jsonl >out.jsonl
	scored "generator $1 -H $3 -s $2" "$4" out.jsonl g.truth.csv
}
# How far what is stated can be trusted: of the pairs merged without a question
# the share that is right, and in the band that is shown to a person the largest
# distance of the mean probability from the share that is right, by tenths.
trusted() {
	crm-dedupe --pairs --review 0.05 --rules rules.json g.jsonl >pairs.jsonl
	dedupe_bands pairs.jsonl g.truth.csv | while read -r band n said share; do
		if [ "$band" = match ]; then
			row "  $1 merged ($n pairs)" - - "$share" 0.995 \
				"$(verdict "$share" 0.995)"
		else
			row "  $1 $band ($n pairs)" - "$said" "$share" - \
				"$(awk -v a="$said" -v b="$share" -v n="$n" 'BEGIN {
				d = a - b; if (d < 0) d = -d
				print(d <= .1 ? "ok" : n < 50 ? "few" : "MISSED") }')"
		fi
	done
}
timed() {
	generate "$1" 42 2
	dedupe_rules generator >rules.json
	/usr/bin/time -o spent -f '%e %U %S %M' crm-dedupe --clusters \
		--rules rules.json g.jsonl >out.jsonl
	local wall user sys kb
	read -r wall user sys kb <spent
	printf '%-12s %9s s %9s s %9s s %9d MB  %s\n' "$1" "$wall" "$user" \
		"$sys" $((kb / 1024)) "target $2"
	scored "  its quality" "$3" out.jsonl g.truth.csv
}
if [ "${QUALITY:-yes}" = yes ]; then
	row set precision recall F1 target ''
	if [ -n "${CRM_TESTDATA:-}" ]; then
		while read -r set floor; do
			labelled "$set" "$floor"
		done <<'S'
febrl1 0.998
febrl3 0.998
febrl4 0.9998
splink_fake_1000 0.960
RLdata500 0.985
census_841 0.910
oaei_persons1 0.999
fodors_zagats 0.980
dedupe_restaurant_nophone 0.900
S
		name_pairs 0.83
		cross_script arabic 0.85
		cross_script russian 0.85
	else
		echo 'labelled sets: SKIPPED, CRM_TESTDATA is not set'
	fi
	if [ -n "${CRM_BENCHDATA:-}" ]; then
		for h in '1 0.990' '2 0.980' '3 0.950'; do
			generated 30000 7 "${h% *}" "${h#* }"
			trusted "-H ${h% *}"
		done
	fi
fi
if [ -z "${CRM_BENCHDATA:-}" ]; then
	echo 'generated people, speed: SKIPPED, CRM_BENCHDATA is not set'
	exit 0
fi
printf '%-12s %11s %11s %11s %12s\n' records wall user system memory
for n in ${SIZES:-50000 1000000}; do
	case $n in
	50000) timed "$n" '3 s' 0.976 ;;
	1000000) timed "$n" '30 s on 2 cores, 1536 MB' 0.970 ;;
	10000000) timed "$n" '360 s on 2 cores, 8192 MB' 0.960 ;;
	*) timed "$n" none 0.960 ;;
	esac
done
