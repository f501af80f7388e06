#!/bin/bash
# crm-find beside wc, jq, Miller and sqlite3 on the same records: look-ups as a
# process, filters with and without an index, over a stream, export. One JSON
# line a comparison: how many times the other's time, and the goal. Tools that
# are not installed are left out. N=1000000 for the full size.
set -eu
n=${N:-100000} rounds=${ROUNDS:-5}
here=$(cd "${0%/*}" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PATH=$BUILD/bin:$PATH LC_ALL=C.UTF-8 CRM_ACTOR=bench
cd "$dir"
cc -O2 -o gen "$here/gen.c"
cc -O2 -o rounds "$here/rounds.c"
./gen jsonl "$n" >c.jsonl
./gen csv "$n" >c.csv
./gen ids "$n" >ids
have() { command -v "$1" >/dev/null; }

crm init -q -s plain >/dev/null 2>&1
crm-add -q -s plain c.jsonl
cat >contact.json <<'E'
{"$id": "contact", "title": "contact", "type": "object", "properties": {
  "country": {"type": "string", "x-crm-kind": "country", "x-crm-index": true},
  "stage": {"type": "string", "x-crm-kind": "code", "x-crm-index": true},
  "amount": {"type": "number"},
  "updated": {"type": "string", "format": "date-time", "x-crm-index": true}}}
E
crm init -q -s indexed >/dev/null 2>&1
crm schema -s indexed add contact.json >/dev/null
crm-add -q -s indexed c.jsonl
if have sqlite3; then
	sqlite3 c.db <<'E'
create table plain(id,type,name,given_name,family_name,email,phone,company,country,tags,stage,owner,amount integer,notes,created,updated);
.mode csv
.import --skip 1 c.csv plain
create table indexed as select * from plain;
create index i on indexed(country);
create unique index u on indexed(id);
create index e on indexed(email);
E
fi

job() { # name stdin command...
	local IFS=$'\t'
	echo "$*" >>jobs.tsv
}
# compare TITLE OTHER GOAL: the first job's time against OTHER's; a goal "<=x"
# is that many times the other's time at most, ">=x" that many times faster.
times() {
	./rounds "$1" jobs.tsv out >times.tsv
	rm jobs.tsv
}
compare() {
	awk -F'\t' -v title="$1" -v other="$2" -v goal="$3" '
		NR == 1 { mine = $2; cpu = $3; peak = $4 }
		$1 == other { theirs = $2; theircpu = $3 }
		END {
			if (!theirs) exit
			r = mine / theirs
			want = substr(goal, 3) + 0
			good = substr(goal, 1, 1) == "<" ? r <= want : 1 / r >= want
			printf "{\"bench\":\"%s\",\"ms\":%.2f,\"cpu_ms\":%.2f,\"peak_kib\":%d,\"other\":\"%s\",\"other_ms\":%.2f,\"times\":%.3f,\"times_cpu\":%.3f,\"goal\":\"%s\",\"met\":%s}\n",
			    title, mine, cpu, peak, other, theirs, r, theircpu ? cpu / theircpu : 0, goal, good ? "true" : "false"
		}' times.tsv
}

id=$(sed -n "$((n / 2))p" ids)
mail=$(grep -m1 "\"$id\"" c.jsonl | sed 's/.*"emails":\["\([^"]*\).*/\1/')
job id /dev/null crm-find -s plain "id:$id"
job true /dev/null true
have sqlite3 && job sqlite3 /dev/null sqlite3 c.db "select * from indexed where id='$id'"
times $((rounds * 40))
compare 'look-up by id' true '<=1.5'
compare 'look-up by id' sqlite3 '>=2'
job email /dev/null crm-find -s plain "email:$mail"
job true /dev/null true
times $((rounds * 40))
compare 'look-up by e-mail' true '<=1.5'

where='country="GR" and stage="won" and amount>50000'
terms=(contact country:GR stage:won amount:50001..)
# shellcheck disable=SC2016 # dollars are Miller's
mlr='$country=="GR" && $stage=="won" && $amount>50000'
jq='select(.country=="GR" and .stage=="won" and .amount>50000)'
job find /dev/null crm-find -s plain "${terms[@]}"
job wc /dev/null wc -l c.jsonl
have sqlite3 && job sqlite3 /dev/null sqlite3 c.db "select * from plain where $where"
times "$rounds"
compare 'filter' wc '<=3'
compare 'filter' sqlite3 '>=1'
job indexed /dev/null crm-find -s indexed "${terms[@]}"
have sqlite3 && job sqlite3 /dev/null sqlite3 c.db "select * from indexed where $where"
times "$rounds"
compare 'filter by index' sqlite3 '>=2'
job stream c.jsonl crm-find - "${terms[@]}"
have jq && job jq c.jsonl jq -c "$jq"
have mlr && job mlr c.jsonl mlr --ijsonl --ojsonl filter "$mlr"
times "$rounds"
compare 'filter a stream' jq '>=15'
compare 'filter a stream' mlr '>=15'
# two windows of lines are in memory at most: as many lines as fill them
head -n $((n / 10 > 20000 ? n / 10 : 20000)) c.jsonl >tenth.jsonl
job stream c.jsonl crm-find - "${terms[@]}"
job tenth tenth.jsonl crm-find - "${terms[@]}"
times 1
awk -F'\t' '{ k[$1] = $4 } END { r = k["stream"] / k["tenth"]
	printf "{\"bench\":\"memory of a stream, many times the lines\",\"peak_kib\":%d,\"times\":%.3f,\"goal\":\"<=1.1\",\"met\":%s}\n", k["stream"], r, r <= 1.1 ? "true" : "false"
}' times.tsv
job find /dev/null crm-find -s plain "${terms[@]}"
have jq && job jq c.jsonl jq -c "$jq"
times "$rounds"
compare 'filter the store' jq '>=50'
fields=id,name,emails,phones,country,stage,owner,amount,notes,created
job csv /dev/null crm-find -s plain contact -F csv -f "$fields"
have jq && job jq c.jsonl jq -r '[.id,.name,(.emails|join(";")),(.phones|join(";")),.country,.stage,.owner,.amount,.notes,.created]|@csv'
have sqlite3 && job sqlite3 /dev/null sqlite3 -csv c.db "select id,name,email,phone,country,stage,owner,amount,notes,created from plain"
times "$rounds"
compare 'export to CSV' jq '>=10'
compare 'export to CSV' sqlite3 '>=1'
job get ids crm-find -s plain --get -f id,name
job wc ids wc -l
times "$rounds"
awk -F'\t' -v n="$n" 'NR == 1 { printf "{\"bench\":\"look-ups in one process\",\"ms\":%.2f,\"us_each\":%.3f,\"peak_kib\":%d}\n", $2, $2 * 1000 / n, $4 }' times.tsv
