#!/bin/bash
# crm-import and crm-export beside Miller and jq: a table to records and back.
# One JSON line a job: milliseconds, peak memory, and how many times as fast it
# is as the other. Tools that are not installed are left out. N=1000000 for the
# full size.
set -eu
n=${N:-100000} rounds=${ROUNDS:-5}
here=$(cd "${0%/*}" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PATH=$BUILD/bin:$PATH LC_ALL=C.UTF-8
cd "$dir"
cc -O2 -o gen "$here/gen.c"
cc -O2 -o rounds "$here/rounds.c"
./gen csv "$n" >c.csv
./gen jsonl "$n" >c.jsonl
crm-import -q -t contact c.csv >own.jsonl

add() { # name stdin command...
	command -v "$3" >/dev/null || return 0
	local IFS=$'\t'
	echo "$*" >>jobs.tsv
}
# The others' times as multiples of the first one's.
run() {
	./rounds "$rounds" jobs.tsv out >times.tsv
	rm jobs.tsv
	awk -F'\t' -v what="$1" '{
		if (NR == 1) { ms = $2; printf "{\"bench\":\"%s\",\"ms\":%.2f,\"peak_kib\":%d}\n", what, $2, $4 }
		else printf "{\"bench\":\"%s\",\"other\":\"%s\",\"other_ms\":%.2f,\"faster\":%.2f}\n", what, $1, $2, $2 / ms
	}' times.tsv
}
add crm-import /dev/null crm-import -q -t contact c.csv
add mlr /dev/null mlr --icsv --ojsonl cat c.csv
run 'CSV to records'
add crm-export /dev/null crm-export -q -p auto own.jsonl
add mlr /dev/null mlr --ijsonl --ocsv --allow-ragged-csv-input cut -o -f id,name,given_name,family_name,notes own.jsonl
add jq /dev/null jq -r '[.id,.name,.given_name,.family_name,.notes]|@csv' own.jsonl
run 'records to the same CSV'
add crm-export /dev/null crm-export -q -F csv -f id,name,emails,phones,notes c.jsonl
add jq /dev/null jq -r '[.id,.name,(.emails|join(";")),(.phones|join(";")),.notes]|@csv' c.jsonl
run 'fields to CSV'
