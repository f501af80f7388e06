#!/bin/bash
# The store's writing beside sqlite3: a load with the same indexes, one durable
# record a process, a load in ten times the size. One JSON line a comparison.
# N=1000000 for the full size.
set -eu
n=${N:-100000} rounds=${ROUNDS:-3}
here=$(cd "${0%/*}" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/crm-bench.XXXXXX")
trap 'rm -rf "$dir"' EXIT
export PATH=$BUILD/bin:$PATH LC_ALL=C.UTF-8 CRM_ACTOR=bench
cd "$dir"
cc -O2 -o gen "$here/gen.c"
cc -O2 -o rounds "$here/rounds.c"
./gen jsonl "$n" >c.jsonl
./gen jsonl $((n / 10)) >tenth.jsonl
./gen csv "$n" >c.csv
cat >contact.json <<'E'
{"$id": "contact", "title": "contact", "type": "object", "properties": {
  "country": {"type": "string", "x-crm-kind": "country", "x-crm-index": true},
  "stage": {"type": "string", "x-crm-kind": "code", "x-crm-index": true},
  "updated": {"type": "string", "format": "date-time", "x-crm-index": true}}}
E
cat >load-crm <<'E'
#!/bin/sh
rm -rf s && crm init -q -s s && crm schema -s s add contact.json && exec crm-add -q -s s "$1"
E
cat >load-sqlite <<'E'
#!/bin/sh
rm -f l.db
exec sqlite3 l.db <<'S'
pragma cache_size=-262144;
create table c(id text primary key,type,name,given_name,family_name,email,phone,company,country,tags,stage,owner,amount integer,notes,created,updated) without rowid;
.mode csv
.import --skip 1 c.csv c
begin; create unique index ce on c(email); create index cc on c(country); create index cs on c(stage); create index cu on c(updated); commit;
S
E
chmod +x load-crm load-sqlite
printf 'crm\t/dev/null\t./load-crm\tc.jsonl\nsqlite3\t/dev/null\t./load-sqlite\ntenth\t/dev/null\t./load-crm\ttenth.jsonl\n' >jobs
./rounds "$rounds" jobs out >times
awk -F'\t' '{w[$1] = $2; c[$1] = $3; k[$1] = $4} END {
	printf "{\"bench\":\"load\",\"ms\":%.1f,\"cpu_ms\":%.1f,\"peak_kib\":%d,\"other\":\"sqlite3\",\"other_ms\":%.1f,\"times\":%.3f,\"times_cpu\":%.3f,\"goal\":\"<=0.6\",\"met\":%s}\n",
	    w["crm"], c["crm"], k["crm"], w["sqlite3"], w["crm"] / w["sqlite3"], c["crm"] / c["sqlite3"], w["crm"] <= 0.6 * w["sqlite3"] ? "true" : "false"
	printf "{\"bench\":\"memory of a load\",\"peak_kib\":%d,\"tenth_kib\":%d,\"goal\":\"<=262144\",\"met\":%s}\n", k["crm"], k["tenth"], k["crm"] <= 262144 ? "true" : "false"
	r = w["crm"] / w["tenth"] / 10
	printf "{\"bench\":\"time a record, ten times the load\",\"times\":%.3f,\"goal\":\"<=1.3\",\"met\":%s}\n", r, r <= 1.3 ? "true" : "false"
}' times
crm init -q -s one
sqlite3 one.db 'create table c(id text primary key,name,email); create index e on c(email)'
printf 'crm\t/dev/null\tcrm-add\t-q\t-s\tone\tcontact\tname=X Y\temail=a@example.com\nsqlite3\t/dev/null\tsqlite3\tone.db\tinsert into c values(hex(randomblob(8)),"X Y","a@example.com")\n' >jobs
./rounds $((rounds * 30)) jobs out >times
awk -F'\t' '{w[$1] = $2} END {
	r = w["crm"] / w["sqlite3"]
	printf "{\"bench\":\"one durable record\",\"ms\":%.2f,\"other\":\"sqlite3\",\"other_ms\":%.2f,\"times\":%.3f,\"goal\":\"<=0.6\",\"met\":%s}\n", w["crm"], w["sqlite3"], r, r <= 0.6 ? "true" : "false"
}' times
